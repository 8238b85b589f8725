package com.ytempire.hub.billing;

import com.ytempire.hub.webhooks.ClaimedEvent;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;
import org.springframework.stereotype.Component;

/**
 * Which changes have taken effect already: several events may tell of one, and the first to be applied acts for all of
 * them. They are kept as long as webhooks keeps events; after that Stripe sends none of them again.
 */
@Component("appliedChanges")
class AppliedChanges {

    /** Changes one row when the event is the first to tell of its change, else none. */
    static final String NOTE = """
            insert into billing.applied_change (change_id, event_no, applied_at)
            values (:change, :event_no, :now)
            on conflict (change_id) do update
               set event_no = excluded.event_no, applied_at = excluded.applied_at
             where billing.applied_change.event_no = excluded.event_no or :replayed
            """;

    private static final int AT_ONCE = 5_000;

    private final JdbcClient jdbc;
    private final Clock clock;
    private final Duration keep;

    AppliedChanges(JdbcClient jdbc, Clock clock, @Value("${hub.billing.retention.changes}") Duration keep) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.keep = keep;
    }

    /** A replayed event acts again, whichever of the two was the first. */
    boolean isFirst(ClaimedEvent event) {
        return note(jdbc.sql(NOTE), event).update() == 1;
    }

    /** Hands {@link #NOTE}, or a statement it is a part of, what it needs. */
    StatementSpec note(StatementSpec statement, ClaimedEvent event) {
        return statement
                .param("change", event.changeId())
                .param("event_no", event.eventNo())
                .param("replayed", event.replayed())
                .param("now", Timestamp.from(clock.instant()));
    }

    /**
     * May run twice and at the same time on two nodes: each statement takes what is left, a few thousand rows.
     *
     * @return what was taken
     */
    public String forget() {
        Timestamp before = Timestamp.from(clock.instant().minus(keep));
        int total = 0;
        int rows;
        do {
            rows = jdbc.sql("""
                            delete from billing.applied_change
                             where change_id in (
                                select change_id from billing.applied_change where applied_at < :before
                                 limit :most for update skip locked)
                            """).param("before", before).param("most", AT_ONCE).update();
            total += rows;
        } while (rows == AT_ONCE);
        return total + " applied changes";
    }
}
