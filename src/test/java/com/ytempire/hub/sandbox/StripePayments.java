package com.ytempire.hub.sandbox;

import static com.ytempire.hub.sandbox.StripeObjects.newId;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Payment intents and the charges they make. */
final class StripePayments {

    private final StripeObjects objects;
    private final StripeChanges changes;
    private final StripeCards cards;
    private final StripeRefunds refunds;
    private final MovableClock clock;
    private Consumer<ObjectNode> onSuccess = intent -> {};
    private Consumer<ObjectNode> onFailure = intent -> {};

    StripePayments(
            StripeObjects objects,
            StripeChanges changes,
            StripeCards cards,
            StripeRefunds refunds,
            MovableClock clock) {
        this.objects = objects;
        this.changes = changes;
        this.cards = cards;
        this.refunds = refunds;
        this.clock = clock;
    }

    /** Told of each intent that ended in a payment or in a refusal: an invoice may wait for it. */
    void listen(Consumer<ObjectNode> success, Consumer<ObjectNode> failure) {
        onSuccess = success;
        onFailure = failure;
    }

    /** @throws StripeError 402 when it was to be confirmed and the card is refused */
    ObjectNode create(ObjectNode params) {
        long amount = Long.parseLong(StripeCatalog.required(params, "amount"));
        StripeCatalog.required(params, "currency");
        if (amount < 50) {
            throw StripeError.invalid("amount_too_small", "Amount must be at least $0.50 usd", "amount");
        }
        Json.text(params, "customer").ifPresent(id -> objects.get("customer", id, "customer"));
        ObjectNode intent = objects.draft("payment_intent", newId("pi_"));
        String id = intent.get("id").asText();
        StripeChanges.merge(intent, params);
        intent.put("client_secret", id + "_secret_" + newId("").substring(0, 16));
        intent.withObject("/charges").put("url", "/v1/charges?payment_intent=" + id);
        Json.text(params, "payment_method").ifPresent(method -> use(intent, method));
        changes.created(intent, "payment_intent.created");
        if (params.path("confirm").asBoolean()) {
            confirm(id, Json.object());
        }
        return intent;
    }

    private void use(ObjectNode intent, String method) {
        intent.set("payment_method", cards.resolve(method, "payment_method").get("id"));
        if (intent.get("status").asText().equals("requires_payment_method")) {
            intent.put("status", "requires_confirmation");
        }
    }

    ObjectNode update(String id, ObjectNode params) {
        ObjectNode intent = objects.get("payment_intent", id);
        StripeChanges.merge(intent, params);
        Json.text(params, "payment_method").ifPresent(method -> use(intent, method));
        return intent;
    }

    /** @throws StripeError 402 when the card is refused */
    ObjectNode confirm(String id, ObjectNode params) {
        ObjectNode intent = objects.get("payment_intent", id);
        expect(intent, "confirm", "requires_payment_method", "requires_confirmation", "requires_action");
        Json.text(params, "payment_method").ifPresent(method -> use(intent, method));
        Optional<String> refusal = attempt(intent, false);
        if (refusal.isPresent()) {
            throw StripeError.declined(refusal.get(), intent);
        }
        return intent;
    }

    /** The customer has passed 3-D Secure. */
    ObjectNode authenticate(String id) {
        ObjectNode intent = objects.get("payment_intent", id);
        expect(intent, "authenticate", "requires_action");
        attempt(intent, true);
        return intent;
    }

    /**
     * Charges the intent's card.
     *
     * @return the decline code when it is refused
     */
    Optional<String> attempt(ObjectNode intent, boolean authenticated) {
        String method = Json.text(intent, "payment_method")
                .orElseThrow(() -> StripeError.invalid(
                        "payment_intent_unexpected_state",
                        "You cannot confirm this PaymentIntent because it's missing a payment method.",
                        null));
        Optional<String> how = cards.behaviour(method).filter(behaviour -> !authenticated);
        if (how.isEmpty()) {
            if (intent.get("capture_method").asText().equals("manual")) {
                charge(intent, false);
                changes.changed(
                        intent,
                        held -> held.put("status", "requires_capture").set("amount_capturable", held.get("amount")),
                        "payment_intent.amount_capturable_updated");
            } else {
                succeed(intent);
            }
        } else if (how.get().equals(StripeCards.ACTION_REQUIRED)) {
            changes.changed(intent, this::askCustomer, "payment_intent.requires_action");
        } else {
            decline(intent, how.get());
            return how;
        }
        return Optional.empty();
    }

    private void askCustomer(ObjectNode intent) {
        intent.put("status", "requires_action");
        ObjectNode action = intent.putObject("next_action");
        action.put("type", "use_stripe_sdk").putObject("use_stripe_sdk").put("type", "three_d_secure_redirect");
    }

    private void succeed(ObjectNode intent) {
        ObjectNode charge = charge(intent, true);
        changes.tell("charge.succeeded", charge);
        changes.changed(
                intent,
                paid -> {
                    paid.put("status", "succeeded").putNull("next_action");
                    paid.putNull("last_payment_error");
                    paid.set("amount_received", paid.get("amount"));
                },
                "payment_intent.succeeded");
        onSuccess.accept(intent);
    }

    private void decline(ObjectNode intent, String code) {
        ObjectNode charge = newCharge(intent);
        charge.put("status", "failed").put("paid", false).put("captured", false).put("amount_captured", 0);
        charge.put("failure_code", "card_declined").put("failure_message", "Your card was declined.");
        charge.withObject("/outcome")
                .put("network_status", "declined_by_network")
                .put("reason", code)
                .put("seller_message", "The bank returned the decline code `" + code + "`.")
                .put("type", "issuer_declined");
        keep(intent, charge);
        changes.tell("charge.failed", charge);
        changes.changed(
                intent,
                failed -> {
                    ObjectNode error = failed.putObject("last_payment_error");
                    error.set("charge", charge.get("id"));
                    error.put("code", "card_declined").put("decline_code", code);
                    error.put("message", "Your card was declined.").put("type", "card_error");
                    failed.put("status", "requires_payment_method").putNull("payment_method");
                },
                "payment_intent.payment_failed");
        onFailure.accept(intent);
    }

    private ObjectNode charge(ObjectNode intent, boolean captured) {
        ObjectNode charge = newCharge(intent);
        charge.put("captured", captured);
        charge.put("amount_captured", captured ? intent.get("amount").asLong() : 0);
        if (captured) {
            charge.put(
                    "balance_transaction",
                    refunds.book("charge", intent.get("amount").asLong(), charge));
        }
        keep(intent, charge);
        return charge;
    }

    private ObjectNode newCharge(ObjectNode intent) {
        ObjectNode charge = objects.draft("charge", newId("ch_"));
        for (String field : List.of("amount", "currency", "customer", "description", "invoice", "payment_method")) {
            charge.set(field, intent.get(field));
        }
        charge.set("metadata", intent.get("metadata").deepCopy());
        charge.set("payment_intent", intent.get("id"));
        charge.withObject("/refunds")
                .put("url", "/v1/charges/" + charge.get("id").asText() + "/refunds");
        ObjectNode details = charge.putObject("payment_method_details");
        objects.find("payment_method", intent.path("payment_method").asText())
                .ifPresent(method -> details.set("card", method.get("card").deepCopy()));
        details.put("type", "card");
        charge.put(
                "receipt_url",
                "https://pay.stripe.com/receipts/" + charge.get("id").asText());
        return charge;
    }

    private void keep(ObjectNode intent, ObjectNode charge) {
        objects.add(charge);
        intent.set("latest_charge", charge.get("id"));
        ObjectNode charges = intent.withObject("/charges");
        charges.withArray("data").insert(0, charge);
        charges.put("total_count", charges.get("data").size());
    }

    ObjectNode capture(String id, ObjectNode params) {
        ObjectNode intent = objects.get("payment_intent", id);
        expect(intent, "capture", "requires_capture");
        long amount =
                params.path("amount_to_capture").asLong(intent.get("amount").asLong());
        ObjectNode charge = objects.get("charge", intent.get("latest_charge").asText());
        changes.changed(
                charge,
                captured -> captured.put("captured", true)
                        .put("amount_captured", amount)
                        .put("balance_transaction", refunds.book("charge", amount, captured)),
                "charge.captured");
        changes.changed(
                intent,
                paid -> paid.put("status", "succeeded")
                        .put("amount_received", amount)
                        .put("amount_capturable", 0),
                "payment_intent.succeeded");
        onSuccess.accept(intent);
        return intent;
    }

    ObjectNode cancel(String id, ObjectNode params) {
        ObjectNode intent = objects.get("payment_intent", id);
        expect(
                intent,
                "cancel",
                "requires_payment_method",
                "requires_confirmation",
                "requires_action",
                "requires_capture",
                "processing");
        return changes.changed(
                intent,
                canceled -> {
                    canceled.put("status", "canceled").put("canceled_at", clock.epochSecond());
                    canceled.put("amount_capturable", 0).set("cancellation_reason", params.get("cancellation_reason"));
                },
                "payment_intent.canceled");
    }

    ObjectNode updateCharge(String id, ObjectNode params) {
        return changes.changed(
                objects.get("charge", id), charge -> StripeChanges.merge(charge, params), "charge.updated");
    }

    private static void expect(ObjectNode intent, String action, String... states) {
        String status = intent.get("status").asText();
        if (!List.of(states).contains(status)) {
            throw StripeError.invalid(
                    "payment_intent_unexpected_state",
                    "You cannot " + action + " this PaymentIntent because it has a status of " + status + ".",
                    null);
        }
    }
}
