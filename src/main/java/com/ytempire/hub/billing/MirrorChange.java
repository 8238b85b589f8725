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

    /**
     * Whether all that follows from the state has followed when an answer of Stripe brought it. What follows from a payment
     * or a charge depends on nothing but the mirror, not on the time nor on what the event is called. A replay is done to
     * have it all once more.
     */
    public boolean isDone() {
        return decision == OrderingGuard.Decision.HELD
                && (kind == MirrorKind.PAYMENT || kind == MirrorKind.CHARGE)
                && !event.replayed();
    }

    /** The object whose state this changes. */
    public Mirrored mirrored() {
        return new Mirrored(kind, objectId);
    }

    /** The field that Stripe leaves out of the object unless it is asked to expand it; null when there is none. */
    public String expand() {
        return kind.expand();
    }

    /** Whether what was fetched is an invoice with more lines than Stripe shows in it. */
    public boolean isWithoutLines() {
        return object != null && kind.isWithoutLines(object);
    }

    /** Whether what was fetched is a subscription with more items, or more of its items, than Stripe shows in it. */
    public boolean isWithoutItems() {
        return object != null && kind.isWithoutItems(object);
    }

    /** The same with another state to take. */
    MirrorChange with(JsonNode completed) {
        return new MirrorChange(event, kind, objectId, held, decision, completed, stateAt, deleted, fetched);
    }

    /** The operation of the {@code stripe:} component that retrieves the object. */
    public String operation() {
        return kind.operation();
    }

    /** Whether the event itself tells that the object is gone; a cancelled subscription stays, though so told. */
    static boolean tellsDeletion(MirrorKind kind, ClaimedEvent event) {
        return event != null && kind != MirrorKind.SUBSCRIPTION && event.type().endsWith(".deleted");
    }

    private boolean tellsDeletion() {
        return tellsDeletion(kind, event);
    }

    /** What is found gone is gone since the event that tells so, whichever of several events is taken first. */
    MirrorChange withFetched(JsonNode fetchedObject, Instant asOf, boolean gone) {
        boolean told = gone && tellsDeletion() && OrderingGuard.isLastWord(held, stateAt);
        return new MirrorChange(
                event, kind, objectId, held, decision, fetchedObject, told ? stateAt : asOf, gone, true);
    }

    /** That an object is found gone once more is nothing new, except when it was told: then it is known since when. */
    boolean findsGoneAgain() {
        return fetched && deleted && held.deleted() && !(tellsDeletion() && held.isFoundGone());
    }

    /** A thin twin may have been the first to tell of the deletion; the object's last state is in this payload alone. */
    boolean bringsLastState() {
        return !fetched && tellsDeletion() && held.isFoundGone();
    }

    /** Of the id alone: expressions of routes look up what they know of a body by the body, and its object may be large. */
    @Override
    public int hashCode() {
        return objectId.hashCode();
    }

    @Override
    public String toString() {
        return kind.table() + " " + objectId + " by " + event;
    }
}
