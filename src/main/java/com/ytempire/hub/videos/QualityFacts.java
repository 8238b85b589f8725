package com.ytempire.hub.videos;

import com.ytempire.hub.content.SpeechAnswer;
import com.ytempire.hub.content.TextAnswer;
import com.ytempire.hub.content.ThumbnailAnswer;
import java.math.BigDecimal;

/**
 * What a video's quality is judged by.
 *
 * @param about the finished film
 * @param wantedSeconds how long it was to be
 * @param captionCoverage share of the spoken words that can be read, 0 to 1
 * @param clipsShown how many clips; 0 when the thumbnail is shown instead
 * @param scriptProvider as {@link TextAnswer#provider()}
 * @param scriptQuality as {@link TextAnswer#quality()}
 * @param speechQuality as {@link SpeechAnswer#quality()}; of a supplied recording {@link #SUPPLIED}
 * @param thumbnailQuality as {@link ThumbnailAnswer#quality()}
 */
record QualityFacts(
        FilmFacts about,
        int wantedSeconds,
        BigDecimal captionCoverage,
        int clipsShown,
        String scriptProvider,
        String scriptQuality,
        int speechQuality,
        String thumbnailQuality) {

    /** The quality of speech that a person recorded. */
    static final int SUPPLIED = 95;
}
