package com.ytempire.hub.billing;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Timestamp;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the API shows of the objects Stripe answers commands with. */
final class CommandAnswers {

    /** Seconds after which it is worth to ask how a payment under way ended. */
    private static final int PROCESSING_RETRY = 60;

    private CommandAnswers() {}

    static Map<String, Object> customer(JsonNode customer) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("customer_id", StripeJson.text(customer, "id"));
        for (String field : new String[] {"email", "name", "phone"}) {
            answer.put(field, StripeJson.text(customer, field));
        }
        answer.put("address", customer.path("address").isObject() ? customer.get("address") : null);
        return answer;
    }

    static Map<String, Object> setupIntent(JsonNode intent) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("setup_intent_id", StripeJson.text(intent, "id"));
        answer.put("status", StripeJson.text(intent, "status"));
        answer.put("client_secret", StripeJson.text(intent, "client_secret"));
        return answer;
    }

    static Map<String, Object> paymentMethod(JsonNode method) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("payment_method_id", StripeJson.text(method, "id"));
        answer.put("type", StripeJson.text(method, "type"));
        JsonNode card = method.path("card");
        answer.put("card_brand", StripeJson.text(card, "brand"));
        answer.put("card_last4", StripeJson.text(card, "last4"));
        answer.put("card_exp_month", StripeJson.number(card, "exp_month"));
        answer.put("card_exp_year", StripeJson.number(card, "exp_year"));
        answer.put("attached", StripeJson.id(method, "customer") != null);
        return answer;
    }

    static Map<String, Object> defaultPaymentMethod(JsonNode customer) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("customer_id", StripeJson.text(customer, "id"));
        answer.put(
                "default_payment_method", StripeJson.id(customer.path("invoice_settings"), "default_payment_method"));
        return answer;
    }

    static Map<String, Object> portalSession(JsonNode session) {
        return Map.of("url", session.path("url").asText());
    }

    static Map<String, Object> checkoutSession(JsonNode session) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("checkout_session_id", StripeJson.text(session, "id"));
        answer.put("status", StripeJson.text(session, "status"));
        answer.put("url", StripeJson.text(session, "url"));
        answer.put("expires_at", instant(StripeJson.time(session, "expires_at")));
        return answer;
    }

    /** With the client's secret while the first payment, or the card behind a trial, waits for the customer. */
    static Map<String, Object> subscription(JsonNode subscription) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("subscription_id", StripeJson.text(subscription, "id"));
        answer.put("status", StripeJson.text(subscription, "status"));
        answer.put("current_period_end", instant(StripeJson.subscriptionPeriod(subscription, "current_period_end")));
        answer.put("price_id", StripeJson.subscriptionPrice(subscription));
        answer.put(
                "cancel_at_period_end",
                subscription.path("cancel_at_period_end").asBoolean());
        answer.put("trial_end", instant(StripeJson.time(subscription, "trial_end")));
        answer.put("client_secret", clientSecret(subscription));
        return answer;
    }

    private static String clientSecret(JsonNode subscription) {
        String ofInvoice =
                StripeJson.text(subscription.path("latest_invoice").path("confirmation_secret"), "client_secret");
        return ofInvoice == null
                ? StripeJson.text(subscription.path("pending_setup_intent"), "client_secret")
                : ofInvoice;
    }

    static Map<String, Object> payment(JsonNode payment) {
        Map<String, Object> answer = new LinkedHashMap<>();
        String status = StripeJson.text(payment, "status");
        answer.put("payment_intent_id", StripeJson.text(payment, "id"));
        answer.put("status", status);
        answer.put("amount", StripeJson.number(payment, "amount"));
        answer.put("currency", StripeJson.text(payment, "currency"));
        if ("requires_action".equals(status)) {
            answer.put("client_secret", StripeJson.text(payment, "client_secret"));
            answer.put("action_type", "3d_secure");
        }
        if ("processing".equals(status)) {
            answer.put("retry_after", PROCESSING_RETRY);
        }
        return answer;
    }

    static Map<String, Object> invoice(JsonNode invoice) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("invoice_id", StripeJson.text(invoice, "id"));
        answer.put("status", StripeJson.text(invoice, "status"));
        answer.put("amount_due", StripeJson.number(invoice, "amount_due"));
        answer.put("amount_paid", StripeJson.number(invoice, "amount_paid"));
        answer.put("currency", StripeJson.text(invoice, "currency"));
        return answer;
    }

    static Map<String, Object> refund(JsonNode refund) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("refund_id", StripeJson.text(refund, "id"));
        answer.put("amount", StripeJson.number(refund, "amount"));
        answer.put("currency", StripeJson.text(refund, "currency"));
        answer.put("status", StripeJson.text(refund, "status"));
        answer.put("reason", StripeJson.text(refund, "reason"));
        return answer;
    }

    static Map<String, Object> dispute(JsonNode dispute) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("dispute_id", StripeJson.text(dispute, "id"));
        answer.put("status", StripeJson.text(dispute, "status"));
        return answer;
    }

    private static String instant(Timestamp time) {
        return time == null ? null : time.toInstant().toString();
    }
}
