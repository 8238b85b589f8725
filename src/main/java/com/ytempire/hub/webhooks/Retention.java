package com.ytempire.hub.webhooks;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Takes away what is no longer needed, a few thousand rows at a time. Dead letters stay until somebody resolves them,
 * and what still waits is never touched.
 */
@Component
class Retention {

    private static final int AT_ONCE = 5_000;

    /** A replay may take hours to come to an event; the work row's lock keeps it from coming to it just now. */
    private static final String NOT_TO_BE_REPLAYED = """
            not exists (select 1 from webhooks.replay_item i join webhooks.replay r on r.id = i.replay_id
                         where i.event_no = w.event_no and i.state = 'waiting' and r.finished_at is null)""";

    private final JdbcClient jdbc;
    private final Clock clock;
    private final WebhookSettings.Retention settings;

    Retention(JdbcClient jdbc, Clock clock, WebhookSettings settings) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.settings = settings.retention();
    }

    /**
     * May run twice and at the same time on two nodes: each statement takes what is left.
     *
     * @return what was taken
     */
    public String apply() {
        int bodies = repeat("""
                update webhooks.event set body = null, headers = null
                 where event_no in (
                    select event_no from webhooks.event join webhooks.work w using (event_no)
                     where received_at < :before and body is not null and state in ('processed', 'ignored', 'resolved')
                       and %s
                     limit :most for update of w skip locked)
                """.formatted(NOT_TO_BE_REPLAYED), settings.bodies());
        int events = repeat("""
                delete from webhooks.event
                 where event_no in (
                    select event_no from webhooks.event join webhooks.work w using (event_no)
                     where received_at < :before and state in ('processed', 'ignored', 'resolved')
                       and %s
                     limit :most for update of w skip locked)
                """.formatted(NOT_TO_BE_REPLAYED), settings.events());
        int attempts = repeat("""
                delete from webhooks.closed_attempt
                 where id in (select id from webhooks.closed_attempt where at < :before limit :most)
                """, settings.events());
        return "%d bodies, %d events, %d attempts on closed endpoints".formatted(bodies, events, attempts);
    }

    private int repeat(String statement, Duration keep) {
        Instant before = clock.instant().minus(keep);
        int total = 0;
        int rows;
        do {
            rows = jdbc.sql(statement)
                    .param("before", Timestamp.from(before))
                    .param("most", AT_ONCE)
                    .update();
            total += rows;
        } while (rows == AT_ONCE);
        return total;
    }
}
