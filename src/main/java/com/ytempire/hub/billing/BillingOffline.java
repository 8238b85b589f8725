package com.ytempire.hub.billing;

import com.ytempire.hub.notifications.Notice;
import com.ytempire.hub.notifications.Outbox;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The switch for when payments are down: nothing is sent to Stripe, whatever can wait is queued, and sent in its order
 * once the switch is back. It holds Stripe's breaker open, on every node within a second, so that all that already knows
 * how to wait for Stripe waits.
 */
@Component
public class BillingOffline {

    private static final Logger LOG = LoggerFactory.getLogger(BillingOffline.class);

    private final JdbcClient jdbc;
    private final Clock clock;
    private final CircuitBreaker breaker;
    private final Outbox outbox;
    private final TransactionTemplate transactions;

    BillingOffline(
            JdbcClient jdbc,
            Clock clock,
            CircuitBreaker stripeBreaker,
            Outbox outbox,
            PlatformTransactionManager transactions) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.breaker = stripeBreaker;
        this.outbox = outbox;
        this.transactions = new TransactionTemplate(transactions);
    }

    /** Since when, by whom and why nothing is sent. */
    public record Offline(Instant since, String by, String reason) {}

    /** Empty while payments go out. */
    public Optional<Offline> state() {
        return jdbc.sql("select since, by, reason from billing.offline")
                .query(Offline.class)
                .optional();
    }

    /** closed, open, half_open, or forced_open while the switch is on: this node's breaker of Stripe. */
    public String breaker() {
        return breaker.getState().name().toLowerCase(Locale.ROOT);
    }

    /** Nothing goes to Stripe any more; finance is told. On twice is on once. */
    public void begin(String reason, String operator) {
        transactions.executeWithoutResult(status -> {
            Instant now = clock.instant();
            int rows = jdbc.sql("insert into billing.offline (since, by, reason) values (:now, :by, :reason)"
                            + " on conflict do nothing")
                    .param("now", Timestamp.from(now))
                    .param("by", operator)
                    .param("reason", reason)
                    .update();
            if (rows == 1) {
                tell(
                        "begin:" + now,
                        "Payments are offline",
                        operator + " has switched billing to offline mode (" + reason
                                + "). Commands are queued; what needs the customer present is told to come later.");
            }
        });
        refresh();
    }

    /** Stripe is called again; the queue drains by itself. */
    public void end(String operator) {
        transactions.executeWithoutResult(status -> {
            if (jdbc.sql("delete from billing.offline").update() == 1) {
                tell(
                        "end:" + clock.instant(),
                        "Payments are online again",
                        operator + " has ended offline mode. The queue is sent in its order.");
            }
        });
        refresh();
    }

    private void tell(String key, String subject, String text) {
        LOG.warn("{}", subject);
        outbox.tell(new Notice("billing-offline:" + key, Notice.Audience.FINANCE, subject, text, null));
    }

    /** Takes over what was switched on another node; also after a restart. */
    @Scheduled(fixedDelay = 1000)
    void refresh() {
        try {
            if (state().isPresent()) {
                hold();
            } else {
                release();
            }
        } catch (DataAccessException e) {
            LOG.debug("offline mode not read, the last known holds: {}", e.getMessage());
        }
    }

    private void hold() {
        if (breaker.getState() != CircuitBreaker.State.FORCED_OPEN) {
            breaker.transitionToForcedOpenState();
        }
    }

    private void release() {
        if (breaker.getState() == CircuitBreaker.State.FORCED_OPEN) {
            breaker.transitionToClosedState();
        }
    }
}
