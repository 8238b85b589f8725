package com.ytempire.hub.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.HubIT;
import com.ytempire.hub.TestFlow;
import com.ytempire.hub.platform.Vault;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.support.TransactionTemplate;

/** What an operator does with events, endpoints and secrets. */
class WebhookOperationsIT extends HubIT {

    private static final String ENDPOINTS = "/api/v1/webhooks/endpoints";

    @Autowired
    private TestFlow flow;

    @Autowired
    private WebhookConsole console;

    @Autowired
    private Replays replays;

    @Autowired
    private TransactionTemplate transaction;

    @AfterEach
    void openAgain() {
        operatorPost(ENDPOINTS + "/stripe/open", "");
    }

    private String body(String id, String type) {
        return """
                {"id":"%s","object":"event","type":"%s","created":%d,"livemode":false,
                 "data":{"object":{"id":"%s","object":"thing"}}}""".formatted(id, type, SANDBOX.clock().instant().getEpochSecond(), unique("obj"));
    }

    private String send(String type) {
        String id = unique("evt");
        assertThat(postStripe(body(id, type)).statusCode()).isEqualTo(200);
        return id;
    }

    private int effects(String id) {
        return jdbc.sql("select count(*) from public.test_effect where event_id = :id")
                .param("id", id)
                .query(Integer.class)
                .single();
    }

    /** A flow that fails until it is mended. */
    private AtomicBoolean broken(String type) {
        AtomicBoolean broken = new AtomicBoolean(true);
        flow.onPrepare(type, event -> {
            if (broken.get()) {
                throw new PermanentFailure("broken");
            }
        });
        return broken;
    }

    @Test
    void readsAnEventAndItsBody() {
        String id = send("test.flow.read");
        awaitState("stripe", id, "processed");
        JsonNode event = data(operatorGet("/api/v1/webhooks/events/stripe/" + id));
        assertThat(event.get("status").asText()).isEqualTo("processed");
        assertThat(event.get("result").asText()).isEqualTo("took effect");
        assertThat(event.get("body").asText()).contains(id);
        assertThat(operatorGet("/api/v1/webhooks/events/stripe/evt_unknown").statusCode())
                .isEqualTo(404);
        String execution = unique("exec");
        postN8n("", "{\"execution_id\":\"%s\",\"workflow_id\":\"w\",\"status\":\"success\"}".formatted(execution));
        assertThat(data(operatorGet("/api/v1/webhooks/events/n8n/w:" + execution + ":~:~:success"))
                        .get("service")
                        .asText())
                .isEqualTo("n8n");
    }

    @Test
    void listsByFilterAndPage() {
        String type = unique("test.flow.list");
        for (int i = 0; i < 3; i++) {
            awaitState("stripe", send(type), "processed");
        }
        HttpResponse<String> answer = operatorGet(
                "/api/v1/webhooks/events?service=stripe&status=processed&type=" + type + "&per_page=2&page=2");
        assertThat(data(answer)).hasSize(1);
        assertThat(answer.body()).contains("\"total\":3,\"pages\":2");
        assertThat(operatorGet("/api/v1/webhooks/events?status=nonsense").body())
                .contains("\"field\":\"status\"");
        assertThat(operatorGet("/api/v1/webhooks/events?from=yesterday").body()).contains("\"field\":\"from\"");
        assertThat(data(operatorGet("/api/v1/webhooks/events?from="
                        + SANDBOX.clock().instant().plusSeconds(3600))))
                .isEmpty();
        assertThat(send(request("/api/v1/webhooks/events").GET()).statusCode()).isEqualTo(401);
    }

    @Test
    void replaysADeadLetterOnceItIsMended() {
        String type = unique("test.flow.mend");
        AtomicBoolean broken = broken(type);
        String id = send(type);
        awaitState("stripe", id, "dead");
        broken.set(false);
        JsonNode replay = data(operatorPost("/api/v1/webhooks/events/stripe/" + id + "/replay", ""));
        assertThat(replay.get("requested_by").asText()).isEqualTo(OPERATOR);
        awaitState("stripe", id, "processed");
        assertThat(effects(id)).isEqualTo(1);
        JsonNode result =
                data(operatorGet("/api/v1/webhooks/replays/" + replay.get("id").asLong()));
        assertThat(result.get("events").get(0).get("state").asText()).isEqualTo("processed");
        assertThat(result.get("events").get(0).get("result").asText()).isEqualTo("took effect");
    }

    @Test
    void neverSwallowsAReplayAsADuplicate() {
        String id = send("test.flow.again");
        awaitState("stripe", id, "processed");
        data(operatorPost("/api/v1/webhooks/events/stripe/" + id + "/replay", ""));
        await().atMost(Duration.ofSeconds(10)).until(() -> effects(id) == 2);
        awaitState("stripe", id, "processed");
    }

    @Test
    void replaysManyAfterADryRunNoFasterThanTwentyASecond() {
        String type = unique("test.flow.many");
        AtomicBoolean broken = broken(type);
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            ids.add(send(type));
        }
        ids.forEach(id -> awaitState("stripe", id, "dead"));
        broken.set(false);
        String filter =
                "{\"filter\":{\"service\":\"stripe\",\"status\":\"dead\",\"type\":\"" + type + "\"},\"dry_run\":";
        JsonNode dry = data(operatorPost("/api/v1/webhooks/replays", filter + "true}"));
        assertThat(dry.get("matched").asInt()).isEqualTo(50);
        assertThat(dry.get("finished_at").isNull()).isFalse();
        assertThat(ids).allSatisfy(id -> assertThat(stateOf("stripe", id)).isEqualTo("dead"));
        JsonNode real = data(operatorPost("/api/v1/webhooks/replays", filter + "false}"));
        ids.forEach(id -> awaitState("stripe", id, "processed"));
        long replay = real.get("id").asLong();
        assertThat(jdbc.sql("select max(n) from (select count(*) n from webhooks.replay_item where replay_id = :id"
                                + " group by date_trunc('milliseconds', queued_at)) a")
                        .param("id", replay)
                        .query(Integer.class)
                        .single())
                .isLessThanOrEqualTo(20);
        assertThat(jdbc.sql("select extract(epoch from max(queued_at) - min(queued_at)) from webhooks.replay_item"
                                + " where replay_id = :id")
                        .param("id", replay)
                        .query(Double.class)
                        .single())
                .isGreaterThan(1.5);
        assertThat(ids).allSatisfy(id -> assertThat(effects(id)).isEqualTo(1));
    }

    /** Two nodes look at different moments: within one transaction the database's time stands still. */
    @Test
    void noTwoHelpingsFallIntoOneSecond() {
        String id = send("test.flow.helping");
        awaitState("stripe", id, "processed");
        transaction.executeWithoutResult(status -> {
            jdbc.sql("insert into webhooks.cursor (name, position, updated_at) values ('replay', now(), now())"
                            + " on conflict (name) do update set updated_at = now() - interval '950 milliseconds'")
                    .update();
            replays.one("stripe", id, OPERATOR);
            replays.queueNext();
            assertThat(stateOf("stripe", id)).isEqualTo("processed");
            jdbc.sql("update webhooks.cursor set updated_at = now() - interval '1 second' where name = 'replay'")
                    .update();
            replays.queueNext();
            assertThat(stateOf("stripe", id)).isEqualTo("received");
            status.setRollbackOnly();
        });
    }

    @Test
    void refusesAReplayOfAnEventWhoseBodyIsGone() {
        String id = send("test.flow.gone");
        awaitState("stripe", id, "processed");
        jdbc.sql("update webhooks.event set body = null where event_id = :id")
                .param("id", id)
                .update();
        HttpResponse<String> answer = operatorPost("/api/v1/webhooks/events/stripe/" + id + "/replay", "");
        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.body()).contains("event_body_gone");
    }

    @Test
    void putsADeadLetterAside() {
        String type = unique("test.flow.aside");
        broken(type);
        String id = send(type);
        awaitState("stripe", id, "dead");
        data(operatorPost("/api/v1/webhooks/events/stripe/" + id + "/resolve", "{\"note\":\"refunded by hand\"}"));
        assertThat(stateOf("stripe", id)).isEqualTo("resolved");
        assertThat(operatorPost("/api/v1/webhooks/events/stripe/" + id + "/resolve", "")
                        .statusCode())
                .isEqualTo(409);
    }

    @Test
    void aTextThatCannotBeKeptIsRefusedAndChangesNothing() {
        HttpResponse<String> answer = operatorPost(ENDPOINTS + "/n8n/close", "{\"reason\":\"a\\u0000b\"}");
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("validation_failed");
        assertThat(endpoint("n8n").get("open").asBoolean()).isTrue();
    }

    private JsonNode endpoint(String service) {
        for (JsonNode endpoint : data(operatorGet(ENDPOINTS))) {
            if (endpoint.path("service").asText().equals(service)) {
                return endpoint;
            }
        }
        throw new AssertionError("no endpoint of " + service);
    }

    @Test
    void closesAndOpensAnEndpoint() {
        data(operatorPost(ENDPOINTS + "/stripe/close", "{\"reason\":\"signatures wrong\"}"));
        long before = attempts();
        String id = unique("evt");
        HttpResponse<String> answer = postStripe(body(id, "test.flow.closed"));
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(answer.body()).contains("endpoint_closed");
        assertThat(stateOf("stripe", id)).isEqualTo("absent");
        assertThat(attempts()).isEqualTo(before + 1);
        assertThat(jdbc.sql("select verdict from webhooks.closed_attempt order by id desc limit 1")
                        .query(String.class)
                        .single())
                .isEqualTo("signed");
        JsonNode endpoint = endpoint("stripe");
        assertThat(endpoint.get("open").asBoolean()).isFalse();
        assertThat(endpoint.get("closed").get("by").asText()).isEqualTo(OPERATOR);
        data(operatorPost(ENDPOINTS + "/stripe/open", ""));
        assertThat(postStripe(body(id, "test.flow.closed")).statusCode()).isEqualTo(200);
    }

    private long attempts() {
        return jdbc.sql("select count(*) from webhooks.closed_attempt")
                .query(Long.class)
                .single();
    }

    /** As on a node that was not given the key under which another has sealed. */
    @Test
    void aSecretThatCannotBeOpenedKeepsNothingElseFromCounting(
            @Autowired WebhookSettings settings, @Autowired Clock clock) {
        String secret = unique("whsec");
        String id = EndpointSecret.of("n8n", secret, null).id();
        data(operatorPost(ENDPOINTS + "/n8n/secrets", "{\"secret\":\"" + secret + "\"}"));
        try {
            EndpointRegistry withoutTheKey =
                    new EndpointRegistry(settings, jdbc, new Vault(new byte[Vault.KEY_BYTES]), clock);
            assertThat(withoutTheKey.secrets("n8n"))
                    .extracting(EndpointSecret::id)
                    .doesNotContain(id);
            assertThat(withoutTheKey.secrets("stripe")).as("the environment's").isNotEmpty();
            data(operatorPost(ENDPOINTS + "/stripe/close", "{\"reason\":\"signatures wrong\"}"));
            withoutTheKey.refresh();
            assertThat(withoutTheKey.isOpen("stripe")).isFalse();
        } finally {
            send(operator(ENDPOINTS + "/n8n/secrets/" + id).DELETE());
        }
    }

    @Test
    void rotatesASecretWithoutLosingAnEvent() {
        String secret = unique("whsec");
        String until = SANDBOX.clock().instant().plusSeconds(600).toString();
        JsonNode endpoint = data(operatorPost(
                ENDPOINTS + "/n8n/secrets", "{\"secret\":\"" + secret + "\",\"others_until\":\"" + until + "\"}"));
        assertThat(endpoint.toString()).doesNotContain(secret);
        assertThat(jdbc.sql("select count(*) from webhooks.secret where sealed like :plain")
                        .param("plain", "%" + secret + "%")
                        .query(Long.class)
                        .single())
                .as("sealed in the database")
                .isZero();
        assertThat(n8n(secret)).isEqualTo(200);
        assertThat(n8n(N8N_SECRET)).as("the old one still counts").isEqualTo(200);
        SANDBOX.clock().advance(Duration.ofSeconds(601));
        assertThat(n8n(N8N_SECRET)).as("its time is over").isEqualTo(401);
        assertThat(n8n(secret)).isEqualTo(200);
        // the environment's comes back for the other tests, as a secret an operator adds
        data(operatorPost(ENDPOINTS + "/n8n/secrets", "{\"secret\":\"" + N8N_SECRET + "\"}"));
        assertThat(n8n(N8N_SECRET)).isEqualTo(200);
        String id = data(operatorGet(ENDPOINTS)).get(0).get("secrets").findValuesAsText("id").stream()
                .filter(fingerprint -> fingerprint.equals(
                        EndpointSecret.of("n8n", secret, null).id()))
                .findFirst()
                .orElseThrow();
        assertThat(send(operator(ENDPOINTS + "/n8n/secrets/" + id).DELETE()).statusCode())
                .isEqualTo(200);
        assertThat(n8n(secret)).isEqualTo(401);
        assertThat(operatorPost(ENDPOINTS + "/n8n/secrets", "{\"secret\":\"" + secret + "\"}")
                        .statusCode())
                .as("a revoked one stays revoked")
                .isEqualTo(409);
        assertThat(operatorPost(ENDPOINTS + "/n8n/secrets", "{\"secret\":\"short\"}")
                        .body())
                .contains("\"field\":\"secret\"");
        assertThat(operatorPost(ENDPOINTS + "/youtube/secrets", "{\"secret\":\"long-enough-secret\"}")
                        .statusCode())
                .isEqualTo(422);
    }

    private int n8n(String secret) {
        String body = "{\"execution_id\":\"%s\",\"workflow_id\":\"w\",\"status\":\"success\"}".formatted(unique("e"));
        return send(request("/api/v1/webhooks/n8n")
                        .header("X-N8N-Signature", hmac(secret, body))
                        .POST(HttpRequest.BodyPublishers.ofString(body)))
                .statusCode();
    }

    @Test
    void theConsoleShowsAndDoesTheSame() {
        String type = unique("test.flow.console");
        AtomicBoolean broken = broken(type);
        String id = send(type);
        awaitState("stripe", id, "dead");
        assertThat(console.getDead()).isPositive();
        assertThat(console.deadLetters(1000)).anyMatch(line -> line.contains(id) && line.contains("broken"));
        assertThat(console.show("stripe", id)).contains("status=dead").contains(type);
        broken.set(false);
        console.replay("stripe", id);
        awaitState("stripe", id, "processed");
        assertThat(console.closeEndpoint("stripe", "tried out")).contains("closed by console");
        assertThat(console.openEndpoint("stripe")).contains("open");
        assertThat(console.endpoints()).anyMatch(line -> line.startsWith("stripe: open"));
    }

    @Test
    void listsAndClosesAlerts() {
        String subject = unique("subject");
        jdbc.sql("insert into operations.alert (kind, service, subject, audience, message, raised_at, last_at)"
                        + " values ('test', 'stripe', :subject, 'operators', 'look here', :now, :now)")
                .param("subject", subject)
                .param("now", Timestamp.from(SANDBOX.clock().instant()))
                .update();
        long id = jdbc.sql("select id from operations.alert where subject = :subject")
                .param("subject", subject)
                .query(Long.class)
                .single();
        assertThat(data(operatorGet("/api/v1/webhooks/alerts")).findValuesAsText("id"))
                .contains(Long.toString(id));
        assertThat(data(operatorPost("/api/v1/webhooks/alerts/" + id + "/close", ""))
                        .get("closed")
                        .asBoolean())
                .isTrue();
        assertThat(data(operatorGet("/api/v1/webhooks/alerts")).findValuesAsText("id"))
                .doesNotContain(Long.toString(id));
    }
}
