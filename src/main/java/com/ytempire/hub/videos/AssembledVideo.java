package com.ytempire.hub.videos;

import java.math.BigDecimal;
import java.nio.file.Path;

/**
 * A finished film.
 *
 * @param film a complete MP4; nobody else has this name
 * @param captions the same captions that are in the picture, as SRT beside it; null when nothing was to be spoken
 * @param about as measured on the finished film
 * @param captionCoverage share of the spoken words that can be read in the picture, 0 to 1
 * @param clipsShown of those that were ordered; 0 when the picture is shown
 * @param sha256 of the film, hex
 */
record AssembledVideo(
        Path film,
        Path captions,
        FilmFacts about,
        BigDecimal captionCoverage,
        int clipsShown,
        String sha256,
        long bytes) {}
