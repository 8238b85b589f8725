package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;

/** A refusal in Stripe's shape: {@code {"error":{"type","code","message","param"}}}. */
final class StripeError extends RuntimeException {

    /** Stands among the decline codes for a customer who did not pass 3-D Secure. */
    static final String NOT_AUTHENTICATED = "payment_intent_authentication_failure";

    /** Decline codes that are error codes of their own; the rest come as card_declined. */
    private static final Set<String> OWN_CODES = Set.of(
            "expired_card",
            "incorrect_cvc",
            "processing_error",
            StripeCards.ACTION_REQUIRED,
            "bank_account_closed",
            "debit_not_authorized",
            NOT_AUTHENTICATED);

    private static final Map<String, String> WORDS = Map.of(
            "insufficient_funds",
            "Your card has insufficient funds.",
            "expired_card",
            "Your card has expired.",
            "incorrect_cvc",
            "Your card's security code is incorrect.",
            "processing_error",
            "An error occurred while processing your card. Try again in a little bit.",
            "card_velocity_exceeded",
            "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.",
            StripeCards.ACTION_REQUIRED,
            "Your card was declined. This transaction requires authentication.",
            NOT_AUTHENTICATED,
            "We are unable to authenticate your payment method. Please choose a different payment method and"
                    + " try again.");

    private final int status;
    private final transient ObjectNode error = Json.object();
    private String limit;

    StripeError(int status, String type, String code, String message, String param) {
        super(message);
        this.status = status;
        if (code != null) {
            error.put("code", code);
            error.put("doc_url", "https://docs.stripe.com/error-codes/" + code.replace('_', '-'));
        }
        error.put("message", message);
        if (param != null) {
            error.put("param", param);
        }
        error.put("type", type);
    }

    static StripeError invalid(String code, String message, String param) {
        return new StripeError(400, "invalid_request_error", code, message, param);
    }

    static StripeError missingParameter(String name) {
        return invalid("parameter_missing", "Missing required param: " + name + ".", name);
    }

    static StripeError missing(String type, String id, String param) {
        return new StripeError(
                param.equals("id") ? 404 : 400,
                "invalid_request_error",
                "resource_missing",
                "No such " + type + ": '" + id + "'",
                param);
    }

    static StripeError card(String code, String message, String declineCode, String param) {
        StripeError refusal = new StripeError(402, "card_error", code, message, param);
        if (declineCode != null) {
            refusal.error.put("decline_code", declineCode);
        }
        return refusal;
    }

    /** @param intent the payment or setup intent it is about, as it is now; null when there is none */
    static StripeError declined(String declineCode, ObjectNode intent) {
        StripeError refusal = card(code(declineCode), words(declineCode), declineCode(declineCode), null);
        if (intent != null) {
            Json.text(intent, "latest_charge").ifPresent(charge -> refusal.error.put("charge", charge));
            refusal.error.set(intent.get("object").asText(), intent);
        }
        return refusal;
    }

    /** An invoice's payment waits for 3-D Secure. */
    static StripeError actionRequired(ObjectNode intent) {
        StripeError refusal = card(
                "invoice_payment_intent_requires_action",
                "This payment requires additional user action before it can be completed successfully. Payment can be"
                        + " completed using the PaymentIntent associated with this invoice.",
                null,
                null);
        refusal.error.set("payment_intent", intent);
        return refusal;
    }

    /** Writes what an intent remembers of its last refusal. */
    static void describe(ObjectNode error, String declineCode) {
        error.put("code", code(declineCode)).put("decline_code", declineCode(declineCode));
        error.put("message", words(declineCode)).put("type", "card_error");
        if (declineCode.equals(NOT_AUTHENTICATED)) {
            error.put("type", "invalid_request_error");
        }
    }

    static String code(String declineCode) {
        return OWN_CODES.contains(declineCode) ? declineCode : "card_declined";
    }

    private static String declineCode(String declineCode) {
        return declineCode.equals(NOT_AUTHENTICATED) ? null : declineCode;
    }

    static String words(String declineCode) {
        return WORDS.getOrDefault(declineCode, "Your card was declined.");
    }

    /** @param reason as the header Stripe-Rate-Limited-Reason names it */
    static StripeError tooMany(String reason) {
        StripeError refusal = new StripeError(
                429,
                "invalid_request_error",
                "rate_limit",
                "Request rate limit exceeded. Please reduce your request rate and try again.",
                null);
        refusal.limit = reason;
        return refusal;
    }

    /** The header Stripe-Rate-Limited-Reason; null when there is none. */
    String limit() {
        return limit;
    }

    int status() {
        return status;
    }

    String code() {
        return error.path("code").asText();
    }

    ObjectNode body() {
        ObjectNode body = Json.object();
        body.set("error", error);
        return body;
    }
}
