package com.ytempire.hub.videos;

import com.ytempire.hub.media.StockItem;
import java.nio.file.Path;

/**
 * A clip or photo of a vendor's that was asked for.
 *
 * @param file null when it cannot be used
 * @param refused why it cannot; null when it can
 */
record FetchedClip(StockItem item, Path file, String refused) {

    boolean isUsable() {
        return file != null;
    }
}
