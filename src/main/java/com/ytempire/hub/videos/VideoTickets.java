package com.ytempire.hub.videos;

import java.security.SecureRandom;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import org.apache.commons.codec.digest.DigestUtils;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Lets a browser's EventSource in, which can send no header: a ticket is good for one video, once, for a short while. The
 * database keeps its hash only.
 */
@Component
class VideoTickets {

    private static final int BYTES = 24;

    private final SecureRandom random = new SecureRandom();
    private final JdbcClient jdbc;
    private final VideosSettings settings;
    private final Clock clock;

    VideoTickets(JdbcClient jdbc, VideosSettings settings, Clock clock) {
        this.jdbc = jdbc;
        this.settings = settings;
        this.clock = clock;
    }

    /** @param ticket shown this once */
    record Ticket(String ticket, String url, Instant expiresAt) {}

    Ticket issue(UUID video) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        String ticket = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        Instant expires = clock.instant().plus(settings.live().ticket());
        jdbc.sql("insert into videos.ticket (hash, video_id, expires_at) values (:hash, :video, :expires)")
                .param("hash", DigestUtils.sha256Hex(ticket))
                .param("video", video)
                .param("expires", Timestamp.from(expires))
                .update();
        return new Ticket(ticket, "/api/v1/videos/%s/events?ticket=%s".formatted(video, ticket), expires);
    }

    /** @return whether it lets in now; it never does again */
    boolean use(UUID video, String ticket) {
        return jdbc.sql("delete from videos.ticket where hash = :hash and video_id = :video and expires_at > :now")
                        .param("hash", DigestUtils.sha256Hex(ticket))
                        .param("video", video)
                        .param("now", Timestamp.from(clock.instant()))
                        .update()
                == 1;
    }

    /** Forgets those that were never used. */
    int forgetOld() {
        return jdbc.sql("delete from videos.ticket where expires_at <= :now")
                .param("now", Timestamp.from(clock.instant()))
                .update();
    }
}
