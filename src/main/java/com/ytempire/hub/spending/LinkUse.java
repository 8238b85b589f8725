package com.ytempire.hub.spending;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Counts calls in memory and adds them to the database every few seconds; a crash loses those seconds of figures. */
@Component("linkUse")
class LinkUse {

    private final JdbcClient jdbc;
    private final Clock clock;
    private final Map<Key, Sum> counted = new ConcurrentHashMap<>();

    LinkUse(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    void add(String link, Duration took, boolean failed) {
        Key key = new Key(link, clock.instant().truncatedTo(ChronoUnit.HOURS));
        counted.merge(key, new Sum(1, failed ? 1 : 0, took.toMillis()), Sum::plus);
    }

    /** Adds what was counted since the last time. */
    public void flush() {
        for (Key key : counted.keySet()) {
            Sum sum = counted.remove(key);
            jdbc.sql("""
                            insert into spending.link_use as u (link, hour, calls, errors, millis)
                            values (:link, :hour, :calls, :errors, :millis)
                            on conflict (link, hour) do update
                               set calls = u.calls + excluded.calls, errors = u.errors + excluded.errors,
                                   millis = u.millis + excluded.millis
                            """)
                    .param("link", key.link)
                    .param("hour", Timestamp.from(key.hour))
                    .param("calls", sum.calls)
                    .param("errors", sum.errors)
                    .param("millis", sum.millis)
                    .update();
        }
    }

    private record Key(String link, Instant hour) {}

    private record Sum(long calls, long errors, long millis) {
        Sum plus(Sum other) {
            return new Sum(calls + other.calls, errors + other.errors, millis + other.millis);
        }
    }
}
