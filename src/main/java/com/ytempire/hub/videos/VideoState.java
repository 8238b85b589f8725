package com.ytempire.hub.videos;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Where a video is in its life. */
enum VideoState {
    /** Nobody has begun. */
    QUEUED,
    /** Somebody works on it, or will when its due time has come. */
    PROCESSING,
    /** A person has to decide. */
    WAITING_APPROVAL,
    UPLOAD_QUEUED,
    UPLOADING,
    COMPLETED,
    FAILED,
    CANCELLED;

    /** All, as tables and the API write them. */
    static final List<String> STORED =
            Arrays.stream(values()).map(VideoState::stored).toList();

    /** As tables and the API write it. */
    String stored() {
        return name().toLowerCase(Locale.ROOT);
    }

    static VideoState of(String stored) {
        return valueOf(stored.toUpperCase(Locale.ROOT));
    }

    /** Whether nothing more happens by itself. */
    boolean isEnd() {
        return this == COMPLETED || this == FAILED || this == CANCELLED;
    }

    /** Whether the upload has it in hand. */
    boolean isUpload() {
        return this == UPLOAD_QUEUED || this == UPLOADING;
    }
}
