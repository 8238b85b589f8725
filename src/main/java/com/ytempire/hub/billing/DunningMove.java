package com.ytempire.hub.billing;

import com.ytempire.hub.billing.DunningCases.Kept;
import java.util.UUID;

/**
 * Something that happened in dunning.
 *
 * @param kept the case as it is now
 * @param before how it was; null for a new one
 * @param isNews whether people are to be told
 */
record DunningMove(Kind kind, Kept kept, DunningCase before, DunningFacts facts, boolean isNews) {

    enum Kind {
        /** A payment attempt failed. */
        FAILED,
        /** A payment waits for the customer's proof. */
        ACTION_REQUIRED,
        /** A try was asked of Stripe. */
        TRIED,
        /** Without another card no try makes sense, and little time is left. */
        WARNED,
        SUSPENDED,
        /** Paid, voided, given up or cancelled. */
        CLOSED,
        /** The hub collects, and Stripe was seen to do so too. */
        TWO_OWNERS
    }

    UUID userId() {
        return kept.userId();
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
