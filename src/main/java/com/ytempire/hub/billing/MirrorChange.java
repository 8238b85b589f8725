package com.ytempire.hub.billing;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.webhooks.ClaimedEvent;
import java.time.Instant;

/**
 * What an event is to change in the mirror, on its way from prepare to apply.
 *
 * @param held what the mirror held when this was prepared: it must hold the same when this is applied
 * @param object the state to take; null when there is none, or it has yet to be fetched
 * @param stateAt the vendor's time of that state
 * @param fetched whether the state was asked of Stripe
 */
record MirrorChange(
        ClaimedEvent event,
        MirrorKind kind,
        String objectId,
        Held held,
        OrderingGuard.Decision decision,
        JsonNode object,
        Instant stateAt,
        boolean deleted,
        boolean fetched) {

    /** Whether Stripe must be asked first. */
    public boolean isFetchNeeded() {
        return decision == OrderingGuard.Decision.FETCH && !fetched;
    }

    /** Whether the event can have no effect at all. */
    public boolean isIgnored() {
        return decision == OrderingGuard.Decision.IGNORE;
    }

    /** The object whose state this changes. */
    public Mirrored mirrored() {
        return new Mirrored(kind, objectId);
    }

    /** The field that Stripe leaves out of the object unless it is asked to expand it; null when there is none. */
    public String expand() {
        return kind.expand();
    }

    /** The operation of the {@code stripe:} component that retrieves the object. */
    public String operation() {
        return kind.operation();
    }

    MirrorChange withFetched(JsonNode fetchedObject, Instant asOf, boolean gone) {
        return new MirrorChange(event, kind, objectId, held, decision, fetchedObject, asOf, gone, true);
    }

    @Override
    public String toString() {
        return kind.table() + " " + objectId + " by " + event;
    }
}
