package com.ytempire.hub.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.HubIT;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** What the endpoints answer, and what is in the database after the answer. */
class WebhookIntakeIT extends HubIT {

    private static final String STRIPE = "/api/v1/webhooks/stripe";

    @Autowired
    private WebhookSettings settings;

    @Autowired
    private WebhookFigures figures;

    @Autowired
    private Clock clock;

    private static String event(String id) {
        return event(id, "test.unhandled");
    }

    private static String event(String id, String type) {
        return """
                {"id":"%s","object":"event","type":"%s","created":%d,"livemode":false,"api_version":"2023-10-16",
                 "data":{"object":{"id":"obj_%s","object":"thing"}}}""".formatted(id, type, SANDBOX.clock().instant().getEpochSecond(), id);
    }

    private long stored(String id) {
        return jdbc.sql("select count(*) from webhooks.event where event_id = :id")
                .param("id", id)
                .query(Long.class)
                .single();
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body()).contains("\"code\":\"" + code + "\"");
        assertThat(answer.headers().firstValue("X-Request-Id")).isPresent();
    }

    @Test
    void acceptsOnceAndAnswersDuplicateAfterwards() {
        String id = unique("evt");
        HttpResponse<String> first = postStripe(event(id));
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(first.body()).isEqualTo("{\"status\":\"accepted\",\"event_id\":\"" + id + "\"}");
        assertThat(stored(id)).isEqualTo(1);
        assertThat(postStripe(event(id)).body()).isEqualTo("{\"status\":\"duplicate\",\"event_id\":\"" + id + "\"}");
        assertThat(stored(id)).isEqualTo(1);
        awaitState("stripe", id, "ignored");
    }

    @Test
    void whatNothingHandlesIsStoredAndDone() {
        String id = unique("evt");
        String handled = unique("evt");
        Instant before = clock.instant();
        postStripe(event(id));
        assertThat(figures.processing(before, clock.instant()).events())
                .as("it says nothing of how long events wait")
                .isZero();
        postStripe(event(handled, "test.flow.beside"));
        assertThat(jdbc.sql("""
                                select state || ', ' || result || ', ' || attempt
                                  from webhooks.work join webhooks.event using (event_no)
                                 where event_id = :id and finished_at = received_at
                                """).param("id", id).query(String.class).optional())
                .hasValue("ignored, nothing handles this type, 0");
        awaitState("stripe", handled, "processed");
    }

    /** Its answer says the same, and somebody waits for that. */
    @Test
    void anEventOfTheHubsOwnCallComesAfterItsAnswer() {
        String type = unique("test.flow.own");
        String id = unique("evt");
        String other = unique("evt");
        postStripe(event(id, type).replace("\"object\":\"thing\"", "\"metadata\":{\"command_id\":\"any\"}"));
        postStripe(event(other, type));
        awaitState("stripe", id, "processed");
        awaitState("stripe", other, "processed");
        assertThat(waited(id)).isEqualTo(settings.store().ownDelay().toMillis());
        assertThat(waited(other)).isZero();
    }

    /** Milliseconds from its arrival until it was due. */
    private long waited(String id) {
        return jdbc.sql("""
                        select round(1000 * extract(epoch from due_at - received_at))
                          from webhooks.work join webhooks.event using (event_no) where event_id = :id
                        """).param("id", id).query(Long.class).single();
    }

    @Test
    void keepsTheBytesAsReceived() {
        String id = unique("evt");
        String body = event(id).replace("\"object\":\"event\"", "\"object\" :  \"event\",\"ü\":\"\\u0000\"");
        assertThat(postStripe(body).statusCode()).isEqualTo(200);
        byte[] kept = jdbc.sql("select body from webhooks.event where event_id = :id")
                .param("id", id)
                .query((row, number) -> row.getBytes(1))
                .single();
        assertThat(kept).isEqualTo(body.getBytes(StandardCharsets.UTF_8));
        awaitState("stripe", id, "ignored");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "application/x-java-serialized-object",
                "text/plain; charset=no-such-charset",
                "nonsense"
            })
    void doesNotLookAtTheContentType(String contentType) {
        String id = unique("evt");
        String body = event(id);
        HttpResponse<String> answer = send(request(STRIPE)
                .header("Content-Type", contentType)
                .header("Stripe-Signature", stripeSignature(STRIPE_SECRET, body))
                .POST(HttpRequest.BodyPublishers.ofString(body)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(stored(id)).isEqualTo(1);
    }

    @Test
    void acceptsEitherOfTwoSecrets() {
        String id = unique("evt");
        String body = event(id);
        HttpResponse<String> answer = send(request(STRIPE)
                .header("Stripe-Signature", stripeSignature(OTHER_STRIPE_SECRET, body))
                .POST(HttpRequest.BodyPublishers.ofString(body)));
        assertThat(answer.statusCode()).isEqualTo(200);
    }

    @Test
    void refusesWhatIsNotSigned() {
        String id = unique("evt");
        String body = event(id);
        String signature = stripeSignature(STRIPE_SECRET, body);
        assertProblem(fromElsewhere("192.0.2.1", body), 401, "invalid_signature");
        assertProblem(fromElsewhere("192.0.2.2", body, "t=1,v1=00"), 401, "invalid_signature");
        assertProblem(fromElsewhere("192.0.2.3", body, signature, signature), 401, "invalid_signature");
        assertProblem(fromElsewhere("192.0.2.4", body, signed(body, -301)), 401, "invalid_signature");
        assertProblem(fromElsewhere("192.0.2.5", body, signed(body, 301)), 401, "invalid_signature");
        assertThat(stored(id)).isZero();
        assertThat(fromElsewhere("192.0.2.6", body, signed(body, 295)).statusCode())
                .isEqualTo(200);
    }

    private static String signed(String body, long secondsAhead) {
        long time = SANDBOX.clock().instant().getEpochSecond() + secondsAhead;
        return "t=" + time + ",v1=" + hmac(STRIPE_SECRET, time + "." + body);
    }

    private HttpResponse<String> fromElsewhere(String address, String body, String... signatures) {
        HttpRequest.Builder request =
                request(STRIPE).header("X-Forwarded-For", address).POST(HttpRequest.BodyPublishers.ofString(body));
        for (String signature : signatures) {
            request.header("Stripe-Signature", signature);
        }
        return send(request);
    }

    @Test
    void answers429FromTheFifthBadSignatureOfAnAddressButTakesWhatIsSigned() {
        String body = event(unique("evt"));
        String address = "198.51.100.7";
        for (int i = 1; i <= 4; i++) {
            assertThat(fromElsewhere(address, body, "t=1,v1=00").statusCode()).isEqualTo(401);
        }
        HttpResponse<String> fifth = fromElsewhere(address, body, "t=1,v1=00");
        assertProblem(fifth, 429, "too_many_bad_signatures");
        assertThat(fifth.headers().firstValue("Retry-After")).isPresent();
        assertThat(fromElsewhere(address, body, stripeSignature(STRIPE_SECRET, body))
                        .statusCode())
                .isEqualTo(200);
        assertThat(jdbc.sql(
                                "select count(*) from operations.alert where kind = 'bad_signatures' and subject = :address")
                        .param("address", address)
                        .query(Long.class)
                        .single())
                .isEqualTo(1);
    }

    @Test
    void refusesWhatItCannotRead() {
        assertProblem(postStripe("{\"id\":"), 400, "unreadable_payload");
        assertProblem(postStripe("[]"), 400, "unreadable_payload");
        assertProblem(postStripe("{\"type\":\"t\"}"), 400, "invalid_event");
        assertProblem(postStripe(event("x".repeat(1000))), 400, "invalid_event");
        assertProblem(postN8n("", "{\"status\":\"success\"}"), 400, "invalid_event");
    }

    @Test
    void refusesAMegabyteAndOneByte() {
        String id = unique("evt");
        String body = event(id);
        String fits = body + " ".repeat(1024 * 1024 - body.length());
        assertProblem(postStripe(fits + " "), 413, "payload_too_large");
        assertThat(postStripe(fits).statusCode()).isEqualTo(200);
    }

    @Test
    void knowsItsServicesAndTheirMethod() {
        assertProblem(
                send(request("/api/v1/webhooks/paypal").POST(HttpRequest.BodyPublishers.ofString("{}"))),
                400,
                "unknown_service");
        assertProblem(send(request(STRIPE).GET()), 405, "method_not_allowed");
        assertProblem(send(request(STRIPE).PUT(HttpRequest.BodyPublishers.ofString("{}"))), 405, "method_not_allowed");
        assertProblem(
                send(request("/api/v1/webhooks/youtube/nobody-asked")
                        .header("X-Hub-Signature", "sha1=00")
                        .POST(HttpRequest.BodyPublishers.ofString("<feed/>"))),
                410,
                "unknown_token");
    }

    @Test
    void sendsNothingOfTheRequestBackInAHeader() {
        String body = event(unique("evt"));
        HttpResponse<String> answer = send(request(STRIPE + "?reflected=marker-query")
                .header("Stripe-Signature", stripeSignature(STRIPE_SECRET, body))
                .header("X-Marker", "marker-header")
                .header("CamelHttpUri", "http://127.0.0.1:1/")
                .header("User-Agent", "marker-agent")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().map().toString()).doesNotContain("marker");
    }

    @Test
    void repeatsTheWorkflowOfAnN8nEvent() {
        String execution = unique("exec");
        String body = "{\"execution_id\":\"%s\",\"workflow_id\":\"wf-1\",\"status\":\"success\"}".formatted(execution);
        assertThat(postN8n("", body).body())
                .isEqualTo("{\"status\":\"accepted\",\"event_id\":\"wf-1:%s:~:~:success\",\"workflow_id\":\"wf-1\"}"
                        .formatted(execution));
        assertThat(postN8n("", body).body()).contains("\"status\":\"duplicate\"");
        assertThat(postN8n("/publish", body).body()).contains("\"status\":\"accepted\"", "publish:" + execution);
    }

    @Test
    void storesOneOfTwoHundredConcurrentCopies() throws Exception {
        String id = unique("evt");
        String body = event(id, "test.flow.copies");
        ExecutorService senders = Executors.newFixedThreadPool(50);
        try {
            List<Callable<String>> copies = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                copies.add(() -> postStripe(body).body());
            }
            List<String> answers = new ArrayList<>();
            for (Future<String> answer : senders.invokeAll(copies)) {
                answers.add(answer.get());
            }
            assertThat(answers)
                    .filteredOn(answer -> answer.contains("accepted"))
                    .hasSize(1);
            assertThat(answers)
                    .filteredOn(answer -> answer.contains("duplicate"))
                    .hasSize(199);
        } finally {
            senders.shutdown();
        }
        assertThat(stored(id)).isEqualTo(1);
        awaitState("stripe", id, "processed");
        assertThat(jdbc.sql(
                                "select attempt from webhooks.work join webhooks.event using (event_no) where event_id = :id")
                        .param("id", id)
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
    }

    @Test
    void ignoresAnEventOfTheOtherModeAndTellsSo() {
        String id = unique("evt");
        assertThat(postStripe(event(id, "customer.created").replace("\"livemode\":false", "\"livemode\":true"))
                        .statusCode())
                .isEqualTo(200);
        awaitState("stripe", id, "ignored");
        assertThat(jdbc.sql("select audience from operations.alert where kind = 'livemode' and closed_at is null")
                        .query(String.class)
                        .single())
                .isEqualTo("operators");
    }
}
