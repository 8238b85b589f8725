package com.ytempire.hub.billing;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What was said before, and whether a thing is so recent that people are to be told. */
@Component
class Noted {

    private final JdbcClient jdbc;
    private final Clock clock;
    private final Duration tellWithin;

    Noted(JdbcClient jdbc, Clock clock, @Value("${hub.billing.tell-within}") Duration tellWithin) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.tellWithin = tellWithin;
    }

    /** @return whether this is the first time, in the caller's transaction */
    boolean first(String key) {
        return jdbc.sql("insert into billing.noted (key, at) values (:key, :now) on conflict do nothing")
                        .param("key", key)
                        .param("now", Timestamp.from(clock.instant()))
                        .update()
                == 1;
    }

    /** A first fill of the mirror brings old things: they are noted in silence. */
    boolean isNews(Instant at) {
        return at.isAfter(clock.instant().minus(tellWithin));
    }
}
