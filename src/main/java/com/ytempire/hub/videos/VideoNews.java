package com.ytempire.hub.videos;

import com.ytempire.hub.notifications.AnalyticsEvent;
import com.ytempire.hub.notifications.Outbox;
import com.ytempire.hub.youtube.UploadListener;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What becomes of a video from the upload on, and who is told of its end. All of it happens in the transaction of what it
 * tells of, so each end is told once.
 */
@Component
class VideoNews implements UploadListener {

    private final JdbcClient jdbc;
    private final StepRows rows;
    private final VideoHistory history;
    private final Outbox outbox;
    private final Clock clock;

    VideoNews(JdbcClient jdbc, StepRows rows, VideoHistory history, Outbox outbox, Clock clock) {
        this.jdbc = jdbc;
        this.rows = rows;
        this.history = history;
        this.outbox = outbox;
        this.clock = clock;
    }

    /** n8n, the owner's endpoints and analytics are told that a video was finished or has failed. */
    void ended(Video video) {
        String type = "video_" + video.state();
        Map<String, Object> about = new LinkedHashMap<>();
        about.put("video_id", video.key());
        about.put("state", video.state());
        about.put("title", video.title());
        about.put("youtube_id", video.youtubeId());
        about.put("youtube_url", video.youtubeUrl());
        about.put("quality_score", video.qualityScore());
        about.put("duration_seconds", video.durationSeconds());
        about.put("error_code", video.errorCode());
        about.put("error_message", video.errorMessage());
        // each end has its event, also when a video is tried again and fails again
        String key = "video:" + video.id() + ":" + video.state() + ":" + history.latest(video.id());
        outbox.n8n(key, type, clock.instant(), about);
        if (video.owner() != null) {
            outbox.track(new AnalyticsEvent(key, type, video.owner(), clock.instant(), about));
        }
    }

    /**
     * Changes the video, unless it has ended by another way.
     *
     * @param columns as in {@code update … set}
     */
    private Optional<Video> change(UUID id, String columns, Map<String, Object> values) {
        return change(id, columns, values, "'processing', 'upload_queued', 'uploading', 'failed'");
    }

    /** @param from the states in which it may be */
    private Optional<Video> change(UUID id, String columns, Map<String, Object> values, String from) {
        return jdbc.sql("update videos.video set updated_at = :now, " + columns
                        + " where id = :id and state in (" + from + ")"
                        + " and deleted_at is null returning " + Video.COLUMNS)
                .params(values)
                .param("now", Timestamp.from(clock.instant()))
                .param("id", id)
                .query(Video.class)
                .optional();
    }

    /** An upload without a video here is its own master. */
    @Override
    public boolean mayBeRetried(UUID video) {
        return jdbc.sql("select state in ('upload_queued', 'uploading', 'failed') and deleted_at is null"
                        + " from videos.video where id = :id")
                .param("id", video)
                .query(Boolean.class)
                .optional()
                .orElse(true);
    }

    @Override
    public void queued(UUID video, long place) {
        change(
                        video,
                        "state = 'upload_queued', queue_place = :place, error_code = null, error_message = null",
                        Map.of("place", place))
                .ifPresent(changed -> {
                    rows.begun(video, Step.UPLOAD);
                    history.add(video, "upload_queued", Map.of("place", place));
                });
    }

    @Override
    public void uploading(UUID video, UUID channel, int percent) {
        Map<String, Object> values = new HashMap<>();
        values.put("channel", channel);
        values.put("percent", percent);
        change(
                        video,
                        "state = 'uploading', youtube_channel = :channel, upload_percent = :percent, queue_place = null",
                        values)
                .ifPresent(changed -> history.add(
                        video, "uploading", Map.of("channel_id", String.valueOf(channel), "percent", percent)));
    }

    @Override
    public void published(UUID video, String youtubeId, String url) {
        Map<String, Object> values = new HashMap<>();
        values.put("youtube", youtubeId);
        values.put("url", url);
        values.put("ended", Timestamp.from(clock.instant()));
        change(
                        video,
                        "state = 'completed', youtube_id = :youtube, youtube_url = :url, upload_percent = 100,"
                                + " queue_place = null, error_code = null, error_message = null,"
                                + " processing_completed_at = :ended",
                        values)
                .ifPresent(changed -> {
                    rows.ended(video, Step.UPLOAD);
                    history.add(video, "completed", Map.of("youtube_id", youtubeId, "youtube_url", url));
                    ended(changed);
                });
    }

    @Override
    public void failed(UUID video, String code, String reason) {
        Map<String, Object> values = new HashMap<>();
        values.put("code", code);
        values.put("reason", reason);
        Map<String, Object> event = new HashMap<>();
        event.put("step", Step.UPLOAD.stored());
        event.put("code", code);
        event.put("message", reason);
        values.put("ended", Timestamp.from(clock.instant()));
        change(
                        video,
                        "state = 'failed', error_code = :code, error_message = :reason, queue_place = null,"
                                + " processing_completed_at = :ended",
                        values,
                        "'processing', 'upload_queued', 'uploading'")
                .ifPresent(changed -> {
                    rows.failed(video, Step.UPLOAD, reason, true);
                    history.add(video, "failed", event);
                    ended(changed);
                });
    }

    @Override
    public void cancelled(UUID video) {
        change(video, "state = 'cancelled', queue_place = null", Map.of())
                .ifPresent(changed -> history.add(video, "cancelled", Map.of()));
    }
}
