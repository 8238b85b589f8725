package com.ytempire.hub.content;

import java.math.BigDecimal;
import java.util.List;
import java.util.UUID;

/**
 * A thumbnail and how it came about.
 *
 * @param url where it is fetched; which of the formats, the {@code Accept} header decides
 * @param formats it is to be had in, the better one first
 * @param provider who made it; {@code hub} when it was drawn here
 * @param link that answered
 * @param model null when no model made it
 * @param cost US dollars, of all tries together
 * @param quality excellent, good or basic
 * @param degraded whether it is less than what was asked for
 * @param cached whether it was made for an earlier request
 * @param millis it took
 * @param links all that were tried or passed over, in order
 */
public record ThumbnailAnswer(
        UUID id,
        String url,
        int width,
        int height,
        List<Format> formats,
        String provider,
        String link,
        String model,
        BigDecimal cost,
        String currency,
        String quality,
        boolean degraded,
        boolean cached,
        long millis,
        List<PassedOver> links) {

    /** @param bytes its size */
    public record Format(String type, int bytes) {}
}
