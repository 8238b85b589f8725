package com.ytempire.hub.billing;

import java.time.Instant;
import java.util.Map;

/**
 * What the mirror holds of an object.
 *
 * @param version counts its changes; 0 when the object is not known yet
 * @param stateAt the vendor's time of the state, to the second
 * @param eventId the event that brought it; null when it was fetched
 * @param facts what the history tells of it; null when it tells nothing, or nobody has asked
 */
record Held(int version, Instant stateAt, String eventId, String status, boolean deleted, Map<String, Object> facts) {

    static final Held NOTHING = new Held(0, null, null, null, false);

    Held(int version, Instant stateAt, String eventId, String status, boolean deleted) {
        this(version, stateAt, eventId, status, deleted, null);
    }

    Held with(Map<String, Object> known) {
        return new Held(version, stateAt, eventId, status, deleted, known);
    }

    boolean isNothing() {
        return version == 0;
    }

    /** Deleted, as Stripe answered; the payload of its deletion has not come. */
    boolean isFoundGone() {
        return deleted && eventId == null;
    }
}
