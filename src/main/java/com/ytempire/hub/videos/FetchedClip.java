package com.ytempire.hub.videos;

import java.nio.file.Path;

/**
 * A clip or photo that was to be loaded.
 *
 * @param file null when it cannot be used
 * @param refused why it cannot; null when it can
 */
record FetchedClip(ClipSource source, Path file, String refused) {

    boolean isUsable() {
        return file != null;
    }
}
