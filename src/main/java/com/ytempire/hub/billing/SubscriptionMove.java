package com.ytempire.hub.billing;

import java.time.Instant;
import java.util.UUID;

/**
 * Something that happened to a subscription.
 *
 * @param number counts what may happen again: changes, cancellations; 0 for the rest
 * @param before null for a subscription the hub did not know
 * @param at when it happened, by Stripe's clock
 * @param reason why it was cancelled, as Stripe has it; null when it does not say
 * @param isNews whether it happened so lately that people are to be told
 */
record SubscriptionMove(
        Kind kind,
        UUID userId,
        String subscription,
        int number,
        SubscriptionState before,
        SubscriptionState after,
        Instant at,
        String reason,
        boolean isNews) {

    enum Kind {
        /** Paid for the first time, or on trial. */
        STARTED,
        /** Another plan or quantity. */
        CHANGED,
        /** Paused, late, active again. */
        STATUS,
        /** Somebody decided that it ends. */
        CANCELLED,
        /** The decision was taken back. */
        KEPT,
        /** Its trial ends soon. */
        TRIAL_ENDING,
        /** It is over. */
        ENDED
    }

    /** For routes to choose by. */
    public String name() {
        return kind.name();
    }

    /** Whether people are to be told. */
    public boolean isTold() {
        return isNews;
    }
}
