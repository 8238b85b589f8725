package com.ytempire.hub.media;

import java.time.Instant;
import java.util.Locale;

/**
 * Stock that is wanted.
 *
 * @param query keywords, 1 to 100 characters
 * @param count at most so many
 * @param minSeconds and {@code maxSeconds}: of a clip, both included; photos have no length
 * @param orientation null for any
 * @param highValue whether a vendor may be asked whose assets cost money
 * @param video it is for, by its id; null when for none
 * @param deadline after it nothing is waited for any more
 */
public record StockRequest(
        Type type,
        String query,
        int count,
        int minSeconds,
        int maxSeconds,
        Orientation orientation,
        boolean highValue,
        String video,
        Instant deadline) {

    /** What kind of stock. */
    public enum Type {
        VIDEO,
        PHOTO;

        String column() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The chain that finds it. */
        String capability() {
            return column() + "s";
        }
    }

    /** How a picture lies. */
    public enum Orientation {
        LANDSCAPE,
        PORTRAIT,
        SQUARE;

        String column() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Whether it has the length and lies as is wanted; what a vendor does not tell is taken to fit. */
    boolean wants(StockItem item) {
        boolean lasts = item.duration() == null || item.duration() >= minSeconds && item.duration() <= maxSeconds;
        return lasts && (orientation == null || item.width() == null || orientation == lies(item));
    }

    private static Orientation lies(StockItem item) {
        int wider = Integer.compare(item.width(), item.height());
        return wider == 0 ? Orientation.SQUARE : wider > 0 ? Orientation.LANDSCAPE : Orientation.PORTRAIT;
    }
}
