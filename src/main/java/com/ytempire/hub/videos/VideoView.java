package com.ytempire.hub.videos;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A video as the API shows it.
 *
 * @param waitingReason why a queued one has not begun: disk_space or storage_unavailable; null when nothing is in the way
 * @param holdReason why it waits for a person: quality, requested or speech
 * @param retryAt when a step that failed is tried again
 * @param script in the view of one video only, as are {@code steps} and {@code files}
 */
record VideoView(
        UUID videoId,
        String state,
        String waitingReason,
        String holdReason,
        String errorCode,
        String errorMessage,
        Instant retryAt,
        String topic,
        String style,
        Integer durationTarget,
        String aspect,
        String voice,
        UUID channelId,
        String privacy,
        String publish,
        Instant publishAt,
        String title,
        String description,
        List<String> tags,
        BigDecimal qualityScore,
        BigDecimal durationSeconds,
        Long queuePlace,
        Integer uploadPercent,
        UUID youtubeChannelId,
        String youtubeId,
        String youtubeUrl,
        Instant processingStartedAt,
        Instant processingCompletedAt,
        Instant createdAt,
        Instant updatedAt,
        Instant mediaRemovedAt,
        @JsonInclude(JsonInclude.Include.NON_NULL) String script,
        @JsonInclude(JsonInclude.Include.NON_NULL) List<StepRows.Row> steps,
        @JsonInclude(JsonInclude.Include.NON_NULL) List<Map<String, Object>> files) {

    static VideoView of(Video video, String waitingReason, Instant now) {
        return of(video, waitingReason, now, null, null, null);
    }

    static VideoView of(
            Video video,
            String waitingReason,
            Instant now,
            String script,
            List<StepRows.Row> steps,
            List<Map<String, Object>> files) {
        boolean waits = video.now() == VideoState.PROCESSING && video.dueAt().isAfter(now);
        boolean queued = video.now() == VideoState.QUEUED;
        return new VideoView(
                video.id(),
                video.state(),
                queued ? waitingReason : null,
                video.holdReason(),
                video.errorCode(),
                video.errorMessage(),
                waits ? video.dueAt() : null,
                video.topic(),
                video.style(),
                video.durationTarget(),
                video.aspect(),
                video.voice(),
                video.channelId(),
                video.privacy(),
                video.publish(),
                video.publishAt(),
                video.title(),
                video.description(),
                video.tagList(),
                video.qualityScore(),
                video.durationSeconds(),
                video.queuePlace(),
                video.uploadPercent(),
                video.youtubeChannel(),
                video.youtubeId(),
                video.youtubeUrl(),
                video.processingStartedAt(),
                video.processingCompletedAt(),
                video.createdAt(),
                video.updatedAt(),
                video.mediaRemovedAt(),
                script,
                steps,
                files);
    }
}
