package com.ytempire.hub.youtube;

import java.sql.Timestamp;
import java.time.Clock;
import java.util.UUID;
import org.springframework.boot.test.context.TestComponent;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Channels for tests, as if their owners had consented. */
@TestComponent
public class TestChannels {

    private final JdbcClient jdbc;
    private final Clock clock;

    TestChannels(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** A Google Cloud project nobody else uses, so that its quota is the test's own. */
    public static String project() {
        return "project-" + UUID.randomUUID();
    }

    /**
     * A healthy channel without tokens.
     *
     * @param owner null: the fleet's
     */
    public UUID add(UUID owner, String project, boolean reserve, int uploadsPerDay) {
        UUID id = UUID.randomUUID();
        Timestamp now = Timestamp.from(clock.instant());
        jdbc.sql("""
                        insert into youtube.channel (id, user_id, project, youtube_id, title, state, state_since, reserve,
                                                     uploads_per_day, check_due_at, connected_by, created_at)
                        values (:id, :owner, :project, :youtube, 'A channel', 'active', :now, :reserve, :uploads,
                                'infinity', 'test', :now)
                        """)
                .param("id", id)
                .param("owner", owner)
                .param("project", project)
                .param("youtube", "UC" + id.toString().replace("-", "").substring(0, 22))
                .param("reserve", reserve)
                .param("uploads", uploadsPerDay)
                .param("now", now)
                .update();
        return id;
    }

    /** An active channel with so many uploads a day. */
    public UUID add(UUID owner, String project, int uploadsPerDay) {
        return add(owner, project, false, uploadsPerDay);
    }
}
