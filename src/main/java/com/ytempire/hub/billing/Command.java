package com.ytempire.hub.billing;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * A row of {@code billing.command}.
 *
 * @param state waiting, sending, abandoned (its customer left; sent only when he comes again), done, failed, manual
 * @param attempt the claim's number: only the last claim may settle
 * @param isLookedUp whether Stripe is asked what it has before this is sent
 * @param held what the mirror held of the object when this was claimed; null when it is not claimed
 * @param resultId the object Stripe answered with
 */
record Command(
        UUID id,
        CommandKind kind,
        String businessKey,
        String customer,
        UUID userId,
        String actor,
        String objectId,
        Map<String, Object> parameters,
        String stripeKey,
        Instant stripeKeyAt,
        boolean isLookedUp,
        String state,
        int attempt,
        int failures,
        Instant createdAt,
        Instant sentAt,
        Held held,
        String resultId,
        String errorCode,
        String declineCode) {

    Command withHeld(Held known) {
        return new Command(
                id,
                kind,
                businessKey,
                customer,
                userId,
                actor,
                objectId,
                parameters,
                stripeKey,
                stripeKeyAt,
                isLookedUp,
                state,
                attempt,
                failures,
                createdAt,
                sentAt,
                known,
                resultId,
                errorCode,
                declineCode);
    }

    boolean isSettled() {
        return state.equals("done") || state.equals("failed");
    }

    /** For routes. */
    public String operation() {
        return kind.operation();
    }

    /** For routes. */
    public String method() {
        return kind.method();
    }

    /** For routes: how Stripe is asked what it has. */
    public String seekingMethod() {
        return kind.isListed() ? "list" : "retrieve";
    }

    /** Without parameters: they hold personal data. */
    @Override
    public String toString() {
        return kind + " " + id + " (attempt " + attempt + ")";
    }
}
