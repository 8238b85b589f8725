package com.ytempire.hub.youtube;

import com.ytempire.hub.platform.AlertSource;
import com.ytempire.hub.platform.FigureSource;
import com.ytempire.hub.platform.StorySource;
import com.ytempire.hub.platform.Trouble;
import com.ytempire.hub.platform.Trouble.Level;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** How channels, quota and uploads do, in figures. */
@Component
public class YoutubeFigures implements FigureSource, AlertSource, StorySource {

    private static final Duration RECENT = Duration.ofHours(24);
    private static final Duration QUIET = Duration.ofMinutes(2);
    private static final String OK = "ok";
    private static final String AREA = "youtube";
    private static final int MOST = 100;
    private static final int SHOWN = 12; // channels

    private final JdbcClient jdbc;
    private final Clock clock;
    private final QuotaReport quota;

    YoutubeFigures(JdbcClient jdbc, Clock clock, QuotaReport quota) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.quota = quota;
    }

    /**
     * The area in three figures.
     *
     * @param quotaUsed units of the present day of quota, used or reserved, over all buckets
     * @param uploadSuccessRate of uploads that ended within a day, 0 to 1; null when none did
     */
    public record Summary(long channelsHealthy, long quotaUsed, Double uploadSuccessRate) {}

    /** The area in three figures. */
    public Summary summary() {
        Uploads ends = uploads();
        long ended = ends.published() + ends.failed();
        return new Summary(
                channels().active(),
                quota.today().buckets().stream()
                        .mapToLong(QuotaReport.Bucket::taken)
                        .sum(),
                ended == 0 ? null : (double) ends.published() / ended);
    }

    /** @param percent used or reserved of the present day's units, over 100 when more was used than there is */
    public record BucketUse(String owner, String bucket, int percent, int left, int units, String health) {}

    /** How full the buckets of the present day of quota are. */
    public List<BucketUse> buckets() {
        return quota.today().buckets().stream()
                .map(bucket -> new BucketUse(
                        bucket.owner(),
                        bucket.bucket(),
                        bucket.percent(),
                        bucket.left(),
                        bucket.units(),
                        bucket.health()))
                .toList();
    }

    /** Channels whose owners took their consent back, at most a hundred; by title, else by YouTube's id. */
    public List<String> revoked() {
        return jdbc.sql("select coalesce(title, youtube_id, id::text) from youtube.channel where state = 'revoked'"
                        + " order by 1 limit :most")
                .param("most", MOST)
                .query(String.class)
                .list();
    }

    private record Channels(long active, long out) {}

    private Channels channels() {
        return jdbc.sql("""
                        select count(*) filter (where state = 'active') as active,
                               count(*) filter (where state in ('unhealthy', 'suspended', 'revoked', 'out')) as out
                          from youtube.channel
                        """).query(Channels.class).single();
    }

    private record Uploads(long queued, long waiting, long underWay, long published, long failed) {}

    private Uploads uploads() {
        return jdbc.sql("""
                        select count(*) filter (where state = 'queued') as queued,
                               count(*) filter (where state = 'waiting_quota') as waiting,
                               count(*) filter (where state in ('uploading', 'finishing', 'watching')) as under_way,
                               count(*) filter (where state = 'published' and ended_at >= :from) as published,
                               count(*) filter (where state = 'failed' and ended_at >= :from) as failed
                          from youtube.upload
                         where state not in ('published', 'failed', 'cancelled') or ended_at >= :from
                        """)
                .param("from", Timestamp.from(clock.instant().minus(RECENT)))
                .query(Uploads.class)
                .single();
    }

    @Override
    public String title() {
        return "YouTube";
    }

    @Override
    public List<Figure> figures() {
        List<Figure> figures = new ArrayList<>();
        Channels channels = channels();
        figures.add(new Figure("channels active", String.valueOf(channels.active()), null, OK, null));
        figures.add(new Figure(
                "channels out", String.valueOf(channels.out()), null, channels.out() == 0 ? OK : "warn", null));
        for (QuotaReport.Bucket bucket : quota.today().buckets()) {
            figures.add(new Figure(
                    "quota of " + bucket.owner().replaceFirst("^project:", "") + ", " + bucket.bucket(),
                    bucket.percent() + " %",
                    bucket.left() + " of " + bucket.units() + " left",
                    state(bucket.health()),
                    null));
        }
        Uploads uploads = uploads();
        figures.add(new Figure("uploads queued", String.valueOf(uploads.queued()), null, OK, null));
        figures.add(new Figure(
                "waiting for quota",
                String.valueOf(uploads.waiting()),
                null,
                uploads.waiting() == 0 ? OK : "warn",
                null));
        figures.add(new Figure("under way", String.valueOf(uploads.underWay()), null, OK, null));
        figures.add(new Figure("published, 24 h", String.valueOf(uploads.published()), null, OK, null));
        figures.add(new Figure(
                "failed, 24 h", String.valueOf(uploads.failed()), null, uploads.failed() == 0 ? OK : "warn", null));
        figures.addAll(ofChannels());
        return figures;
    }

    /** Uploads of each channel within a day, those with the most first. */
    private List<Figure> ofChannels() {
        return jdbc.sql("""
                        select coalesce(c.title, c.youtube_id, c.id::text) as title, c.state, c.uploads_per_day as most,
                               coalesce(u.uploads, 0) as uploads
                          from youtube.channel c
                          left join (select channel_id, count(*) as uploads from youtube.upload
                                      where uploaded_at >= :from group by channel_id) u on u.channel_id = c.id
                         where c.state not in ('connecting', 'removed')
                         order by 4 desc, 1 limit :shown
                        """)
                .param("from", Timestamp.from(clock.instant().minus(RECENT)))
                .param("shown", SHOWN)
                .query((row, number) -> new Figure(
                        row.getString("title"),
                        row.getLong("uploads") + " of " + row.getInt("most"),
                        row.getString("state").equals("active") ? null : row.getString("state"),
                        row.getString("state").equals("active") ? OK : "warn",
                        "/operations/actions#youtube"))
                .list();
    }

    private static String state(String health) {
        return switch (health) {
            case "critical" -> "bad";
            case "warning" -> "warn";
            default -> OK;
        };
    }

    /** Buckets of quota that are nearly spent. */
    @Override
    public List<Trouble> troubles(Instant now) {
        return quota.today().buckets().stream()
                .filter(bucket -> !state(bucket.health()).equals(OK))
                .map(bucket -> Trouble.of(
                        "quota",
                        AREA,
                        bucket.owner() + " " + bucket.bucket(),
                        bucket.health().equals("critical") ? Level.CRITICAL : Level.WARNING,
                        bucket.percent() + " % of this bucket of YouTube's quota is taken",
                        "/operations",
                        QUIET))
                .toList();
    }

    /** What became of a video's uploads. */
    @Override
    public List<Line> tell(Subject subject) {
        if (!subject.kind().equals("video")) {
            return List.of();
        }
        List<Line> lines = new ArrayList<>();
        jdbc.sql("""
                        select u.queued_at, u.started_at, u.uploaded_at, u.ended_at, u.state, u.reason, u.youtube_id, u.note,
                               c.title as channel
                          from youtube.upload u left join youtube.channel c on c.id = u.channel_id
                         where u.video_id = :video or u.youtube_id = :id order by u.no desc limit :most
                        """)
                .param("video", uuid(subject.id()))
                .param("id", subject.id())
                .param("most", MOST)
                .query(row -> {
                    add(lines, row.getTimestamp("queued_at"), "Queued for upload", null);
                    add(lines, row.getTimestamp("started_at"), "Upload begins", row.getString("channel"));
                    add(lines, row.getTimestamp("uploaded_at"), "All of it is at YouTube", row.getString("youtube_id"));
                    add(
                            lines,
                            row.getTimestamp("ended_at"),
                            "Upload: " + row.getString("state"),
                            row.getString("reason") == null ? row.getString("note") : row.getString("reason"));
                });
        return lines;
    }

    private static void add(List<Line> lines, Timestamp at, String what, String detail) {
        if (at != null) {
            lines.add(new Line(at.toInstant(), AREA, what, detail, null));
        }
    }

    private static UUID uuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            return null; // an id of YouTube
        }
    }
}
