package com.ytempire.hub.spending;

import java.time.Instant;

/**
 * A link as all nodes see it.
 *
 * @param breaker closed, open or half_open
 * @param openUntil while open: when one node may probe
 * @param offReason operator, authentication, unfunded or retired; null while it is on
 * @param offUntil null: until an operator switches it on
 */
record LinkState(
        String link,
        String breaker,
        Instant openUntil,
        String probedBy,
        String offReason,
        String offDetail,
        Instant offUntil,
        String offBy,
        Instant changedAt,
        long version) {

    static LinkState fresh(String link) {
        return new LinkState(link, "closed", null, null, null, null, null, null, null, 0);
    }

    boolean isOff(Instant now) {
        return offReason != null && (offUntil == null || now.isBefore(offUntil));
    }
}
