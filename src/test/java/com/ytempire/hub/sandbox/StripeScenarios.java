package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Small stories of a Stripe account. Who is not named is the newest there is, or new: each story works on an empty
 * account.
 */
final class StripeScenarios {

    private static final int STARTER = 9_700;

    private final StripeVendor stripe;
    private final Map<String, Function<Order, ObjectNode>> stories = new LinkedHashMap<>();

    StripeScenarios(StripeVendor stripe) {
        this.stripe = stripe;
        stories.put("customer.created", this::newCustomer);
        stories.put(
                "customer.updated",
                order -> stripe.update(
                        "customers", customer(order), Map.of("phone", "+1555" + System.nanoTime() % 10_000_000)));
        stories.put("customer.deleted", order -> stripe.delete("customers", customer(order)));
        stories.put("product.created", order -> stripe.create("products", Map.of("name", "Starter")));
        stories.put("price.created", order -> stripe.monthlyPrice("Starter", STARTER));
        stories.put("subscription.started", order -> stripe.subscribe(customer(order), price(order)));
        stories.put(
                "subscription.updated",
                order -> stripe.update(
                        "subscriptions",
                        subscription(order),
                        Map.of("metadata", Map.of("changed", "" + System.nanoTime()))));
        stories.put("subscription.renewed", order -> stripe.renew(subscription(order)));
        stories.put("subscription.renewal_failed", this::failedRenewal);
        stories.put("subscription.paused", order -> stripe.pause(subscription(order)));
        stories.put("subscription.resumed", this::resumed);
        stories.put("subscription.trial_will_end", order -> stripe.trialWillEnd(subscription(order)));
        stories.put("subscription.canceled", order -> stripe.cancel(subscription(order)));
        stories.put("payment.succeeded", order -> stripe.pay(customer(order), order.number("amount", 2_500, 50)));
        stories.put("payment.failed", this::failedPayment);
        stories.put("payment.refunded", this::refunded);
        stories.put(
                "payment.disputed",
                order -> stripe.dispute(
                        stripe.pay(customer(order), order.number("amount", 2_500, 50))
                                .get("latest_charge")
                                .asText(),
                        "fraudulent"));
    }

    List<String> names() {
        return List.copyOf(stories.keySet());
    }

    /** @return what became of the object the story is about */
    ObjectNode tell(String name, Order order) {
        return stories.get(name).apply(order);
    }

    private ObjectNode newCustomer(Order order) {
        return stripe.customerWithCard(order.text("email").orElse("customer@example.com"));
    }

    private String customer(Order order) {
        String id = order.text("customer")
                .or(() -> newest("customer"))
                .orElseGet(() -> newCustomer(order).get("id").asText());
        stripe.giveCard(id);
        return id;
    }

    private String price(Order order) {
        return order.text("price")
                .or(() -> newest("price"))
                .orElseGet(
                        () -> stripe.monthlyPrice("Starter", STARTER).get("id").asText());
    }

    private String subscription(Order order) {
        return order.text("subscription")
                .or(() -> stripe.all("subscription").stream()
                        .filter(each -> !each.get("status").asText().equals("canceled"))
                        .reduce((earlier, later) -> later)
                        .map(each -> each.get("id").asText()))
                .orElseGet(() -> stripe.subscribe(customer(order), price(order))
                        .get("id")
                        .asText());
    }

    private Optional<String> newest(String type) {
        return stripe.all(type).stream()
                .reduce((earlier, later) -> later)
                .map(each -> each.get("id").asText());
    }

    private ObjectNode failedRenewal(Order order) {
        String subscription = subscription(order);
        String customer = stripe.find(subscription)
                .map(each -> each.get("customer").asText())
                .orElseThrow(() -> new IllegalArgumentException("No such subscription: " + subscription));
        stripe.giveCard(customer);
        stripe.declineCardOf(customer, "insufficient_funds");
        try {
            return stripe.renew(subscription);
        } finally {
            stripe.declineCardOf(customer, null);
        }
    }

    private ObjectNode resumed(Order order) {
        String subscription = subscription(order);
        boolean paused = stripe.find(subscription)
                .map(JsonNode.class::cast)
                .filter(each -> each.path("status").asText().equals("paused"))
                .isPresent();
        if (!paused) {
            stripe.pause(subscription);
        }
        return stripe.resume(subscription);
    }

    private ObjectNode failedPayment(Order order) {
        String customer = customer(order);
        ObjectNode intent = stripe.create(
                "payment_intents",
                Map.of("customer", customer, "amount", order.number("amount", 2_500, 50), "currency", "usd"));
        return stripe.confirm(intent.get("id").asText(), "pm_card_visa_chargeDeclined");
    }

    private ObjectNode refunded(Order order) {
        long amount = order.number("amount", 2_500, 50);
        return stripe.refund(stripe.pay(customer(order), amount).get("id").asText(), amount);
    }
}
