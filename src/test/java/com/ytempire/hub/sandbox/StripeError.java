package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** A refusal in Stripe's shape: {@code {"error":{"type","code","message","param"}}}. */
final class StripeError extends RuntimeException {

    private final int status;
    private final transient ObjectNode error = Json.object();

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

    static StripeError missing(String type, String id, String param) {
        return new StripeError(
                param.equals("id") ? 404 : 400,
                "invalid_request_error",
                "resource_missing",
                "No such " + type + ": '" + id + "'",
                param);
    }

    static StripeError declined(String declineCode, ObjectNode paymentIntent) {
        String code = declineCode.equals("expired_card") ? "expired_card" : "card_declined";
        StripeError refusal = new StripeError(402, "card_error", code, "Your card was declined.", null);
        refusal.error.put("decline_code", declineCode);
        refusal.error.set("payment_intent", paymentIntent);
        return refusal;
    }

    int status() {
        return status;
    }

    ObjectNode body() {
        ObjectNode body = Json.object();
        body.set("error", error);
        return body;
    }
}
