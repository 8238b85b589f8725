package com.ytempire.hub.notifications;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.platform.NodeId;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The states of what waits in the outbox. A claim has a lease by the database's clock and a number; whoever's number is
 * no longer the row's has lost it and changes nothing. What goes out is noted before it does: after a crash in between
 * it counts as perhaps arrived.
 */
@Component
class OutboxRows {

    private static final Logger LOG = LoggerFactory.getLogger(OutboxRows.class);
    private static final int LONGEST_RESULT = 500;

    private final JdbcClient jdbc;
    private final ObjectMapper json;
    private final Clock clock;
    private final NodeId node;
    private final NotificationSettings settings;

    OutboxRows(JdbcClient jdbc, ObjectMapper json, Clock clock, NodeId node, NotificationSettings settings) {
        this.jdbc = jdbc;
        this.json = json;
        this.clock = clock;
        this.node = node;
        this.settings = settings;
    }

    /**
     * What is due, for this node alone, what is urgent first; never more than the first of it may be sent together with.
     */
    List<Outgoing> claim(Channel channel, int most) {
        List<Outgoing> claimed = jdbc.sql("""
                        with open as (
                            select id, share, urgent, due_at from notifications.outbox
                             where channel = :channel and due_at <= :now
                               and (state = 'waiting' or state = 'sending' and lease_until < now())
                        ), due as (
                            select o.id from notifications.outbox o
                             where o.channel = :channel and o.due_at <= :now
                               and (o.state = 'waiting' or o.state = 'sending' and o.lease_until < now())
                             order by o.urgent desc, o.due_at, o.id
                             limit least(:most, (select share from open order by urgent desc, due_at, id limit 1))
                               for update skip locked
                        )
                        update notifications.outbox o
                           set state = 'sending', attempts = o.attempts + 1, node = :node,
                               lease_until = now() + make_interval(secs => :lease)
                          from due where o.id = due.id
                        returning o.*
                        """)
                .param("channel", channel.stored())
                .param("now", Timestamp.from(clock.instant()))
                .param("most", most)
                .param("node", node.value())
                .param("lease", (double) settings.lease().toSeconds())
                .query(this::row)
                .list();
        return claimed.stream()
                .sorted(Comparator.comparing(Outgoing::urgent).reversed().thenComparing(Outgoing::id))
                .toList();
    }

    private Outgoing row(ResultSet row, int number) throws SQLException {
        Timestamp unsure = row.getTimestamp("unsure_since");
        try {
            return new Outgoing(
                    row.getLong("id"),
                    Channel.valueOf(row.getString("channel").toUpperCase(Locale.ROOT)),
                    row.getString("key"),
                    row.getObject("user_id", UUID.class),
                    json.readTree(row.getString("payload")),
                    row.getInt("attempts"),
                    row.getInt("failures"),
                    row.getInt("share"),
                    row.getBoolean("urgent"),
                    unsure == null ? null : unsure.toInstant(),
                    row.getTimestamp("created_at").toInstant());
        } catch (IOException e) {
            throw new IllegalStateException("jsonb is JSON", e);
        }
    }

    /** Whether something urgent waits that nobody has claimed. */
    boolean isUrgentDue(Channel channel) {
        return jdbc.sql("select exists (select 1 from notifications.outbox where channel = :channel and urgent"
                        + " and state = 'waiting' and due_at <= :now)")
                .param("channel", channel.stored())
                .param("now", Timestamp.from(clock.instant()))
                .query(Boolean.class)
                .single();
    }

    /** Notes that these go out now; those whose lease is lost are left out. */
    List<Outgoing> begin(List<Outgoing> rows) {
        Set<Long> begun = new HashSet<>(jdbc.sql("""
                        update notifications.outbox o
                           set unsure_since = coalesce(o.unsure_since, :now),
                               lease_until = now() + make_interval(secs => :lease)
                          from unnest(:ids::bigint[], :attempts::int[]) as mine (id, attempt)
                         where o.id = mine.id and o.attempts = mine.attempt and o.state = 'sending'
                        returning o.id
                        """)
                .param("now", Timestamp.from(clock.instant()))
                .param("lease", (double) settings.lease().toSeconds())
                .param("ids", ids(rows))
                .param("attempts", attempts(rows))
                .query(Long.class)
                .list());
        return rows.stream().filter(row -> begun.contains(row.id())).toList();
    }

    /** They arrived. Links that let somebody in are not kept any longer. */
    void sent(List<Outgoing> rows, String result) {
        jdbc.sql("""
                        update notifications.outbox o
                           set state = 'sent', sent_at = :now, result = :result, node = null, lease_until = null,
                               unsure_since = null, payload = payload #- '{values,link}'
                          from unnest(:ids::bigint[], :attempts::int[]) as mine (id, attempt)
                         where o.id = mine.id and o.attempts = mine.attempt and o.state = 'sending'
                        """)
                .param("now", Timestamp.from(clock.instant()))
                .param("result", cut(result))
                .param("ids", ids(rows))
                .param("attempts", attempts(rows))
                .update();
    }

    /**
     * They wait for another try.
     *
     * @param failures how many failures this counts for
     * @param surely whether it is certain that they have not arrived
     * @param share the largest batch they may go in from now on
     */
    void again(List<Outgoing> rows, Instant due, String reason, int failures, boolean surely, int share) {
        jdbc.sql("""
                        update notifications.outbox o
                           set state = 'waiting', due_at = :due, result = :reason, failures = o.failures + :failures,
                               share = least(o.share, :share), node = null, lease_until = null,
                               unsure_since = case when :surely and mine.was_sure then null else o.unsure_since end
                          from unnest(:ids::bigint[], :attempts::int[], :sure::boolean[])
                               as mine (id, attempt, was_sure)
                         where o.id = mine.id and o.attempts = mine.attempt and o.state = 'sending'
                        """)
                .param("due", Timestamp.from(due))
                .param("reason", cut(reason))
                .param("failures", failures)
                .param("share", share)
                .param("surely", surely)
                .param("ids", ids(rows))
                .param("attempts", attempts(rows))
                .param(
                        "sure",
                        rows.stream().map(row -> row.unsureSince() == null).toArray(Boolean[]::new))
                .update();
    }

    /** They are never sent as they are; an operator may have them tried again. */
    void failed(List<Outgoing> rows, String reason) {
        end(rows, "failed", reason);
    }

    /** They are not wanted, or too old, or there is nobody to send them to. */
    void dropped(List<Outgoing> rows, String reason) {
        end(rows, "dropped", reason);
    }

    private void end(List<Outgoing> rows, String state, String reason) {
        jdbc.sql("""
                        update notifications.outbox o
                           set state = :state, result = :reason, node = null, lease_until = null
                          from unnest(:ids::bigint[], :attempts::int[]) as mine (id, attempt)
                         where o.id = mine.id and o.attempts = mine.attempt and o.state = 'sending'
                        """)
                .param("state", state)
                .param("reason", cut(reason))
                .param("ids", ids(rows))
                .param("attempts", attempts(rows))
                .update();
        if (state.equals("failed")) {
            rows.forEach(row -> LOG.warn("{} failed: {}", row, reason));
        }
    }

    /** Drops all that waits on a channel and was written before a time. */
    int dropOlderThan(Channel channel, Instant time, String reason) {
        return jdbc.sql("""
                        update notifications.outbox
                           set state = 'dropped', result = :reason
                         -- an array, so that they are found by their keys: a join would read the whole table each second
                         where id = any(array(select id from notifications.outbox
                                               where channel = :channel and state = 'waiting' and created_at < :time
                                               order by created_at limit 1000 for update skip locked))
                        """)
                .param("reason", reason)
                .param("channel", channel.stored())
                .param("time", Timestamp.from(time))
                .update();
    }

    private static Long[] ids(List<Outgoing> rows) {
        return rows.stream().map(Outgoing::id).toArray(Long[]::new);
    }

    private static Integer[] attempts(List<Outgoing> rows) {
        return rows.stream().map(Outgoing::attempt).toArray(Integer[]::new);
    }

    private static String cut(String text) {
        return text == null || text.length() <= LONGEST_RESULT ? text : text.substring(0, LONGEST_RESULT);
    }
}
