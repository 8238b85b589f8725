package com.ytempire.hub.videos;

import com.ytempire.hub.accounts.AccountClosing;
import com.ytempire.hub.accounts.AccountExport;
import com.ytempire.hub.youtube.UploadView;
import com.ytempire.hub.youtube.Uploads;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What is not kept: files of videos that ended long ago, what crashes left, and what belongs to somebody who has left. */
@Component("videoRetention")
class VideoRetention implements AccountClosing, AccountExport {

    private static final Set<String> NOT_AT_YOUTUBE = Set.of("queued", "waiting_quota", "uploading");

    private final JdbcClient jdbc;
    private final VideoFiles files;
    private final VideoDesk desk;
    private final VideoTickets tickets;
    private final Uploads uploads;
    private final VideosSettings.Retention settings;
    private final Clock clock;

    VideoRetention(
            JdbcClient jdbc,
            VideoFiles files,
            VideoDesk desk,
            VideoTickets tickets,
            Uploads uploads,
            VideosSettings settings,
            Clock clock) {
        this.jdbc = jdbc;
        this.files = files;
        this.desk = desk;
        this.tickets = tickets;
        this.uploads = uploads;
        this.settings = settings.retention();
        this.clock = clock;
    }

    /**
     * May run twice and at the same time on two nodes.
     *
     * @return one line for the operator
     */
    public String apply() {
        Instant now = clock.instant();
        List<UUID> old = jdbc.sql("""
                        select id from videos.video
                         where state in ('completed', 'failed', 'cancelled') and media_removed_at is null
                           and deleted_at is null and coalesce(processing_completed_at, updated_at) < :before
                           and coalesce(publish_at, 'epoch') < :before
                         order by no limit 1000
                        """)
                .param("before", Timestamp.from(now.minus(settings.media())))
                .query(UUID.class)
                .list();
        long removed = old.stream()
                .filter(video -> desk.removeMedia(video, now.minus(settings.media())))
                .count();
        int swept = files.sweep(settings.leftOver());
        return "the files of %d videos, %d left over, %d tickets".formatted(removed, swept, tickets.forgetOld());
    }

    /** Whoever works on one of these ends with the step under way; what is at YouTube stays the user's there. */
    @Override
    public void close(UUID userId) {
        jdbc.sql("select id from videos.video where owner = :user and deleted_at is null order by id")
                .param("user", userId)
                .query(UUID.class)
                .list()
                .forEach(video -> {
                    if (uploads.of(video).filter(VideoRetention::isToBeSent).isPresent()) {
                        uploads.cancel(video);
                    }
                    uploads.forget(video);
                    desk.forget(video);
                });
    }

    private static boolean isToBeSent(UploadView upload) {
        return NOT_AT_YOUTUBE.contains(upload.state());
    }

    @Override
    public String section() {
        return "videos";
    }

    @Override
    public Object of(UUID userId) {
        return jdbc
                .sql("select " + Video.COLUMNS + " from videos.video where owner = :user and deleted_at is null"
                        + " order by no")
                .param("user", userId)
                .query(Video.class)
                .list()
                .stream()
                .map(video -> VideoView.of(video, null, clock.instant(), video.script(), null, null))
                .toList();
    }
}
