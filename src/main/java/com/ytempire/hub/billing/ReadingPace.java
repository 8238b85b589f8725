package com.ytempire.hub.billing;

import com.ytempire.hub.camel.stripe.StripePace;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * One pace for all that is read from Stripe in mass, on all nodes together: events that need a look, replays, sync,
 * reconciliation and sweep. Every request takes the next free moment from one row, by the database's clock, and waits
 * for it; a moment whose taker dies is lost and costs nothing else.
 */
@Component
class ReadingPace implements StripePace {

    /** A next moment farther away than this was set by a clock that has been put back since: it does not count. */
    private static final String TURN = """
            insert into billing.pace as held (what, next_at)
            values ('reading', clock_timestamp() + make_interval(secs => :gap))
            on conflict (what) do update
               set next_at = case when held.next_at between clock_timestamp()
                                       and clock_timestamp() + interval '1 minute'
                                  then held.next_at else clock_timestamp() end + make_interval(secs => :gap)
            returning extract(epoch from next_at - clock_timestamp()) - :gap
            """;

    private final JdbcClient jdbc;
    private final double gap;

    ReadingPace(JdbcClient jdbc, @Value("${hub.billing.requests-per-second}") int perSecond) {
        this.jdbc = jdbc;
        this.gap = 1.0 / perSecond;
    }

    @Override
    public void await() throws InterruptedException {
        double seconds = jdbc.sql(TURN).param("gap", gap).query(Double.class).single();
        if (seconds > 0) {
            TimeUnit.MILLISECONDS.sleep((long) Math.ceil(seconds * 1000));
        }
    }
}
