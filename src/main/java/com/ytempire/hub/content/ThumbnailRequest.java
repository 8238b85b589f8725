package com.ytempire.hub.content;

import java.time.Instant;
import java.util.UUID;

/**
 * A thumbnail that is wanted.
 *
 * @param title of the video; stands on the picture when the hub draws it itself
 * @param prompt what is to be seen; null: whatever fits the title
 * @param style of the video, for instance {@code educational}; null for none in particular
 * @param videoId it is for; null when for none
 * @param round how often the step of that video is made that asks, from 1: what was paid for in this round is found
 *     again however long the hub was away; null when no step asks
 * @param owner whose it is; null for the fleet. Nobody is answered with another owner's picture
 * @param fresh true to pass the cache by
 * @param deadline after it nobody is asked any more
 * @param only the one vendor's link that is asked, to try it out; null for the chain as it stands
 */
public record ThumbnailRequest(
        String title,
        String prompt,
        String style,
        String videoId,
        Integer round,
        UUID owner,
        boolean fresh,
        Instant deadline,
        String only) {

    public ThumbnailRequest(
            String title,
            String prompt,
            String style,
            String videoId,
            Integer round,
            UUID owner,
            boolean fresh,
            Instant deadline) {
        this(title, prompt, style, videoId, round, owner, fresh, deadline, null);
    }
}
