package com.ytempire.hub.youtube;

import static com.ytempire.hub.platform.SqlColumns.instant;

import com.ytempire.hub.platform.Page;
import com.ytempire.hub.platform.Paging;
import com.ytempire.hub.platform.Problem;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads uploads for people. */
@Component
class UploadViews {

    /**
     * The notice of a video is joined and not copied: it may come before the upload itself knows the video's id, and
     * then neither of two transactions would see the other.
     */
    private static final String SELECT = """
            select u.*, seen.first_seen_at,
                   case when u.state in ('queued', 'waiting_quota')
                        then (select count(*) from youtube.upload before
                               where before.lane = u.lane and before.no <= u.no
                                 and before.state in ('queued', 'waiting_quota')) end as place
              from youtube.upload u
              left join youtube.video seen on seen.video_id = u.youtube_id
            """;

    private final JdbcClient jdbc;
    private final UploadHistory history;

    UploadViews(JdbcClient jdbc, UploadHistory history) {
        this.jdbc = jdbc;
        this.history = history;
    }

    /** With all that happened. @throws Problem 404 */
    UploadView find(UUID id) {
        return jdbc.sql(SELECT + " where u.id = :id")
                .param("id", id)
                .query(UploadViews::map)
                .optional()
                .map(upload -> upload.with(history.of(id)))
                .orElseThrow(UploadViews::notFound);
    }

    static Problem notFound() {
        return new Problem(HttpStatus.NOT_FOUND, "upload_not_found", "There is no such upload");
    }

    Optional<UploadView> latest(UUID video) {
        return jdbc.sql(SELECT + " where u.video_id = :video order by u.no desc limit 1")
                .param("video", video)
                .query(UploadViews::map)
                .optional()
                .map(upload -> upload.with(history.of(upload.id())));
    }

    /** In the queue, from 1; 0 when it does not wait. */
    long place(UUID id) {
        return jdbc.sql("""
                        select count(*) from youtube.upload u join youtube.upload before
                            on before.lane = u.lane and before.no <= u.no and before.state in ('queued', 'waiting_quota')
                         where u.id = :id and u.state in ('queued', 'waiting_quota')
                        """).param("id", id).query(Long.class).single();
    }

    /** The places of all that wait in a lane, by their videos. */
    Map<UUID, Long> inLane(String lane) {
        Map<UUID, Long> places = new LinkedHashMap<>();
        jdbc.sql("select video_id from youtube.upload where lane = :lane and state in ('queued', 'waiting_quota')"
                        + " order by no")
                .param("lane", lane)
                .query(UUID.class)
                .list()
                .forEach(video -> places.put(video, places.size() + 1L));
        return places;
    }

    /** Newest first. @param owner null: everybody's @param state and channel: null for any */
    Page<UploadView> list(UUID owner, String state, UUID channel, UUID video, Paging paging) {
        String where = """
                 where (:owner::uuid is null or u.owner_id = :owner::uuid)
                   and (:state::text is null or u.state = :state::text)
                   and (:channel::uuid is null or u.channel_id = :channel::uuid)
                   and (:video::uuid is null or u.video_id = :video::uuid)
                """;
        List<UploadView> items = jdbc.sql(SELECT + where + " order by u.no desc limit :most offset :offset")
                .param("owner", owner)
                .param("state", state)
                .param("channel", channel)
                .param("video", video)
                .param("most", paging.perPage())
                .param("offset", paging.offset())
                .query(UploadViews::map)
                .list();
        long total = jdbc.sql("select count(*) from youtube.upload u" + where)
                .param("owner", owner)
                .param("state", state)
                .param("channel", channel)
                .param("video", video)
                .query(Long.class)
                .single();
        return new Page<>(items, total, paging);
    }

    private static UploadView map(ResultSet row, int number) throws SQLException {
        long bytes = row.getLong("bytes");
        String youtubeId = row.getString("youtube_id");
        long sent = youtubeId == null ? row.getLong("confirmed") : bytes;
        return new UploadView(
                row.getObject("id", UUID.class),
                row.getObject("video_id", UUID.class),
                row.getObject("owner_id", UUID.class),
                row.getObject("channel_id", UUID.class),
                row.getString("title"),
                row.getString("state"),
                row.getString("code"),
                row.getString("reason"),
                row.getString("note"),
                row.getObject("place", Long.class),
                instant(row, "expected_at"),
                bytes,
                sent,
                percent(sent, bytes),
                row.getObject("bytes_per_second", Long.class),
                youtubeId,
                UploadTold.url(youtubeId),
                row.getString("privacy"),
                instant(row, "publish_at"),
                row.getString("thumbnail_state"),
                row.getString("captions_state"),
                row.getInt("failures"),
                instant(row, "due_at"),
                instant(row, "queued_at"),
                instant(row, "started_at"),
                instant(row, "uploaded_at"),
                instant(row, "ended_at"),
                instant(row, "first_seen_at"),
                List.of());
    }

    /** Rounded down: 100 is all of it. */
    static int percent(long sent, long bytes) {
        return (int) (sent * 100 / bytes);
    }
}
