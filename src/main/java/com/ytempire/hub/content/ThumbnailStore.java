package com.ytempire.hub.content;

import com.ytempire.hub.platform.NodeId;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Thumbnails that were made, and who is making one right now. */
@Component("thumbnailStore")
class ThumbnailStore {

    private final JdbcClient jdbc;
    private final ContentSettings.Thumbnails settings;
    private final Clock clock;
    private final NodeId node;

    ThumbnailStore(JdbcClient jdbc, ContentSettings settings, Clock clock, NodeId node) {
        this.jdbc = jdbc;
        this.settings = settings.thumbnails();
        this.clock = clock;
        this.node = node;
    }

    /**
     * A thumbnail as it was made.
     *
     * @param webpBytes null when there is no WebP
     */
    record Made(
            UUID id, int jpegBytes, Integer webpBytes, String provider, String link, String model, String quality) {}

    /** @param webp null when there is none */
    record Stored(UUID owner, byte[] jpeg, byte[] webp) {}

    Made keep(
            ThumbnailOrder order,
            Pictures.Encoded picture,
            String provider,
            String link,
            String model,
            String quality) {
        UUID id = UUID.randomUUID();
        jdbc.sql("""
                        insert into content.thumbnail
                            (id, owner, request, video_id, round, jpeg, webp, provider, link, model, quality, created_at)
                        values (:id, :owner, :request, :video, :round, :jpeg, :webp, :provider, :link, :model, :quality, :now)
                        """)
                .param("id", id)
                .param("owner", order.request().owner())
                .param("request", order.hash())
                .param("video", order.request().videoId())
                .param("round", order.request().round(), Types.INTEGER)
                .param("jpeg", picture.jpeg())
                .param("webp", picture.webp())
                .param("provider", provider)
                .param("link", link)
                .param("model", model)
                .param("quality", quality)
                .param("now", Timestamp.from(clock.instant()))
                .update();
        return new Made(
                id,
                picture.jpeg().length,
                picture.webp() == null ? null : picture.webp().length,
                provider,
                link,
                model,
                quality);
    }

    /**
     * What a vendor made for the very same request a while ago, or for this step of its video however long ago; what the
     * hub drew itself is drawn anew.
     */
    Optional<Made> same(ThumbnailOrder order) {
        return jdbc.sql("""
                        select id, length(jpeg) as jpeg_bytes, length(webp) as webp_bytes, provider, link, model, quality
                          from content.thumbnail
                         where request = :request and model is not null
                           and (not :fresh and created_at > :since or video_id = :video and round = :round)
                         order by created_at desc limit 1
                        """)
                .param("request", order.hash())
                .param("fresh", order.request().fresh())
                .param("since", Timestamp.from(clock.instant().minus(settings.cached())))
                .param("video", order.request().videoId(), Types.VARCHAR)
                .param("round", order.request().round(), Types.INTEGER)
                .query(Made.class)
                .optional();
    }

    Optional<Stored> find(UUID id) {
        return jdbc.sql("select owner, jpeg, webp from content.thumbnail where id = :id")
                .param("id", id)
                .query(Stored.class)
                .optional();
    }

    /**
     * Claims a request, unless somebody else is making it; a claim whose node died ends with its lease.
     *
     * @return whether it is ours to make
     */
    boolean claim(ThumbnailOrder order, Duration lease) {
        return jdbc.sql("""
                                insert into content.thumbnail_claim as c (request, holder, node, lease_until)
                                values (:request, :holder, :node, now() + make_interval(secs => :lease))
                                on conflict (request) do update
                                   set holder = excluded.holder, node = excluded.node, lease_until = excluded.lease_until
                                 where c.lease_until < now()
                                """)
                        .param("request", order.hash())
                        .param("holder", order.holder())
                        .param("node", node.value())
                        .param("lease", lease.toSeconds())
                        .update()
                == 1;
    }

    void release(ThumbnailOrder order) {
        jdbc.sql("delete from content.thumbnail_claim where request = :request and holder = :holder")
                .param("request", order.hash())
                .param("holder", order.holder())
                .update();
    }

    /**
     * Forgets what is too old to be of use.
     *
     * @param unfinished videos whose steps may still ask for it
     */
    int forgetOld(List<String> unfinished) {
        jdbc.sql("delete from content.thumbnail_claim where lease_until < now() - interval '1 day'")
                .update();
        return jdbc.sql("delete from content.thumbnail where created_at < :since"
                        + " and not coalesce(video_id = any(:unfinished), false)")
                .param("unfinished", unfinished.toArray(String[]::new))
                .param("since", Timestamp.from(clock.instant().minus(settings.kept())))
                .update();
    }
}
