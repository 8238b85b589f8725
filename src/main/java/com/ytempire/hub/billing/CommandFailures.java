package com.ytempire.hub.billing;

import com.ytempire.hub.platform.Problem;
import java.util.Map;
import java.util.Set;
import org.springframework.http.HttpStatus;

/** What the API answers for a command that failed: what its customer can do about it, and nothing of the inside. */
final class CommandFailures {

    /** Tells a thief more than the customer has to know: docs.stripe.com/declines/codes. */
    private static final Set<String> KEPT_BACK =
            Set.of("fraudulent", "lost_card", "merchant_blacklist", "pickup_card", "stolen_card");

    private CommandFailures() {}

    static CommandAnswer answer(Command command, int status, Map<String, Object> data) {
        return command.state().equals("done")
                ? new CommandAnswer(command.id(), status, data, null)
                : new CommandAnswer(command.id(), status, null, problem(command.errorCode(), command.declineCode()));
    }

    static Problem problem(String errorCode, String declineCode) {
        if ("card_declined".equals(errorCode) || declineCode != null) {
            return new Problem(HttpStatus.PAYMENT_REQUIRED, "card_declined", "The card was declined")
                    .with("decline_code", shown(declineCode));
        }
        return switch (errorCode) {
            case "expired_card",
                    "incorrect_cvc",
                    "processing_error",
                    "authentication_required",
                    "payment_intent_authentication_failure",
                    "setup_intent_authentication_failure" ->
                new Problem(HttpStatus.PAYMENT_REQUIRED, "card_declined", "The card was declined")
                        .with("decline_code", errorCode);
            case "closed_by_operator" ->
                new Problem(
                        HttpStatus.UNPROCESSABLE_ENTITY, "command_closed", "Our team has ended this; please ask them");
            case "resource_missing", "missing" ->
                new Problem(HttpStatus.UNPROCESSABLE_ENTITY, "unknown_object", "Stripe does not know what was named");
            default ->
                new Problem(HttpStatus.UNPROCESSABLE_ENTITY, "stripe_refused", "Stripe refused the request")
                        .with("stripe_code", errorCode);
        };
    }

    /** Null is what Stripe's issuers say most: they do not tell. */
    private static String shown(String declineCode) {
        return declineCode == null || KEPT_BACK.contains(declineCode) ? "generic_decline" : declineCode;
    }

    static Problem delayed(int seconds) {
        return Problem.retryLater("billing_delayed", "The payment service cannot be reached at the moment", seconds);
    }

    static Problem inManualQueue() {
        return new Problem(
                HttpStatus.SERVICE_UNAVAILABLE,
                "billing_delayed",
                "This could not be completed; our team has been told and takes care of it");
    }

    static Problem inProgress() {
        return new Problem(
                        HttpStatus.CONFLICT, "command_in_progress", "The same is being done at this moment; ask again")
                .retryAfter(1);
    }
}
