package com.ytempire.hub.media;

import java.math.BigDecimal;
import java.util.List;

/**
 * What was found and how.
 *
 * @param wanted how many were asked for
 * @param found how many there are; may be none
 * @param degraded whether a vendor that should have been asked could not answer
 * @param reason why it is degraded; null when it is not
 * @param cached whether no vendor was asked for it
 * @param cost US dollars; searching is free
 * @param millis it took
 * @param links all that were asked or passed over, in order
 */
public record StockAnswer(
        List<StockItem> items,
        int wanted,
        int found,
        String video,
        boolean degraded,
        String reason,
        boolean cached,
        BigDecimal cost,
        String currency,
        long millis,
        List<StockLink> links) {}
