package com.ytempire.hub.media;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.math.BigDecimal;
import java.util.List;

/**
 * A licence and how it came about.
 *
 * @param isNew whether the video had not used the asset before
 * @param paid US dollars paid for this request; nothing when the asset was bought before
 * @param cached whether no vendor was asked
 * @param millis it took
 * @param links that were called
 */
public record LicenceAnswer(
        @JsonUnwrapped LicenceEntry entry,
        boolean isNew,
        BigDecimal paid,
        boolean cached,
        long millis,
        List<StockLink> links) {}
