package com.ytempire.hub.content;

import java.math.BigDecimal;
import java.util.List;
import java.util.UUID;

/**
 * A narration and how it came about.
 *
 * @param id to fetch its audio with
 * @param audio where its owner fetches the MP3
 * @param durationSeconds it lasts
 * @param characters of the text
 * @param provider whose voice it is; {@code hub} for silence
 * @param link that answered
 * @param voice null for silence
 * @param model null when the vendor has only one
 * @param quality 0 to 100; 0 for silence
 * @param cost US dollars, of all calls together
 * @param degraded whether it is less than what was asked for
 * @param cached whether all of it was spoken for an earlier request
 * @param millis it took
 * @param links all that were tried or passed over, in order
 */
public record SpeechAnswer(
        UUID id,
        String audio,
        BigDecimal durationSeconds,
        int characters,
        String provider,
        String link,
        String voice,
        String model,
        int quality,
        BigDecimal cost,
        String currency,
        boolean degraded,
        boolean cached,
        long millis,
        List<PassedOver> links) {}
