package com.ytempire.hub.billing;

import java.time.Instant;

/**
 * What the mirror holds of an object.
 *
 * @param version counts its changes; 0 when the object is not known yet
 * @param stateAt the vendor's time of the state, to the second
 * @param eventId the event that brought it; null when it was fetched
 */
record Held(int version, Instant stateAt, String eventId, String status, boolean deleted) {

    static final Held NOTHING = new Held(0, null, null, null, false);

    boolean isNothing() {
        return version == 0;
    }

    /** Deleted, as Stripe answered; the payload of its deletion has not come. */
    boolean isFoundGone() {
        return deleted && eventId == null;
    }
}
