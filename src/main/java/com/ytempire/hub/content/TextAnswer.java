package com.ytempire.hub.content;

import java.math.BigDecimal;
import java.util.List;

/**
 * A text and how it came about.
 *
 * @param provider whose model wrote it; {@code hub} for templates
 * @param link that answered
 * @param model null when no model wrote it
 * @param cost US dollars, of all tries together
 * @param level that was asked for
 * @param quality basic, good or excellent; of a text from the cache, what it was made with
 * @param degraded whether it is less than what was asked for
 * @param cached whether it was made for an earlier request
 * @param millis it took
 * @param links all that were tried or passed over, in order
 */
public record TextAnswer(
        String text,
        String provider,
        String link,
        String model,
        BigDecimal cost,
        String currency,
        Integer tokens,
        String level,
        String quality,
        boolean degraded,
        boolean cached,
        long millis,
        List<PassedOver> links) {}
