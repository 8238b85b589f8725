package com.ytempire.hub.videos;

import com.ytempire.hub.platform.NodeId;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Claims due videos for this node, and none while it does not see their folder. Their leases go by the database's clock,
 * due times by the hub's.
 */
@Component
class VideoClaims {

    private final JdbcClient jdbc;
    private final Clock clock;
    private final VideoStorage storage;
    private final String node;
    private final VideosSettings settings;

    VideoClaims(JdbcClient jdbc, Clock clock, VideoStorage storage, NodeId node, VideosSettings settings) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.storage = storage;
        this.node = node.value();
        this.settings = settings;
    }

    /**
     * Claims what is due, the longest waiting first; with a full disk only what was begun.
     *
     * @param most no more than this node has hands free for
     */
    List<Video> claim(int most) {
        Optional<String> problem = storage.problemOfStarting();
        return problem.filter(VideoStorage.UNAVAILABLE::equals).isPresent()
                ? List.of()
                : claim(most, problem.isEmpty());
    }

    private List<Video> claim(int most, boolean mayStart) {
        return jdbc.sql("""
                        with due as materialized (
                            select id as due_id from videos.video
                             where due_at <= :now and lease_until is null
                               and (state = 'processing' or state = 'queued' and :may_start
                                                    and not exists (select 1 from videos.pause))
                             order by due_at, no limit :most for update skip locked
                        )
                        update videos.video
                           set attempt = attempt + 1, node = :node, lease_until = now() + make_interval(secs => :lease),
                               state = 'processing', processing_started_at = coalesce(processing_started_at, :now),
                               updated_at = :now
                          from due where id = due_id
                        returning\s""" + Video.COLUMNS)
                .param("node", node)
                .param("lease", settings.lease().toSeconds())
                .param("now", Timestamp.from(clock.instant()))
                .param("may_start", mayStart)
                .param("most", most)
                .query(Video.class)
                .list();
    }
}
