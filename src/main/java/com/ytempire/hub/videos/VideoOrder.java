package com.ytempire.hub.videos;

import java.time.Instant;
import java.util.UUID;

/**
 * A video that is wanted, as it has been checked.
 *
 * @param owner null: the fleet's
 * @param channel null: any that may take it
 * @param seconds it is to last
 * @param voice null: the usual one
 * @param publish now, at or hold
 * @param publishAt null unless it is {@code at}
 */
record VideoOrder(
        UUID id,
        UUID owner,
        String createdBy,
        UUID channel,
        String topic,
        String style,
        int seconds,
        Aspect aspect,
        String voice,
        boolean highValue,
        String privacy,
        String publish,
        Instant publishAt) {

    VideoOrder withId(UUID another) {
        return new VideoOrder(
                another, owner, createdBy, channel, topic, style, seconds, aspect, voice, highValue, privacy, publish,
                publishAt);
    }
}
