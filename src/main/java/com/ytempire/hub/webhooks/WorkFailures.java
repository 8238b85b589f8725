package com.ytempire.hub.webhooks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.platform.Alerts;
import com.ytempire.hub.platform.Causes;
import com.ytempire.hub.platform.Trouble;
import com.ytempire.hub.platform.Trouble.Audience;
import com.ytempire.hub.platform.Trouble.Level;
import java.io.IOException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Writes down that a run failed, after everything it did has been rolled back. */
@Component
class WorkFailures {

    private static final Logger LOG = LoggerFactory.getLogger(WorkFailures.class);
    private static final int LONGEST_ERROR = 500;

    private final JdbcClient jdbc;
    private final Clock clock;
    private final ObjectMapper json;
    private final Alerts alerts;
    private final WebhookSettings.Work settings;

    WorkFailures(JdbcClient jdbc, Clock clock, ObjectMapper json, Alerts alerts, WebhookSettings settings) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.json = json;
        this.alerts = alerts;
        this.settings = settings.work();
    }

    /**
     * Sets when the event comes again, or that it does not.
     *
     * @param endpoint the last endpoint it was sent to
     */
    @Transactional
    public void record(
            @Body ClaimedEvent event,
            @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure,
            @ExchangeProperty(Exchange.FAILURE_ENDPOINT) String endpoint) {
        FailureKind kind = FailureKind.of(failure);
        if (kind == FailureKind.LEASE_LOST) {
            LOG.info("another node has taken over {}", event);
            return;
        }
        String error = describe(failure);
        String routeId = where(endpoint);
        boolean recorded = switch (kind) {
            case POSTPONED -> again(event, 0, postponement(failure), error, routeId);
            case TEMPORARY -> tryAgain(event, error, routeId);
            default -> bury(event, error, routeId);
        };
        if (recorded) {
            LOG.info("{} failed in {} ({}): {}", event, routeId, kind, error);
        }
    }

    private Duration postponement(Throwable failure) {
        return Causes.find(failure, Postponed.class).flatMap(Postponed::delay).orElse(settings.postpone());
    }

    private boolean tryAgain(ClaimedEvent event, String error, String routeId) {
        int failures = jdbc.sql("select failures from webhooks.work where event_no = :event")
                .param("event", event.eventNo())
                .query(Integer.class)
                .single();
        if (failures >= settings.retries().size() || isNeverRetried(event)) {
            return bury(event, error, routeId);
        }
        return again(event, 1, withJitter(settings.retries().get(failures)), error, routeId);
    }

    private boolean isNeverRetried(ClaimedEvent event) {
        return settings.neverRetried().contains(event.service() + "/" + snapshotType(event));
    }

    /** Stripe's thin events bear the name of the snapshot event behind {@code v1.}. */
    private static String snapshotType(ClaimedEvent event) {
        return event.type().startsWith("v1.") ? event.type().substring(3) : event.type();
    }

    private Duration withJitter(Duration delay) {
        long spread = delay.toMillis() * settings.jitterPercent() / 100;
        return delay.plusMillis(ThreadLocalRandom.current().nextLong(-spread, spread + 1));
    }

    private boolean again(ClaimedEvent event, int failures, Duration after, String error, String routeId) {
        return jdbc.sql("""
                                update webhooks.work
                                   set state = 'retrying', failures = failures + :failures, due_at = :due,
                                       error = :error, failed_at = :route, node = null, lease_until = null
                                 where event_no = :event and attempt = :attempt and state = 'processing'
                                """)
                        .param("failures", failures)
                        .param("due", Timestamp.from(clock.instant().plus(after)))
                        .param("error", error)
                        .param("route", routeId)
                        .param("event", event.eventNo())
                        .param("attempt", event.attempt())
                        .update()
                == 1;
    }

    private boolean bury(ClaimedEvent event, String error, String routeId) {
        int rows = jdbc.sql("""
                        update webhooks.work
                           set state = 'dead', failures = failures + 1, finished_at = :now, result = null,
                               error = :error, failed_at = :route, node = null, lease_until = null
                         where event_no = :event and attempt = :attempt and state = 'processing'
                        """)
                .param("now", Timestamp.from(clock.instant()))
                .param("error", error)
                .param("route", routeId)
                .param("event", event.eventNo())
                .param("attempt", event.attempt())
                .update();
        if (rows == 1) {
            LOG.warn("dead letter: {}", event);
            tell(event);
        }
        return rows == 1;
    }

    /** A dispute nobody could record still runs out: finance must know until when to answer it. */
    private void tell(ClaimedEvent event) {
        if (event.service().equals("stripe") && snapshotType(event).equals("charge.dispute.created")) {
            alerts.raise(new Trouble(
                    "dispute",
                    "stripe",
                    event.eventId(),
                    Audience.FINANCE,
                    Level.CRITICAL,
                    "A dispute could not be recorded; answer it in Stripe's dashboard before it is due",
                    EventPages.path("stripe", event.eventId()),
                    disputeDue(event),
                    null,
                    true));
        } else {
            alerts.raise(DeadLetters.trouble(event.service(), event.type(), Level.WARNING));
        }
    }

    private Instant disputeDue(ClaimedEvent event) {
        try {
            JsonNode due = json.readTree(event.body()).at("/data/object/evidence_details/due_by");
            return due.isNumber() ? Instant.ofEpochSecond(due.longValue()) : null;
        } catch (IOException e) {
            return null;
        }
    }

    /** The route, or the vendor's endpoint without its options. */
    private static String where(String endpoint) {
        return endpoint == null ? null : endpoint.replaceFirst("^direct://", "").replaceFirst("\\?.*", "");
    }

    /** Type and first line: further lines of a database's message repeat the row, and with it personal data. */
    private static String describe(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && !(root instanceof PermanentFailure) && !(root instanceof TemporaryFailure)) {
            root = root.getCause();
        }
        String text = root.getClass().getSimpleName()
                + (root.getMessage() == null
                        ? ""
                        : ": " + root.getMessage().lines().findFirst().orElse(""));
        return text.length() <= LONGEST_ERROR ? text : text.substring(0, LONGEST_ERROR);
    }
}
