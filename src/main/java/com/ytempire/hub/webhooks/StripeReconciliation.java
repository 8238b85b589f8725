package com.ytempire.hub.webhooks;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * How far Stripe's list of events has been read. The list goes back 30 days
 * (docs.stripe.com/webhooks/process-undelivered-events). It is read from the stored position with some overlap, because
 * an event may appear in it late; what is known already is a duplicate and costs nothing but the look.
 */
@Component
class StripeReconciliation {

    private static final String CURSOR = "stripe-events";

    private final JdbcClient jdbc;
    private final Clock clock;
    private final WebhookSettings.Reconcile settings;
    private final boolean hasKey;

    StripeReconciliation(
            JdbcClient jdbc,
            Clock clock,
            WebhookSettings settings,
            @Value("${hub.stripe.secret-key}") String stripeKey) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.settings = settings.reconcile();
        this.hasKey = !stripeKey.isBlank();
    }

    /**
     * Begins a reading, unless there is no key or another node began one within the interval.
     *
     * @return what to read; null for nothing
     */
    public ReadingWindow begin() {
        if (!hasKey) {
            return null;
        }
        Instant now = clock.instant();
        Instant horizon = now.minus(settings.horizon());
        return jdbc.sql("""
                        insert into webhooks.cursor (name, position, updated_at) values (:name, :horizon, now())
                        on conflict (name) do update set updated_at = now()
                         where webhooks.cursor.updated_at <= now() - make_interval(secs => :seconds)
                        returning position
                        """)
                .param("name", CURSOR)
                .param("horizon", Timestamp.from(horizon))
                .param("seconds", settings.every().toMillis() * 0.0008) // a bit less than the interval
                .query(Timestamp.class)
                .optional()
                .map(position -> {
                    Instant from = position.toInstant().minus(settings.overlap());
                    return new ReadingWindow(from.isBefore(horizon) ? horizon : from, now);
                })
                .orElse(null);
    }

    /** Stripe's parameters for the window. */
    public Map<String, Object> parameters(ReadingWindow window) {
        return Map.of("created", Map.of("gte", window.from().getEpochSecond()));
    }

    /** The whole window has been stored: the next reading begins at its end. */
    public void done(ReadingWindow window) {
        jdbc.sql("update webhooks.cursor set position = :to where name = :name and position < :to")
                .param("name", CURSOR)
                .param("to", Timestamp.from(window.to()))
                .update();
    }
}
