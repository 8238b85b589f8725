package com.ytempire.hub.notifications;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.standardwebhooks.Webhook;
import com.ytempire.hub.HubIT;
import com.ytempire.hub.accounts.TestUsers.User;
import com.ytempire.hub.sandbox.Faults.Fault;
import com.ytempire.hub.sandbox.SentRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;

/** Users' own endpoints: told once, signed, and only those whose plan grants it. */
class OutgoingWebhookIT extends HubIT {

    private static final String WEBHOOKS = "/api/v1/users/me/webhooks";

    @Autowired
    private Outbox outbox;

    private User user;
    private String path;

    @BeforeEach
    void aUserOfTheLargestPlan() {
        user = user();
        path = unique("hook");
        subscribe("price_scale_monthly");
    }

    @AfterEach
    void noFaults() {
        SANDBOX.faults().clear();
    }

    private void subscribe(String price) {
        String customer = unique("cus");
        Timestamp now = Timestamp.from(SANDBOX.clock().instant());
        jdbc.sql("insert into billing.customer_owner values (:customer, :user, :now, 'test')")
                .param("customer", customer)
                .param("user", user.id())
                .param("now", now)
                .update();
        jdbc.sql("""
                        insert into billing.subscription (id, version, state_at, status, verified, object, customer, price)
                        values (:id, 1, :now, 'active', true, :object::jsonb, :customer, :price)
                        """)
                .param("id", unique("sub"))
                .param("now", now)
                .param(
                        "object",
                        "{\"status\": \"active\", \"items\": {\"data\": [{\"price\": {\"id\": \"" + price + "\"}}]}}")
                .param("customer", customer)
                .param("price", price)
                .update();
    }

    private void endSubscription() {
        jdbc.sql("""
                        update billing.subscription set object = object || '{"status": "canceled"}'
                         where customer = (select customer from billing.customer_owner where user_id = :user)
                        """).param("user", user.id()).update();
    }

    private HttpResponse<String> call(String method, String more, String body) {
        return send(request(WEBHOOKS + more)
                .header("Authorization", "Bearer " + user.token())
                .header("Content-Type", "application/json")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body)));
    }

    private String url() {
        return SANDBOX.baseUrl() + "/n8n/webhook/" + path;
    }

    private JsonNode endpoint() {
        HttpResponse<String> made =
                call("POST", "", "{\"url\": \"" + url() + "\", \"types\": [\"payment_succeeded\"]}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        return data(made);
    }

    private void happens(String key) {
        outbox.track(new AnalyticsEvent(
                key,
                "payment_succeeded",
                user.id(),
                SANDBOX.clock().instant(),
                Map.of("amount", 9700, "currency", "usd")));
    }

    private List<SentRequest> arrived() {
        return SANDBOX.sent().to("n8n").stream()
                .filter(request -> request.path().endsWith("/" + path))
                .toList();
    }

    private void awaitArrived(int times) {
        await().atMost(Duration.ofSeconds(20)).until(() -> arrived().size() >= times);
    }

    private List<String> states(String key) {
        return jdbc.sql("select state from notifications.outbox where channel = 'webhook' and key like :key || '%'")
                .param("key", key)
                .query(String.class)
                .list();
    }

    private void awaitState(String key, String state) {
        await().atMost(Duration.ofSeconds(20)).until(() -> states(key).equals(List.of(state)));
    }

    @Test
    void anEndpointIsToldOnceAndCanCheckTheSignature() {
        JsonNode made = endpoint();
        String key = unique("paid");

        happens(key);
        happens(key);
        awaitState(key, "sent");

        assertThat(arrived()).hasSize(1);
        SentRequest delivery = arrived().get(0);
        // the library checks the time against the machine's clock; the sandbox's may be ahead
        String signed = delivery.headers().get("webhook-signature");
        assertThatNoException()
                .isThrownBy(() -> assertThat(new Webhook(made.path("secret").asText())
                                .sign(
                                        delivery.headers().get("webhook-id"),
                                        Long.parseLong(delivery.headers().get("webhook-timestamp")),
                                        delivery.body()))
                        .isEqualTo(signed));
        assertThat(Long.parseLong(delivery.headers().get("webhook-timestamp")))
                .isCloseTo(SANDBOX.clock().instant().getEpochSecond(), Offset.offset(60L));
        assertThat(delivery.body()).contains("\"type\":\"payment_succeeded\"", "\"amount\":9700");
    }

    @Test
    void typesNobodyAskedForAndOtherUsersStayQuiet() {
        endpoint();
        String key = unique("other");
        outbox.track(new AnalyticsEvent(
                key + "a", "payment_failed", user.id(), SANDBOX.clock().instant(), Map.of()));
        outbox.track(new AnalyticsEvent(
                key + "b", "payment_succeeded", user().id(), SANDBOX.clock().instant(), Map.of()));

        assertThat(states(key)).isEmpty();
    }

    @Test
    void anEndpointThatDoesNotAnswerIsTriedAgainUnderTheSameId() {
        endpoint();
        SANDBOX.faults().fail("n8n", Fault.status(500).on("/n8n/webhook/" + path), 1);
        String key = unique("again");

        happens(key);
        awaitArrived(1);
        await().atMost(Duration.ofSeconds(10)).until(() -> states(key).equals(List.of("waiting")));
        SANDBOX.clock().advance(Duration.ofSeconds(6));
        awaitState(key, "sent");

        assertThat(arrived()).hasSize(2);
        assertThat(arrived().get(0).headers().get("webhook-id"))
                .isEqualTo(arrived().get(1).headers().get("webhook-id"));
    }

    @Test
    void anEndpointThatSaysGoneIsSwitchedOffAndItsOwnerTold() {
        JsonNode made = endpoint();
        SANDBOX.faults().fail("n8n", Fault.status(410).on("/n8n/webhook/" + path), 1);
        String key = unique("gone");

        happens(key);
        awaitState(key, "failed");

        await().atMost(Duration.ofSeconds(10))
                .until(() -> call("GET", "", null).body().contains("it wants no more"));
        assertThat(mails("webhook-disabled")).isEqualTo(1);
        happens(key + "later");
        assertThat(states(key + "later")).isEmpty();
        String id = made.path("endpoint").path("id").asText();
        assertThat(data(call("POST", "/" + id + "/enable", null))
                        .path("disabled_at")
                        .isNull())
                .isTrue();
    }

    private long mails(String template) {
        return jdbc.sql("select count(*) from notifications.outbox where channel = 'mail' and user_id = :user"
                        + " and payload ->> 'template' = :template")
                .param("user", user.id())
                .param("template", template)
                .query(Long.class)
                .single();
    }

    @Test
    void anEndpointThatTookNothingForFiveDaysIsSwitchedOff() {
        JsonNode made = endpoint();
        Instant longAgo = SANDBOX.clock().instant().minus(Duration.ofDays(6));
        jdbc.sql("update notifications.webhook_endpoint set failing_since = :then where id = :id::uuid")
                .param("then", Timestamp.from(longAgo))
                .param("id", made.path("endpoint").path("id").asText())
                .update();
        SANDBOX.faults().fail("n8n", Fault.cut().on("/n8n/webhook/" + path), 1);

        happens(unique("silent"));

        await().atMost(Duration.ofSeconds(20))
                .until(() -> call("GET", "", null).body().contains("taken nothing for 5 days"));
        assertThat(mails("webhook-disabled")).isEqualTo(1);
    }

    @Test
    void whoHasNoSuchPlanHasNoEndpointsAndIsToldNothing() {
        JsonNode made = endpoint();
        endSubscription();

        assertThat(call("POST", "", "{\"url\": \"" + url() + "\", \"types\": [\"payment_failed\"]}")
                        .body())
                .contains("feature_not_in_plan");
        String key = unique("ended");
        happens(key);
        awaitState(key, "dropped");
        assertThat(arrived()).isEmpty();
        assertThat(call("DELETE", "/" + made.path("endpoint").path("id").asText(), null)
                        .statusCode())
                .as("what one has can always be deleted")
                .isEqualTo(204);
    }

    @Test
    void aNewSecretSignsFromNowOn() {
        JsonNode made = endpoint();
        String id = made.path("endpoint").path("id").asText();
        String renewed =
                data(call("POST", "/" + id + "/secret", null)).path("secret").asText();
        assertThat(renewed)
                .startsWith("whsec_")
                .isNotEqualTo(made.path("secret").asText());

        assertThat(call("POST", "/" + id + "/test", null).statusCode()).isEqualTo(202);
        awaitArrived(1);

        SentRequest delivery = arrived().get(0);
        assertThatNoException()
                .isThrownBy(() -> assertThat(new Webhook(renewed)
                                .sign(
                                        delivery.headers().get("webhook-id"),
                                        Long.parseLong(delivery.headers().get("webhook-timestamp")),
                                        delivery.body()))
                        .isEqualTo(delivery.headers().get("webhook-signature")));
        await().atMost(Duration.ofSeconds(10))
                .until(() -> call("GET", "/" + id + "/deliveries", null).body().contains("\"state\":\"sent\""));
        assertThat(call("GET", "", null).body()).doesNotContain("whsec_", "secret");
        assertThat(jdbc.sql("select secret from notifications.webhook_endpoint where id = :id::uuid")
                        .param("id", id)
                        .query(String.class)
                        .single())
                .doesNotContain("whsec_");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"types\": [\"payment_failed\"]}|url",
                "{\"url\": \"ftp://example.com/\", \"types\": [\"payment_failed\"]}|url",
                "{\"url\": \"https://user:secret@example.com/\", \"types\": [\"payment_failed\"]}|url",
                "{\"url\": \"https:///nowhere\", \"types\": [\"payment_failed\"]}|url",
                "{\"url\": \"no address at all\", \"types\": [\"payment_failed\"]}|url",
                "{\"url\": \"https://example.com/\", \"types\": []}|types",
                "{\"url\": \"https://example.com/\", \"types\": [\"everything\"]}|types"
            })
    void aWrongEndpointIsRefusedByItsField(String body, String field) {
        HttpResponse<String> answer = call("POST", "", body);

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("\"field\":\"" + field + "\"").doesNotContain("user:secret");
    }

    @Test
    void anotherUsersEndpointIsNotFound() {
        String id = endpoint().path("endpoint").path("id").asText();
        user = user();
        subscribe("price_scale_monthly");

        assertThat(call("DELETE", "/" + id, null).statusCode()).isEqualTo(404);
        assertThat(call("POST", "/" + id + "/secret", null).statusCode()).isEqualTo(404);
        assertThat(call("POST", "/" + id + "/test", null).statusCode()).isEqualTo(404);
        assertThat(call("GET", "/" + id + "/deliveries", null).statusCode()).isEqualTo(404);
    }

    @Test
    void tenEndpointsAreTheMostAlsoWhenAskedForAtOnce() throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(8);
        List<Callable<Integer>> calls = new ArrayList<>();
        IntStream.range(0, 14)
                .forEach(i -> calls.add(
                        () -> call("POST", "", "{\"url\": \"" + url() + i + "\", \"types\": [\"payment_failed\"]}")
                                .statusCode()));
        int made = 0;
        for (var answer : callers.invokeAll(calls)) {
            made += answer.get() == 201 ? 1 : 0;
        }
        callers.shutdown();

        assertThat(made).isEqualTo(10);
        assertThat(data(call("GET", "", null))).hasSize(10);
    }
}
