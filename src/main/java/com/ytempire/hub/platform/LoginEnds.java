package com.ytempire.hub.platform;

import java.sql.Timestamp;
import java.time.Instant;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** When operators logged out, on whichever node: every login of before has ended, wherever a copy of it is. */
@Component
class LoginEnds {

    private final JdbcClient jdbc;

    LoginEnds(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void end(String operator, Instant now) {
        jdbc.sql("insert into operations.login_end (operator, at) values (:operator, :now)"
                        + " on conflict (operator) do update set at = greatest(login_end.at, excluded.at)")
                .param("operator", operator)
                .param("now", Timestamp.from(now))
                .update();
    }

    boolean hasEnded(String operator, Instant begun) {
        return jdbc.sql("select count(*) from operations.login_end where operator = :operator and at >= :begun")
                        .param("operator", operator)
                        .param("begun", Timestamp.from(begun))
                        .query(Long.class)
                        .single()
                > 0;
    }
}
