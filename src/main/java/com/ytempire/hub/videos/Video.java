package com.ytempire.hub.videos;

import com.ytempire.hub.platform.Traced;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A video as its row has it.
 *
 * @param owner null: the fleet's
 * @param channelId the only channel that may take it; null: any
 * @param voice null: the usual one
 * @param tags comma-separated; null before they are made
 * @param holdReason why it waits for a person: quality, requested or speech; null when it does not
 * @param errorMessage why it failed, or why its step will be tried again
 * @param attempt number of the claim
 */
record Video(
        UUID id,
        UUID owner,
        UUID channelId,
        String topic,
        String style,
        int durationTarget,
        String aspect,
        String voice,
        boolean highValue,
        String privacy,
        String publish,
        Instant publishAt,
        String title,
        String description,
        String tags,
        String script,
        String state,
        String holdReason,
        boolean approved,
        String errorCode,
        String errorMessage,
        BigDecimal qualityScore,
        BigDecimal durationSeconds,
        Long queuePlace,
        Integer uploadPercent,
        UUID youtubeChannel,
        String youtubeId,
        String youtubeUrl,
        Instant dueAt,
        int attempt,
        int failures,
        Instant processingStartedAt,
        Instant processingCompletedAt,
        Instant createdAt,
        Instant updatedAt,
        Instant mediaRemovedAt)
        implements Traced {

    @Override
    public String traceOf() {
        return "video/" + id;
    }

    /** The columns of this, in any statement on {@code videos.video}. */
    static final String COLUMNS = "id, owner, channel_id, topic, style, duration_target, aspect, voice, high_value,"
            + " privacy, publish, publish_at, title, description, tags, script, state, hold_reason, approved, error_code,"
            + " error_message, quality_score, duration_seconds, queue_place, upload_percent, youtube_channel, youtube_id,"
            + " youtube_url, due_at, attempt, failures, processing_started_at, processing_completed_at, created_at,"
            + " updated_at, media_removed_at";

    VideoState now() {
        return VideoState.of(state);
    }

    /** As content, media and spending know it. */
    String key() {
        return id.toString();
    }

    List<String> tagList() {
        return tags == null || tags.isBlank() ? List.of() : List.of(tags.split("\\s*,\\s*"));
    }

    /** Names it without saying what it is about. */
    @Override
    public String toString() {
        return "video " + id + " (attempt " + attempt + ")";
    }
}
