package com.ytempire.hub.videos;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What a file of a video is. */
enum MediaKind {
    NARRATION,
    CLIP,
    CAPTIONS,
    THUMBNAIL,
    VIDEO;

    /** All, as tables and the API write them. */
    static final List<String> STORED =
            Arrays.stream(values()).map(MediaKind::stored).toList();

    static MediaKind of(String stored) {
        return valueOf(stored.toUpperCase(Locale.ROOT));
    }

    /** As tables and the API write it. */
    String stored() {
        return name().toLowerCase(Locale.ROOT);
    }
}
