package com.ytempire.hub.operations;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Work that is to be done once in a while, by whichever node comes first. */
@Component("turns")
class Turns {

    private final JdbcClient jdbc;
    private final Clock clock;

    Turns(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** @return whether it is due, and this node's to do */
    public boolean take(String name, Duration every) {
        Instant now = clock.instant();
        return jdbc.sql("""
                                insert into operations.turn as t (name, next_at) values (:name, :next)
                                on conflict (name) do update set next_at = excluded.next_at where t.next_at <= :now
                                """)
                        .param("name", name)
                        .param("next", Timestamp.from(now.plus(every)))
                        .param("now", Timestamp.from(now))
                        .update()
                == 1;
    }
}
