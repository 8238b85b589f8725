package com.ytempire.hub.billing;

import com.ytempire.hub.platform.NodeId;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** What waits to be sent without anybody waiting for it: enqueued, left by an outage, or left by a crash. */
@Component("commandQueue")
public class CommandQueue {

    private final JdbcClient jdbc;
    private final CircuitBreaker breaker;
    private final CommandSettings settings;
    private final NodeId node;
    private final Clock clock;
    private final Instant started;

    CommandQueue(JdbcClient jdbc, CircuitBreaker stripeBreaker, CommandSettings settings, NodeId node, Clock clock) {
        this.jdbc = jdbc;
        this.breaker = stripeBreaker;
        this.settings = settings;
        this.node = node;
        this.clock = clock;
        this.started = clock.instant();
    }

    /**
     * What a dead node was sending waits again; whether Stripe got it shows under the same key. What this node was
     * sending before its present start waits again at once, for there is only one process of a node's name.
     */
    public void takeOver() {
        jdbc.sql("""
                        update billing.command set state = 'waiting', node = null, lease_until = null, due_at = :now
                         where state = 'sending'
                           and (lease_until < now() or node = :node and sent_at < :started::timestamptz)
                        """)
                .param("now", Timestamp.from(clock.instant()))
                .param("node", node.value())
                .param("started", Timestamp.from(started))
                .update();
    }

    /**
     * Forgets keys of the API that need not be honoured any longer, and secrets in answers nobody can ask for by then.
     * What its customer left goes too: its page or card form is of no use to anybody.
     */
    @Transactional
    public void forget() {
        Timestamp before = Timestamp.from(clock.instant().minus(settings.kept()));
        jdbc.sql("delete from billing.request where created_at < :before")
                .param("before", before)
                .update();
        jdbc.sql("""
                        update billing.command set answer = answer - 'client_secret' - 'url'
                         where settled_at < :before and jsonb_exists_any(answer, array['client_secret', 'url'])
                        """).param("before", before).update();
        jdbc.sql("""
                        update billing.command
                           set state = 'failed', settled_at = :now, answer_status = 422,
                               error_code = coalesce(error_code, 'stripe_unavailable')
                         where state = 'abandoned' and created_at < :before
                        """)
                .param("now", Timestamp.from(clock.instant()))
                .param("before", before)
                .update();
    }

    /**
     * The oldest due command of each lane that has none under way, as many as the rate over all nodes allows. While
     * Stripe is left alone it is one: the one by which it is seen to be back.
     */
    @Transactional
    public List<UUID> due() {
        boolean down = breaker.getState() != CircuitBreaker.State.CLOSED;
        List<UUID> due = jdbc.sql("""
                        select id from billing.command c
                         where state = 'waiting' and due_at <= :now
                           and not exists (select 1 from billing.command older
                                            where older.lane = c.lane and older.no < c.no
                                              and older.state in ('waiting', 'sending'))
                         order by no limit :limit
                        """)
                .param("now", Timestamp.from(clock.instant()))
                .param("limit", down ? 1 : settings.perSecond())
                .query(UUID.class)
                .list();
        return due.isEmpty() ? due : due.subList(0, turns(due.size()));
    }

    /** @return how many of the wanted turns this second still has */
    int turns(int wanted) {
        return jdbc.sql("""
                        with before as (
                            select case when second = date_trunc('second', now()) then taken else 0 end as taken
                              from billing.command_pace for update
                        )
                        update billing.command_pace
                           set second = date_trunc('second', now()),
                               taken = before.taken + least(:wanted, :limit - before.taken)
                          from before
                        returning least(:wanted, :limit - before.taken)
                        """)
                .param("wanted", wanted)
                .param("limit", settings.perSecond())
                .query(Integer.class)
                .single();
    }
}
