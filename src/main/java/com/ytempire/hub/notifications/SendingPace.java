package com.ytempire.hub.notifications;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * One pace for what goes to a vendor, on all nodes together. Every request takes the next free moment from one row, by
 * the database's clock, and waits for it; a moment whose taker dies is lost and costs nothing else.
 */
@Component
class SendingPace {

    /** A next moment farther away than this was set by a clock that has been put back since: it does not count. */
    private static final String TURN = """
            insert into notifications.pace as held (channel, next_at)
            values (:channel, clock_timestamp() + make_interval(secs => :gap))
            on conflict (channel) do update
               set next_at = case when held.next_at between clock_timestamp()
                                       and clock_timestamp() + interval '5 minutes'
                                  then held.next_at else clock_timestamp() end + make_interval(secs => :gap)
            returning extract(epoch from next_at - clock_timestamp()) - :gap
            """;

    private final JdbcClient jdbc;

    SendingPace(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Waits until a request may go out. */
    void await(Channel channel, int perSecond) throws InterruptedException {
        double seconds = jdbc.sql(TURN)
                .param("channel", channel.stored())
                .param("gap", 1.0 / perSecond)
                .query(Double.class)
                .single();
        if (seconds > 0) {
            TimeUnit.MILLISECONDS.sleep((long) Math.ceil(seconds * 1000));
        }
    }

    /** Nobody's request goes out for so long. */
    void hold(Channel channel, Duration by) {
        jdbc.sql("insert into notifications.pace as held (channel, next_at)"
                        + " values (:channel, clock_timestamp() + make_interval(secs => :by))"
                        + " on conflict (channel) do update set next_at = greatest(held.next_at, excluded.next_at)")
                .param("channel", channel.stored())
                .param("by", by.toMillis() / 1000.0)
                .update();
    }
}
