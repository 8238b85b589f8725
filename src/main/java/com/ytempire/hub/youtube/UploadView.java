package com.ytempire.hub.youtube;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * An upload as it stands.
 *
 * @param owner the user; null: an operator's
 * @param channel that takes it, by its id in the hub; null before one is chosen
 * @param state queued, waiting_quota, uploading, finishing, watching, published, failed or cancelled
 * @param code why it failed or waits, for programs; null when there is nothing to say
 * @param reason the same for people
 * @param note what YouTube refused although the video stands, such as its thumbnail
 * @param place in the queue, from 1; null when it does not wait for a channel
 * @param expectedAt the reset after which it is uploaded; null unless it waits for quota
 * @param bytesSent that YouTube has confirmed
 * @param percent of the file, 0 to 100
 * @param bytesPerSecond of the latest part; null before the first
 * @param youtubeId null before YouTube has the whole file
 * @param thumbnail none, wanted, set or refused; captions likewise
 * @param nextAt when the next thing is done; null when nothing is
 * @param seenInFeedAt when YouTube's push, or the channel's feed, first told of the video
 * @param events what happened so far, oldest first; empty in lists
 */
public record UploadView(
        UUID id,
        @JsonProperty("video_id") UUID video,
        @JsonProperty("owner_id") UUID owner,
        @JsonProperty("channel_id") UUID channel,
        String title,
        String state,
        String code,
        String reason,
        String note,
        Long place,
        Instant expectedAt,
        long bytes,
        long bytesSent,
        int percent,
        Long bytesPerSecond,
        String youtubeId,
        String youtubeUrl,
        String privacy,
        Instant publishAt,
        String thumbnail,
        String captions,
        int failures,
        Instant nextAt,
        Instant queuedAt,
        Instant startedAt,
        Instant uploadedAt,
        Instant endedAt,
        Instant seenInFeedAt,
        List<Event> events) {

    /**
     * Something that happened to an upload.
     *
     * @param kind for instance channel_chosen, session_started, channel_out, thumbnail_refused
     * @param detail for people; null when the kind says all
     */
    public record Event(
            Instant at,
            String kind,
            @JsonProperty("channel_id") UUID channel,
            String detail) {}

    UploadView with(List<Event> events) {
        return new UploadView(
                id,
                video,
                owner,
                channel,
                title,
                state,
                code,
                reason,
                note,
                place,
                expectedAt,
                bytes,
                bytesSent,
                percent,
                bytesPerSecond,
                youtubeId,
                youtubeUrl,
                privacy,
                publishAt,
                thumbnail,
                captions,
                failures,
                nextAt,
                queuedAt,
                startedAt,
                uploadedAt,
                endedAt,
                seenInFeedAt,
                events);
    }
}
