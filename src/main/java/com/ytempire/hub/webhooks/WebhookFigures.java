package com.ytempire.hub.webhooks;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** How stored events do, in figures. */
@Component
public class WebhookFigures {

    private final JdbcClient jdbc;

    WebhookFigures(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Events that are not done yet.
     *
     * @param received not tried yet
     * @param retrying failed, and due again
     * @param processing under way
     * @param oldestAt when the oldest of them came in; null when there is none
     */
    public record Backlog(long received, long retrying, long processing, Instant oldestAt) {

        /** All that wait, those in back-off included. */
        public long waiting() {
            return received + retrying;
        }
    }

    /** Events that are not done yet. */
    public Backlog backlog() {
        return jdbc.sql("""
                        select count(*) filter (where state = 'received') as received,
                               count(*) filter (where state = 'retrying') as retrying,
                               count(*) filter (where state = 'processing') as processing,
                               (select received_at from webhooks.event where event_no = min(w.event_no)) as oldest_at
                          from webhooks.work w where state in ('received', 'retrying', 'processing')
                        """).query(Backlog.class).single();
    }

    /** @param oldestAt when the oldest of them came in */
    public record Dead(String service, String type, long events, Instant oldestAt) {}

    /** Dead letters nobody has dealt with, by type, the most first. */
    public List<Dead> dead() {
        return jdbc.sql("""
                        select e.service, e.type, count(*) as events, min(e.received_at) as oldest_at
                          from webhooks.work w join webhooks.event e using (event_no)
                         where w.state = 'dead' group by 1, 2 order by 3 desc, 1, 2
                        """).query(Dead.class).list();
    }

    /**
     * How long it took from an event's arrival to its end, in milliseconds; an event that has not ended counts with the
     * time it has waited. Replays, what waits as a dead letter and what ended when it was stored are left out.
     *
     * @param events that came in within the time
     * @param median null without events, as is the next one
     */
    public record Processing(long events, Long median, Long p95) {}

    /** Of events that came in from then on. */
    public Processing processing(Instant from, Instant now) {
        return jdbc.sql("""
                        with taken as (
                            select extract(epoch from coalesce(w.finished_at, greatest(:now, e.received_at))
                                           - e.received_at) * 1000 as millis
                              from webhooks.event e join webhooks.work w using (event_no)
                             where e.received_at >= :from and not w.replayed and w.state <> 'dead'
                               and not (w.state = 'ignored' and w.attempt = 0)
                        )
                        select count(*) as events,
                               percentile_disc(0.5) within group (order by millis)::bigint as median,
                               percentile_disc(0.95) within group (order by millis)::bigint as p95
                          from taken
                        """)
                .param("from", Timestamp.from(from))
                .param("now", Timestamp.from(now))
                .query(Processing.class)
                .single();
    }

    /** How events of a time ended. */
    public record Ends(
            String service, long events, long processed, long ignored, long dead, long resolved, long waiting) {}

    /** By service. */
    public List<Ends> ends(Instant from, Instant to) {
        return jdbc.sql("""
                        select e.service, count(*) as events,
                               count(*) filter (where w.state = 'processed') as processed,
                               count(*) filter (where w.state = 'ignored') as ignored,
                               count(*) filter (where w.state = 'dead') as dead,
                               count(*) filter (where w.state = 'resolved') as resolved,
                               count(*) filter (where w.state in ('received', 'retrying', 'processing')) as waiting
                          from webhooks.event e join webhooks.work w using (event_no)
                         where e.received_at >= :from and e.received_at < :to group by 1 order by 1
                        """)
                .param("from", Timestamp.from(from))
                .param("to", Timestamp.from(to))
                .query(Ends.class)
                .list();
    }
}
