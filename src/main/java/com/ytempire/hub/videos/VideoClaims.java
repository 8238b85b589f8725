package com.ytempire.hub.videos;

import com.ytempire.hub.platform.NodeId;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The claims of this node on videos. A claim is a lease by the database's clock, and ends by itself when its node does not
 * renew it; due times go by the hub's clock.
 */
@Component
class VideoClaims {

    private final JdbcClient jdbc;
    private final Clock clock;
    private final String node;
    private final VideosSettings settings;

    VideoClaims(JdbcClient jdbc, Clock clock, NodeId node, VideosSettings settings) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.node = node.value();
        this.settings = settings;
    }

    /**
     * Claims what is due, the longest waiting first; what a dead node held as soon as its lease is over.
     *
     * @param most no more than this node has hands free for
     * @param mayStart whether videos may be begun, or only gone on with
     */
    List<Video> claim(int most, boolean mayStart) {
        return jdbc.sql("""
                        with due as materialized (
                            select id as due_id from videos.video
                             where due_at <= :now and (lease_until is null or lease_until < now())
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

    /** One claim: the same video may be claimed again by the same node while a run that has lost it still ends. */
    record Claim(UUID video, int attempt) {}

    /** Keeps the claims on what is under way. */
    void renew(Collection<Claim> claims) {
        List<Claim> all = List.copyOf(claims);
        jdbc.sql("""
                        update videos.video v set lease_until = now() + make_interval(secs => :lease)
                          from unnest(:videos::uuid[], :attempts::int[]) as mine (video, attempt)
                         where v.id = mine.video and v.attempt = mine.attempt and v.node = :node
                           and v.lease_until is not null
                        """)
                .param("lease", settings.lease().toSeconds())
                .param("node", node)
                .param("videos", all.stream().map(Claim::video).toArray(UUID[]::new))
                .param("attempts", all.stream().map(Claim::attempt).toArray(Integer[]::new))
                .update();
    }

    /** What this node held when it died or stops is free at once; there is only one process of a node's name. */
    int giveBackOwn() {
        return jdbc.sql("update videos.video set node = null, lease_until = null"
                        + " where node = :node and lease_until is not null")
                .param("node", node)
                .update();
    }
}
