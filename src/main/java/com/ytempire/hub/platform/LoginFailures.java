package com.ytempire.hub.platform;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Failed logins of operators as all nodes see them; whoever goes to another node does not begin anew there. */
@Component
class LoginFailures {

    private static final Logger LOG = LoggerFactory.getLogger(LoginFailures.class);

    private final JdbcClient jdbc;

    LoginFailures(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** How long the address is still turned away; zero when it is not, or nobody can say. */
    Duration left(String address, int limit, Duration within) {
        try {
            return jdbc.sql("""
                            select ceil(extract(epoch from began_at + make_interval(secs => :within) - now()))::int
                              from operations.login_failure
                             where address = :address and failures >= :limit
                               and began_at > now() - make_interval(secs => :within)
                            """)
                    .param("within", within.toSeconds())
                    .param("address", address)
                    .param("limit", limit)
                    .query(Integer.class)
                    .optional()
                    .map(Duration::ofSeconds)
                    .orElse(Duration.ZERO);
        } catch (DataAccessException e) {
            LOG.debug("failed logins are counted by this node alone: {}", e.getMessage());
            return Duration.ZERO;
        }
    }

    /** @return how many it has within its time; 0 when nobody can say */
    int add(String address, Duration within) {
        try {
            jdbc.sql("delete from operations.login_failure where began_at <= now() - make_interval(secs => :within)")
                    .param("within", within.toSeconds())
                    .update();
            return jdbc.sql("insert into operations.login_failure as f (address, began_at, failures)"
                            + " values (:address, now(), 1)"
                            + " on conflict (address) do update set failures = f.failures + 1 returning failures")
                    .param("address", address)
                    .query(Integer.class)
                    .single();
        } catch (DataAccessException e) {
            LOG.debug("a login is counted by this node alone: {}", e.getMessage());
            return 0;
        }
    }

    void takeBack(String address) {
        try {
            jdbc.sql("update operations.login_failure set failures = failures - 1"
                            + " where address = :address and failures > 0")
                    .param("address", address)
                    .update();
        } catch (DataAccessException e) {
            LOG.debug("a right login counts until its minute is over: {}", e.getMessage());
        }
    }
}
