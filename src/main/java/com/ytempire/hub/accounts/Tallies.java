package com.ytempire.hub.accounts;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Counts on all nodes together. A count begins with the first of its kind and ends a fixed time later; it is one row that
 * is changed in place.
 */
@Component
class Tallies {

    /** @param most how many there may be within the time; whoever counts holds it against the tally */
    record Limit(String key, Duration within, int most) {}

    /** @param endsAt when counting begins anew */
    record Tally(int count, Instant endsAt) {

        /** Whole seconds until counting begins anew, at least one. */
        int secondsLeft(Instant now) {
            return (int) Math.max(1, (Duration.between(now, endsAt).toMillis() + 999) / 1000);
        }
    }

    private final JdbcClient jdbc;
    private final Clock clock;

    Tallies(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** One more; the answer includes it. Called outside of transactions: what is refused afterwards has been tried. */
    Tally count(String key, Duration within) {
        return count(new Limit(key, within, 0)).get(0);
    }

    /**
     * One more for each, in one statement; the answers come in the same order.
     *
     * @param limits in an order that is always the same for keys that are counted together
     */
    List<Tally> count(Limit... limits) {
        return jdbc.sql("""
                        insert into accounts.tally as t (key, began_at, ends_at, count)
                        select l.key, :now::timestamptz, :now::timestamptz + l.seconds * interval '1 second', 1
                          from unnest((select :keys::text[]), (select :seconds::bigint[])) as l (key, seconds)
                        on conflict (key) do update set
                            began_at = case when t.ends_at <= excluded.began_at then excluded.began_at else t.began_at end,
                            ends_at  = case when t.ends_at <= excluded.began_at then excluded.ends_at else t.ends_at end,
                            count    = case when t.ends_at <= excluded.began_at then 1 else t.count + 1 end
                        -- what a crash of the server makes it forget is a second's requests: none of them waits for the disk
                        returning count, ends_at, set_config('synchronous_commit', 'off', true)
                        """)
                .param("now", Timestamp.from(clock.instant()))
                .param("keys", Arrays.stream(limits).map(Limit::key).toArray(String[]::new))
                .param(
                        "seconds",
                        Arrays.stream(limits)
                                .map(limit -> limit.within().toSeconds())
                                .toArray(Long[]::new))
                .query((row, number) ->
                        new Tally(row.getInt(1), row.getTimestamp(2).toInstant()))
                .list();
    }

    /** Takes one back: it was none of those that are counted. */
    void uncount(String key) {
        jdbc.sql("update accounts.tally set count = count - 1 where key = :key and count > 0")
                .param("key", key)
                .update();
    }

    /** Begins anew. */
    void forget(String key) {
        jdbc.sql("delete from accounts.tally where key = :key")
                .param("key", key)
                .update();
    }
}
