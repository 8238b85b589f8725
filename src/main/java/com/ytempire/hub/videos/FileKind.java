package com.ytempire.hub.videos;

import java.util.Locale;

/** What a file of a video is. */
enum FileKind {
    NARRATION,
    CLIP,
    CAPTIONS,
    THUMBNAIL,
    VIDEO;

    /** As tables and the API write it. */
    String stored() {
        return name().toLowerCase(Locale.ROOT);
    }
}
