package com.ytempire.hub.youtube;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;

/**
 * A channel's WebSub subscription as an operator sees it.
 *
 * @param state requested, verified, denied, ending or ended
 * @param reason why the hub denied it last; stays until the hub verifies it
 * @param nextRequestAt when the hub is asked next: a retry, the renewal, or again after a denial
 * @param error of the last request to the hub; null when it was taken
 * @param silentSince the feed has what the hub did not push since then; null when the hub pushes
 */
record Subscription(
        long id,
        String channelId,
        String topic,
        String state,
        String reason,
        String requestedBy,
        Instant requestedAt,
        Instant nextRequestAt,
        int tries,
        String error,
        Instant verifiedAt,
        Instant leaseUntil,
        Instant lastNoticeAt,
        Instant lastPollAt,
        String pollError,
        Instant silentSince,
        Instant endedAt) {

    /** Where the hub posts to; its token is for the hub alone. */
    @JsonProperty
    String callback() {
        return Token.PATH + "****";
    }
}
