package com.ytempire.hub.videos;

/** The video is no longer this run's: it was cancelled, changed by a person, or another node holds it now. */
class VideoLost extends RuntimeException {

    private static final long serialVersionUID = 1L;

    VideoLost(Object video) {
        super(video + " is no longer ours", null, false, false);
    }
}
