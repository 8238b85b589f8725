package com.ytempire.hub.webhooks;

import java.sql.Timestamp;
import java.time.Clock;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The last word on an event, spoken inside the transaction that applies it. */
@Component
public class WorkLedger {

    private final JdbcClient jdbc;
    private final Clock clock;

    WorkLedger(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /**
     * The event has taken effect.
     *
     * @param result one line for the operator: what it did
     * @throws LeaseLost when another node holds the claim now: the transaction must roll back
     */
    public void processed(ClaimedEvent event, String result) {
        finish(event, "processed", result);
    }

    /**
     * The event is of no concern to the hub.
     *
     * @param result one line for the operator: why
     * @throws LeaseLost when another node holds the claim now: the transaction must roll back
     */
    public void ignored(ClaimedEvent event, String result) {
        finish(event, "ignored", result);
    }

    private void finish(ClaimedEvent event, String state, String result) {
        jdbc.sql("""
                        update webhooks.work
                           set state = :state, result = :result, finished_at = :now, lease_until = null, node = null,
                               error = null, failed_at = null
                         where event_no = :event and attempt = :attempt and state = 'processing'
                        -- what the server forgets of it in a crash it forgets whole, and the event runs again; whoever
                        -- acts on it outside of the hub commits first, and that waits for the disk, with this before it
                        returning set_config('synchronous_commit', 'off', true)
                        """)
                .param("state", state)
                .param("result", result)
                .param("now", Timestamp.from(clock.instant()))
                .param("event", event.eventNo())
                .param("attempt", event.attempt())
                .query(String.class)
                .optional()
                .orElseThrow(() -> new LeaseLost(event));
    }
}
