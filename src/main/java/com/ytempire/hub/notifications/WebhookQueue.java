package com.ytempire.hub.notifications;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookSigningException;
import com.ytempire.hub.platform.Vault;
import com.ytempire.hub.platform.VendorCall;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.camel.Body;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Deliveries on their way to users' endpoints (github.com/standard-webhooks/standard-webhooks, version 1.0.0). */
@Component("webhookQueue")
class WebhookQueue {

    private static final int GONE = 410;

    /** Of one delivery as a whole: an endpoint that answers byte by byte must not keep the others waiting. */
    private static final Duration LONGEST = Duration.ofSeconds(20);

    private final OutboxRows rows;
    private final Outbox outbox;
    private final WebhookReceivers receivers;
    private final WebhookSettings settings;
    private final Vault vault;
    private final JdbcClient jdbc;
    private final ObjectMapper json;
    private final Clock clock;

    WebhookQueue(
            OutboxRows rows,
            Outbox outbox,
            WebhookReceivers receivers,
            NotificationSettings settings,
            Vault vault,
            JdbcClient jdbc,
            ObjectMapper json,
            Clock clock) {
        this.rows = rows;
        this.outbox = outbox;
        this.receivers = receivers;
        this.settings = settings.webhooks();
        this.vault = vault;
        this.jdbc = jdbc;
        this.json = json;
        this.clock = clock;
    }

    /** A delivery as a request to its endpoint. */
    record Request(Outgoing delivery, UUID endpoint, VendorCall call) {

        @Override
        public String toString() {
            return delivery.toString();
        }
    }

    private record Target(String url, String secret, Instant failingSince, Instant disabledAt) {}

    /** The deliveries that are due, for this node. */
    public List<Outgoing> claim() {
        return rows.claim(Channel.WEBHOOK, settings.batch());
    }

    /** @return null when it does not go out: the endpoint or the right to it is gone, or it is no longer ours */
    public Request next(@Body Outgoing delivery) {
        UUID endpoint = UUID.fromString(delivery.payload().path("endpoint").asText());
        Optional<Target> target = target(endpoint).filter(found -> found.disabledAt() == null);
        if (target.isEmpty()) {
            rows.dropped(List.of(delivery), "the endpoint is not in use");
            return null;
        }
        if (!receivers.mayReceive(delivery.userId())) {
            rows.dropped(List.of(delivery), "the plan does not grant it");
            return null;
        }
        Request request = new Request(delivery, endpoint, call(delivery, endpoint, target.get()));
        return rows.begin(List.of(delivery)).isEmpty() ? null : request;
    }

    private Optional<Target> target(UUID endpoint) {
        return jdbc.sql("select url, secret, failing_since, disabled_at from notifications.webhook_endpoint"
                        + " where id = :id")
                .param("id", endpoint)
                .query(Target.class)
                .optional();
    }

    private VendorCall call(Outgoing delivery, UUID endpoint, Target target) {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("type", delivery.payload().path("type").asText());
        message.put("timestamp", delivery.payload().path("timestamp").asText());
        message.put("data", delivery.payload().path("data"));
        long now = clock.instant().getEpochSecond();
        try {
            String body = json.writeValueAsString(message);
            String signature = new Webhook(vault.open(WebhookEndpoints.context(endpoint), target.secret()))
                    .sign(delivery.deliveryId(), now, body);
            return new VendorCall(
                    "POST",
                    target.url(),
                    Map.of(
                            "Content-Type",
                            "application/json",
                            "webhook-id",
                            delivery.deliveryId(),
                            "webhook-timestamp",
                            String.valueOf(now),
                            "webhook-signature",
                            signature),
                    body.getBytes(StandardCharsets.UTF_8),
                    LONGEST);
        } catch (JsonProcessingException | WebhookSigningException e) {
            throw new IllegalStateException("a delivery can always be written and signed", e);
        }
    }

    /** The endpoint has answered; every 2xx means that it took it, 410 that it wants no more. */
    @Transactional
    public void answered(Request request, int status) {
        if (status >= 200 && status < 300) {
            rows.sent(List.of(request.delivery()), "status " + status);
            jdbc.sql("update notifications.webhook_endpoint set failing_since = null"
                            + " where id = :id and failing_since is not null")
                    .param("id", request.endpoint())
                    .update();
        } else if (status == GONE) {
            rows.failed(List.of(request.delivery()), "status 410");
            switchOff(request, "it answered 410, it wants no more");
        } else {
            again(request, "status " + status);
        }
    }

    /** There was no answer. */
    @Transactional
    public void failed(Request request, Exception failure) {
        again(request, failure.getClass().getSimpleName());
    }

    private void again(Request request, String reason) {
        Outgoing delivery = request.delivery();
        Instant now = clock.instant();
        Instant failingSince = jdbc.sql("""
                        update notifications.webhook_endpoint set failing_since = coalesce(failing_since, :now)
                         where id = :id returning failing_since
                        """)
                .param("now", Timestamp.from(now))
                .param("id", request.endpoint())
                .query((row, number) -> row.getTimestamp(1).toInstant())
                .optional()
                .orElse(now);
        if (delivery.failures() >= settings.retries().size()) {
            rows.failed(List.of(delivery), reason);
        } else {
            Duration gap = settings.retries().get(delivery.failures());
            rows.again(List.of(delivery), now.plus(gap), reason, 1, false, delivery.share());
        }
        if (failingSince.plus(settings.patience()).isBefore(now)) {
            switchOff(request, "it has taken nothing for " + settings.patience().toDays() + " days");
        }
    }

    private void switchOff(Request request, String reason) {
        int off = jdbc.sql("""
                        update notifications.webhook_endpoint set disabled_at = :now, disabled_reason = :reason
                         where id = :id and disabled_at is null
                        """)
                .param("now", Timestamp.from(clock.instant()))
                .param("reason", reason)
                .param("id", request.endpoint())
                .update();
        if (off == 1) {
            UUID user = request.delivery().userId();
            receivers
                    .mailOf(user)
                    .ifPresent(mail -> outbox.mail(new Mail(
                            "webhook-disabled:" + request.endpoint() + ":" + clock.instant(),
                            "webhook-disabled",
                            user,
                            mail,
                            Map.of("host", URI.create(request.call().url()).getHost(), "reason", reason))));
        }
    }
}
