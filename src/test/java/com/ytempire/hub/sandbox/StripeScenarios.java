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
    private static final int GROWTH = 29_700;

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
        stories.put("payment_method.attached", order -> stripe.giveCard(customer(order)));
        stories.put("setup.succeeded", this::setUp);
        stories.put("subscription.trial_started", order -> trial(customer(order), price(order)));
        stories.put("subscription.incomplete", this::incomplete);
        stories.put("subscription.upgraded", order -> upgrade(subscription(order)));
        stories.put(
                "subscription.ending",
                order -> stripe.update("subscriptions", subscription(order), Map.of("cancel_at_period_end", true)));
        stories.put("checkout.completed", order -> stripe.completeCheckout(checkout(order), "pm_card_visa"));
        stories.put("checkout.unpaid", order -> stripe.completeCheckoutUnpaid(checkout(order)));
        stories.put(
                "checkout.expired",
                order -> stripe.call("POST", "/v1/checkout/sessions/" + checkout(order) + "/expire", Map.of()));
        stories.put("payment.action_required", this::question);
        stories.put(
                "refund.failed",
                order -> stripe.failRefund(refunded(order).get("id").asText(), "lost_or_stolen_card"));
        stories.put("dispute.won", order -> disputed(order, "won"));
        stories.put("dispute.lost", order -> disputed(order, "lost"));
        stories.put("customer.life", this::life);
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

    private ObjectNode setUp(Order order) {
        String customer = order.text("customer")
                .or(() -> newest("customer"))
                .orElseGet(() -> newCustomer(order).get("id").asText());
        ObjectNode intent = stripe.create("setup_intents", Map.of("customer", customer));
        return stripe.confirm(intent.get("id").asText(), "pm_card_visa");
    }

    private ObjectNode trial(String customer, String price) {
        return stripe.create(
                "subscriptions",
                Map.of("customer", customer, "items", List.of(Map.of("price", price)), "trial_period_days", 14));
    }

    private ObjectNode incomplete(Order order) {
        return stripe.create(
                "subscriptions",
                Map.of(
                        "customer",
                        customer(order),
                        "items",
                        List.of(Map.of("price", price(order))),
                        "payment_behavior",
                        "default_incomplete"));
    }

    private ObjectNode upgrade(String subscription) {
        String item = stripe.find(subscription)
                .map(each -> each.at("/items/data/0/id").asText())
                .orElseThrow(() -> new IllegalArgumentException("No such subscription: " + subscription));
        String growth = stripe.monthlyPrice("Growth", GROWTH).get("id").asText();
        return stripe.update(
                "subscriptions",
                subscription,
                Map.of("items", List.of(Map.of("id", item, "price", growth)), "proration_behavior", "always_invoice"));
    }

    private String checkout(Order order) {
        return stripe.create(
                        "checkout/sessions",
                        Map.of(
                                "mode",
                                "subscription",
                                "success_url",
                                "http://localhost/success",
                                "line_items",
                                List.of(Map.of("price", price(order), "quantity", 1))))
                .get("id")
                .asText();
    }

    private ObjectNode question(Order order) {
        return stripe.create(
                "payment_intents",
                Map.of(
                        "customer",
                        customer(order),
                        "amount",
                        order.number("amount", 2_500, 50),
                        "currency",
                        "usd",
                        "payment_method",
                        "pm_card_authenticationRequired",
                        "confirm",
                        true));
    }

    private ObjectNode disputed(Order order, String end) {
        ObjectNode paid = stripe.pay(customer(order), order.number("amount", 2_500, 50));
        ObjectNode dispute = stripe.dispute(paid.get("latest_charge").asText(), "fraudulent");
        return stripe.closeDispute(dispute.get("id").asText(), end);
    }

    /** Trial, paid, upgraded, a renewal that fails and is paid with another card, partly refunded, canceled. */
    private ObjectNode life(Order order) {
        String customer = newCustomer(order).get("id").asText();
        String subscription = trial(customer, price(order)).get("id").asText();
        stripe.trialWillEnd(subscription);
        stripe.update("subscriptions", subscription, Map.of("trial_end", "now"));
        upgrade(subscription);
        stripe.declineCardOf(customer, "insufficient_funds");
        String invoice = stripe.renew(subscription).get("latest_invoice").asText();
        ObjectNode paid =
                stripe.call("POST", "/v1/invoices/" + invoice + "/pay", Map.of("payment_method", "pm_card_visa"));
        String intent = stripe.all("payment_intent").stream()
                .filter(each -> each.path("customer").asText().equals(customer))
                .filter(each -> each.get("amount").equals(paid.get("amount_paid")))
                .reduce((earlier, later) -> later)
                .map(each -> each.get("id").asText())
                .orElseThrow();
        stripe.refund(intent, 1_000);
        return stripe.cancel(subscription);
    }
}
