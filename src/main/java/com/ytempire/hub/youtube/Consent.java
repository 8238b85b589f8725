package com.ytempire.hub.youtube;

import java.util.UUID;

/**
 * What a person was asked for, once YouTube has sent him back.
 *
 * @param userId who gets the channel; null: the fleet
 * @param channelId which is connected again; null: a new one
 * @param verifier of RFC 7636; for the exchange of the code alone
 */
record Consent(UUID userId, UUID channelId, String project, boolean reserve, String verifier, String askedBy) {

    @Override
    public String toString() {
        return "consent for " + (userId == null ? "the fleet" : userId);
    }
}
