package com.ytempire.hub.videos;

import java.math.BigDecimal;
import java.util.List;

/**
 * How good a video is.
 *
 * @param score 0 to 1, two places
 * @param parts what it is made of
 */
record QualityScore(BigDecimal score, List<Part> parts) {

    /**
     * One thing that was measured.
     *
     * @param name of the part
     * @param weight its share of the score, 0 to 1; all together are 1
     * @param value 0 to 1
     * @param most the score is no higher, because of this part; null when it sets no limit
     * @param reason in a sentence
     */
    record Part(String name, BigDecimal weight, BigDecimal value, BigDecimal most, String reason) {}

    static QualityScore of(QualityFacts facts) {
        throw new UnsupportedOperationException("under way");
    }
}
