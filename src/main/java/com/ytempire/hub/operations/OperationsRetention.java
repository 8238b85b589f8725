package com.ytempire.hub.operations;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Forgets figures nobody draws any more, and alerts long over. What operators did stays. */
@Component("operationsRetention")
class OperationsRetention {

    private static final Duration FIGURES = Duration.ofDays(35);
    private static final Duration ALERTS = Duration.ofDays(90);

    private final JdbcClient jdbc;
    private final Clock clock;

    OperationsRetention(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** @return one line for the operator */
    public String apply() {
        Instant now = clock.instant();
        int figures = delete("operations.measure where minute < :before", now.minus(FIGURES))
                + delete("operations.probe where at < :before", now.minus(FIGURES));
        int alerts = delete("operations.alert where closed_at < :before", now.minus(ALERTS));
        return figures + " figures and " + alerts + " alerts forgotten";
    }

    private int delete(String from, Instant before) {
        return jdbc.sql("delete from " + from)
                .param("before", Timestamp.from(before))
                .update();
    }
}
