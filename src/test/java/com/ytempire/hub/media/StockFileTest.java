package com.ytempire.hub.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Which of a clip's files is taken. */
class StockFileTest {

    private static StockFile file(int width, int height) {
        return new StockFile(width + "x" + height, width, height);
    }

    @Test
    void theLargestUpToHdIsTaken() {
        assertThat(StockFile.best(List.of(file(3840, 2160), file(960, 540), file(1920, 1080), file(1280, 720))))
                .contains(file(1920, 1080));
        assertThat(StockFile.best(List.of(file(2160, 3840), file(1080, 1920)))).contains(file(1080, 1920));
    }

    @Test
    void whenAllAreLargerTheSmallestOfThemIs() {
        assertThat(StockFile.best(List.of(file(7680, 4320), file(3840, 2160)))).contains(file(3840, 2160));
        assertThat(StockFile.best(List.of())).isEmpty();
    }
}
