package com.ytempire.hub.webhooks;

import com.ytempire.hub.platform.VendorCall;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Events of our own, signed as a service signs, by which the hub finds out whether its endpoints take what they should
 * and work on it. They say nothing that changes anything.
 */
@Component
public class TestDeliveries {

    private static final String WORKFLOW = "hub-self-test";
    static final String TYPE = "hub.self_test";

    private final EndpointRegistry endpoints;
    private final JdbcClient jdbc;
    private final Clock clock;

    TestDeliveries(EndpointRegistry endpoints, JdbcClient jdbc, Clock clock) {
        this.endpoints = endpoints;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /**
     * A delivery that is ready to be sent.
     *
     * @param eventId under which the event is stored
     */
    public record TestDelivery(String service, String eventId, VendorCall call) {

        @Override
        public String toString() {
            return service + " " + eventId;
        }
    }

    /** The services with one secret for all they send. */
    public List<String> services() {
        return List.of("stripe", "n8n", "resend");
    }

    /**
     * A delivery to an endpoint.
     *
     * @param base where the hub listens, like {@code http://127.0.0.1:8080}
     * @param id nobody else's
     * @return empty when the endpoint is closed or has no secret
     */
    public Optional<TestDelivery> make(String service, String base, String id) {
        List<EndpointSecret> secrets = endpoints.secrets(service);
        if (!endpoints.isOpen(service) || secrets.isEmpty()) {
            return Optional.empty();
        }
        String secret = secrets.get(0).value();
        long now = clock.instant().getEpochSecond();
        return Optional.of(
                switch (service) {
                    case "stripe" -> stripe(base, id, secret, now);
                    case "n8n" -> n8n(base, id, secret);
                    default -> resend(base, id, secret, now);
                });
    }

    private static TestDelivery stripe(String base, String id, String secret, long now) {
        String body =
                "{\"id\":\"%s\",\"object\":\"event\",\"type\":\"%s\",\"created\":%d,\"data\":{\"object\":{\"id\":\"%s\"}}}"
                        .formatted(id, TYPE, now, id);
        String signature = "t=" + now + ",v1=" + hex(secret, now + "." + body);
        return delivery("stripe", id, base, Map.of("Stripe-Signature", signature), body);
    }

    private static TestDelivery n8n(String base, String id, String secret) {
        String body = "{\"workflow_id\":\"%s\",\"execution_id\":\"%s\",\"status\":\"success\"}".formatted(WORKFLOW, id);
        return delivery(
                "n8n", WORKFLOW + ":" + id + ":~:~:success", base, Map.of("X-N8N-Signature", hex(secret, body)), body);
    }

    private static TestDelivery resend(String base, String id, String secret, long now) {
        String body = "{\"type\":\"%s\",\"data\":{}}".formatted(TYPE);
        byte[] mac = Hmac.of(
                "HmacSHA256",
                SignatureCheck.svixKey(secret),
                (id + "." + now + "." + body).getBytes(StandardCharsets.UTF_8));
        return delivery(
                "resend",
                id,
                base,
                Map.of(
                        "svix-id",
                        id,
                        "svix-timestamp",
                        String.valueOf(now),
                        "svix-signature",
                        "v1," + Base64.getEncoder().encodeToString(mac)),
                body);
    }

    private static String hex(String secret, String text) {
        return HexFormat.of().formatHex(Hmac.of("HmacSHA256", secret, text.getBytes(StandardCharsets.UTF_8)));
    }

    private static TestDelivery delivery(
            String service, String eventId, String base, Map<String, String> headers, String body) {
        return new TestDelivery(
                service,
                eventId,
                new VendorCall(
                        "POST", base + "/api/v1/webhooks/" + service, headers, body.getBytes(StandardCharsets.UTF_8)));
    }

    /** What became of it: a state of events, or {@code absent}. */
    public String state(TestDelivery delivery) {
        return jdbc.sql("select w.state from webhooks.event e join webhooks.work w using (event_no)"
                        + " where e.service = :service and e.event_id = :event")
                .param("service", delivery.service())
                .param("event", delivery.eventId())
                .query(String.class)
                .optional()
                .orElse("absent");
    }
}
