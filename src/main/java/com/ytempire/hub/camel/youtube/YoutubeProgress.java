package com.ytempire.hub.camel.youtube;

import com.google.api.services.youtube.model.Video;

/**
 * How far a resumable upload has got, as YouTube says.
 *
 * @param confirmed bytes YouTube has stored; the next chunk begins here
 * @param video what was made of them once all had arrived; null before
 */
public record YoutubeProgress(long confirmed, Video video) {

    /** Whether the upload has ended with a video. */
    public boolean finished() {
        return video != null;
    }

    /**
     * YouTube's id of the video.
     *
     * @return null while the upload goes on
     */
    public String videoId() {
        return video == null ? null : video.getId();
    }
}
