package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Orders for what others than the hub do at Stripe: customers in the browser, banks, and people in the dashboard. */
final class StripeOrders {

    private final StripeVendor stripe;

    StripeOrders(StripeVendor stripe) {
        this.stripe = stripe;
    }

    /** Does something and answers with what became of the object and the ids of the events it made. */
    Answer done(Supplier<ObjectNode> work) {
        return stripe.locked(() -> {
            stripe.takeEventIds();
            ObjectNode answer = Json.object();
            answer.putArray("events");
            answer.set("object", work.get());
            answer.set("events", Json.tree(stripe.takeEventIds()));
            return Answer.json(200, answer);
        });
    }

    /** The customer at the hosted page of a checkout session. */
    Answer checkout(String text) {
        Order order = new Order(text, "session", "outcome", "card", "email", "promotion_code");
        String session = order.required("session");
        String outcome =
                order.oneOf("outcome", List.of("paid", "unpaid", "expired", "async_succeeded", "async_failed"));
        return done(() -> {
            switch (outcome) {
                case "paid" ->
                    stripe.completeCheckout(
                            session,
                            order.text("card").orElse("pm_card_visa"),
                            order.text("email").orElse("customer@example.com"),
                            order.text("promotion_code").orElse(null));
                case "unpaid" -> stripe.completeCheckoutUnpaid(session);
                case "expired" -> stripe.call("POST", "/v1/checkout/sessions/" + session + "/expire", Map.of());
                default -> later(session, outcome.equals("async_succeeded"));
            }
            return stripe.find(session).orElseThrow();
        });
    }

    private void later(String session, boolean worked) {
        if (stripe.find(session).orElseThrow().get("status").asText().equals("open")) {
            stripe.completeCheckoutUnpaid(session);
        }
        stripe.settleCheckout(session, worked);
    }

    /** The customer, or the bank, about a payment or setup intent. */
    Answer intent(String text) {
        Order order = new Order(text, "intent", "outcome", "card", "code");
        String intent = order.required("intent");
        String outcome = order.oneOf(
                "outcome", List.of("confirmed", "authenticated", "not_authenticated", "succeeded", "failed"));
        return done(() -> switch (outcome) {
            case "confirmed" -> stripe.confirm(intent, order.text("card").orElse("pm_card_visa"));
            case "authenticated" -> stripe.authenticate(intent);
            case "not_authenticated" -> stripe.failAuthentication(intent);
            case "succeeded" -> stripe.settle(intent);
            default -> stripe.failSettlement(intent, order.text("code").orElse("insufficient_funds"));
        });
    }

    /** Banks dispute charges, send refunds back, and refuse cards. */
    Answer bank(String text) {
        Order order =
                new Order(text, "act", "charge", "reason", "dispute", "status", "refund", "customer", "decline_code");
        String act = order.oneOf(
                "act",
                List.of("dispute", "close_dispute", "fail_refund", "settle_refund", "decline_card", "accept_card"));
        return done(() -> switch (act) {
            case "dispute" ->
                stripe.dispute(order.required("charge"), order.text("reason").orElse("fraudulent"));
            case "close_dispute" ->
                stripe.closeDispute(order.required("dispute"), order.oneOf("status", List.of("won", "lost")));
            case "fail_refund" ->
                stripe.failRefund(order.required("refund"), order.text("reason").orElse("lost_or_stolen_card"));
            case "settle_refund" -> stripe.settleRefund(order.required("refund"));
            default -> {
                String customer = order.required("customer");
                boolean refuses = act.equals("decline_card");
                stripe.declineCardOf(
                        customer, refuses ? order.text("decline_code").orElse("generic_decline") : null);
                yield stripe.find(customer).orElseThrow();
            }
        });
    }

    /** Somebody in the dashboard: as a request to the API, but by nobody's key. */
    Answer dashboard(String text) {
        Order order = new Order(text, "method", "path", "params");
        String method = order.has("method") ? order.oneOf("method", List.of("GET", "POST", "DELETE")) : "POST";
        return done(() -> stripe.call(method, order.required("path"), Json.map(order.object("params"))));
    }
}
