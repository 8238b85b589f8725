package com.ytempire.hub.videos;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The switch for times in which videos would come out badly: none is begun on any node, those under way go on. */
@Component
class VideoPause {

    private static final Logger LOG = LoggerFactory.getLogger(VideoPause.class);

    private final JdbcClient jdbc;
    private final Clock clock;

    VideoPause(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    record Paused(Instant since, String by, String reason) {}

    /** Empty while videos are begun. */
    Optional<Paused> state() {
        return jdbc.sql("select since, by, reason from videos.pause")
                .query(Paused.class)
                .optional();
    }

    /** Twice is once. */
    void begin(String reason, String operator) {
        jdbc.sql("insert into videos.pause (since, by, reason) values (:now, :by, :reason) on conflict do nothing")
                .param("now", Timestamp.from(clock.instant()))
                .param("by", operator)
                .param("reason", reason)
                .update();
        LOG.warn("no new video is begun: paused by {}", operator);
    }

    void end(String operator) {
        jdbc.sql("delete from videos.pause").update();
        LOG.warn("new videos are begun again: resumed by {}", operator);
    }
}
