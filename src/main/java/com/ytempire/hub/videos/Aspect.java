package com.ytempire.hub.videos;

import java.util.Optional;
import java.util.stream.Stream;

/** How a video lies. */
enum Aspect {
    /** For televisions and computers. */
    WIDE("16:9"),

    /** For telephones. */
    UPRIGHT("9:16");

    private static final int LONG = 16;
    private static final int SHORT = 9;

    private final String ratio;

    Aspect(String ratio) {
        this.ratio = ratio;
    }

    /** As requests write it. */
    String ratio() {
        return ratio;
    }

    static Optional<Aspect> of(String ratio) {
        return Stream.of(values()).filter(each -> each.ratio.equals(ratio)).findFirst();
    }

    /** @param shortSide pixels */
    int width(int shortSide) {
        return this == WIDE ? longSide(shortSide) : shortSide;
    }

    /** @param shortSide pixels */
    int height(int shortSide) {
        return this == WIDE ? shortSide : longSide(shortSide);
    }

    /** Even, as the codec wants it. */
    private static int longSide(int shortSide) {
        return shortSide * LONG / SHORT / 2 * 2;
    }
}
