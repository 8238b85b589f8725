package com.ytempire.hub.billing;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/**
 * How one attempt at a command ended.
 *
 * @param object what Stripe answered or had; null unless it took effect
 * @param asOf Stripe's time of that object
 * @param errorCode Stripe's, or the hub's own for what Stripe did not answer
 * @param error one line for operators, without personal data
 * @param counts whether the failure uses up an attempt
 * @param lookUp whether Stripe has to be asked what it did before this is sent again
 * @param stripeRequest Stripe's id of the request; null when there was no answer
 */
record CommandOutcome(
        Command command,
        End end,
        JsonNode object,
        Instant asOf,
        String errorCode,
        String declineCode,
        String error,
        boolean counts,
        boolean lookUp,
        String stripeRequest) {

    enum End {
        /** Stripe did it. */
        DONE,
        /** Stripe will never do it. */
        REFUSED,
        /** Nobody knows, or it was not tried: comes again. */
        OPEN,
        /** Only people can tell what to do. */
        UNCLEAR
    }

    static CommandOutcome done(Command command, JsonNode object, Instant asOf, String stripeRequest) {
        return new CommandOutcome(command, End.DONE, object, asOf, null, null, null, false, false, stripeRequest);
    }

    /** An open breaker let nothing through. */
    static CommandOutcome keptBack(Command command) {
        return new CommandOutcome(
                command,
                End.OPEN,
                null,
                null,
                "stripe_unavailable",
                null,
                "Stripe is left alone for the moment",
                false,
                false,
                null);
    }
}
