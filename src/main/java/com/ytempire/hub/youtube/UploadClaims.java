package com.ytempire.hub.youtube;

import static com.ytempire.hub.platform.SqlColumns.instant;

import com.ytempire.hub.camel.youtube.YoutubeSession;
import com.ytempire.hub.platform.NodeId;
import com.ytempire.hub.platform.Vault;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Claims due uploads for this node. Their leases go by the database's clock, due times by the hub's. */
@Component
class UploadClaims {

    /**
     * Of those that wait for a channel only the first of each lane can be had, so that a lane is served in its order on
     * however many nodes: while somebody is choosing for it, the next one is not the first.
     */
    private static final String SENDING = """
            select u.id from youtube.upload u
             where u.node is null and u.due_at <= :now
               and (u.state = 'uploading'
                    or u.state in ('queued', 'waiting_quota')
                       and not exists (select 1 from youtube.upload before
                                        where before.lane = u.lane and before.no < u.no
                                          and before.state in ('queued', 'waiting_quota')))
             order by u.no limit :free for update of u skip locked
            """;

    private static final String AFTERWARDS = """
            select u.id from youtube.upload u
             where u.node is null and u.due_at <= :now and u.state in ('finishing', 'watching')
             order by u.due_at limit :free for update of u skip locked
            """;

    private static final String CLAIM = """
            with due as (%s)
            update youtube.upload u
               set node = :node, attempt = attempt + 1, lease_until = now() + make_interval(secs => :lease)
              from due where u.id = due.id
            returning u.*, (select c.youtube_id from youtube.channel c where c.id = u.channel_id) as youtube_channel
            """;

    private static final Logger LOG = LoggerFactory.getLogger(UploadClaims.class);

    private final JdbcClient jdbc;
    private final Clock clock;
    private final Vault vault;
    private final String node;
    private final UploadSettings settings;

    UploadClaims(JdbcClient jdbc, Clock clock, Vault vault, NodeId node, UploadSettings settings) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.vault = vault;
        this.node = node.value();
        this.settings = settings;
    }

    /** Uploads whose file is to be sent, no more than there are threads free for. */
    List<UploadRun> sending(int free) {
        return claim(SENDING, free);
    }

    /** Uploads whose file is at YouTube. */
    List<UploadRun> afterwards(int free) {
        return claim(AFTERWARDS, free);
    }

    private List<UploadRun> claim(String which, int free) {
        return jdbc.sql(CLAIM.formatted(which))
                .param("now", Timestamp.from(clock.instant()))
                .param("free", free)
                .param("node", node)
                .param("lease", settings.lease().toSeconds())
                .query((row, number) -> map(row))
                .list();
    }

    /** What the address of a session is sealed for. */
    static String context(UUID upload) {
        return "youtube.upload/" + upload;
    }

    private UploadRun map(ResultSet row) throws SQLException {
        UUID id = row.getObject("id", UUID.class);
        YoutubeSession session = session(id, row.getString("session_sealed"));
        return new UploadRun(
                order(row, id),
                row.getInt("attempt"),
                instant(row, "since"),
                instant(row, "uploaded_at"),
                row.getString("code"),
                row.getString("state"),
                row.getInt("failures"),
                row.getObject("channel_id", UUID.class),
                row.getString("youtube_channel"),
                session,
                session == null && row.getTimestamp("session_at") != null,
                row.getLong("confirmed"),
                row.getTimestamp("all_sent_at") != null,
                row.getInt("looks"),
                row.getString("youtube_id"),
                row.getString("thumbnail_state").equals("wanted"),
                row.getString("captions_state").equals("wanted"),
                row.getString("details_state").equals("wanted"),
                row.getTimestamp("cancel_asked_at") != null);
    }

    /** Under another key its address cannot be read any more: then it is as good as gone. */
    private YoutubeSession session(UUID upload, String sealed) {
        if (sealed == null) {
            return null;
        }
        try {
            return new YoutubeSession(URI.create(vault.open(context(upload), sealed)));
        } catch (Vault.Unreadable e) {
            LOG.warn("the session of upload {} cannot be read: {}", upload, e.getMessage());
            return null;
        }
    }

    private static UploadRun.Order order(ResultSet row, UUID id) throws SQLException {
        Array tags = row.getArray("tags");
        return new UploadRun.Order(
                id,
                row.getObject("video_id", UUID.class),
                row.getObject("owner_id", UUID.class),
                row.getObject("wanted_channel", UUID.class),
                row.getString("lane"),
                row.getString("marker"),
                Path.of(row.getString("file")),
                row.getLong("bytes"),
                row.getString("sha256"),
                path(row, "thumbnail"),
                path(row, "captions"),
                row.getString("title"),
                row.getString("description"),
                List.of((String[]) tags.getArray()),
                row.getString("category"),
                row.getString("language"),
                row.getString("privacy"),
                instant(row, "publish_at"),
                row.getBoolean("made_for_kids"),
                row.getBoolean("synthetic_media"));
    }

    private static Path path(ResultSet row, String column) throws SQLException {
        String path = row.getString(column);
        return path == null ? null : Path.of(path);
    }
}
