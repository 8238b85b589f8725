package com.ytempire.hub.sandbox;

import static com.ytempire.hub.sandbox.StripeObjects.newId;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.sandbox.StripeTestCards.Aftermath;
import com.ytempire.hub.sandbox.StripeTestCards.TestCard;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Payment intents and the charges they make. */
final class StripePayments {

    /** Who is there when a card is charged. */
    enum Presence {
        CUSTOMER,
        /** Nobody could answer the bank's question: the payment fails. */
        NOBODY,
        /** Nobody, but the invoice's page can be visited later. */
        INVOICE
    }

    /** How long a bank takes to tell whether a debit worked. */
    private static final Duration DEBIT = Duration.ofDays(4);

    /** What the bank advises beside a decline code; else to try again later. */
    private static final Map<String, String> ADVICE = Map.of(
            "lost_card", "do_not_try_again",
            "stolen_card", "do_not_try_again",
            "fraudulent", "do_not_try_again",
            "expired_card", "confirm_card_data",
            "incorrect_cvc", "confirm_card_data");

    private final StripeObjects objects;
    private final StripeChanges changes;
    private final StripeCards cards;
    private final StripeRefunds refunds;
    private final StripeTime time;
    private Consumer<ObjectNode> onSuccess = intent -> {};
    private Consumer<ObjectNode> onFailure = intent -> {};
    private Consumer<ObjectNode> onQuestion = intent -> {};

    StripePayments(
            StripeObjects objects, StripeChanges changes, StripeCards cards, StripeRefunds refunds, StripeTime time) {
        this.objects = objects;
        this.changes = changes;
        this.cards = cards;
        this.refunds = refunds;
        this.time = time;
    }

    /** Told of each intent that ended in a payment, in a refusal or in a question: an invoice may wait for it. */
    void listen(Consumer<ObjectNode> success, Consumer<ObjectNode> failure, Consumer<ObjectNode> question) {
        onSuccess = success;
        onFailure = failure;
        onQuestion = question;
    }

    /** @throws StripeError 402 when it was to be confirmed and the card is refused */
    ObjectNode create(ObjectNode params) {
        long amount = Long.parseLong(StripeCatalog.required(params, "amount"));
        StripeCatalog.required(params, "currency");
        if (amount < 50) {
            throw StripeError.invalid("amount_too_small", "Amount must be at least $0.50 usd", "amount");
        }
        boolean confirm = params.path("confirm").asBoolean();
        if (params.path("off_session").asBoolean() && !confirm) {
            throw StripeError.invalid(
                    "parameter_invalid_empty", "`off_session` can only be passed with `confirm=true`.", "off_session");
        }
        Json.text(params, "customer").ifPresent(id -> objects.get("customer", id, "customer"));
        ObjectNode intent = objects.draft("payment_intent", newId("pi_"));
        String id = intent.get("id").asText();
        ObjectNode rest = params.deepCopy();
        rest.remove("payment_method");
        StripeChanges.merge(intent, rest);
        intent.put("client_secret", id + "_secret_" + newId("").substring(0, 16));
        intent.withObject("/charges").put("url", "/v1/charges?payment_intent=" + id);
        cards.named(params).ifPresent(method -> use(intent, method));
        changes.created(intent, "payment_intent.created");
        if (confirm) {
            ObjectNode how = Json.object();
            how.set("off_session", params.path("off_session"));
            how.set("error_on_requires_action", params.path("error_on_requires_action"));
            confirm(id, how);
        }
        return intent;
    }

    private void use(ObjectNode intent, String method) {
        intent.set(
                "payment_method",
                cards.resolveFor(intent.path("customer").asText(), method).get("id"));
        if (intent.get("status").asText().equals("requires_payment_method")) {
            intent.put("status", "requires_confirmation");
        }
    }

    ObjectNode update(String id, ObjectNode params) {
        ObjectNode intent = objects.get("payment_intent", id);
        ObjectNode rest = params.deepCopy();
        rest.remove("payment_method");
        StripeChanges.merge(intent, rest);
        cards.named(params).ifPresent(method -> use(intent, method));
        return intent;
    }

    /** @throws StripeError 402 when the card is refused */
    ObjectNode confirm(String id, ObjectNode params) {
        ObjectNode intent = objects.get("payment_intent", id);
        expect(intent, "confirm", "requires_payment_method", "requires_confirmation", "requires_action");
        cards.named(params).ifPresent(method -> use(intent, method));
        Json.text(params, "setup_future_usage").ifPresent(usage -> intent.put("setup_future_usage", usage));
        boolean alone = params.path("off_session").asBoolean()
                || params.path("error_on_requires_action").asBoolean();
        Optional<String> refusal = attempt(intent, alone ? Presence.NOBODY : Presence.CUSTOMER);
        if (refusal.isPresent()) {
            throw StripeError.declined(refusal.get(), intent);
        }
        return intent;
    }

    /** The customer has passed 3-D Secure, or has not. */
    ObjectNode authenticate(String id, boolean passed) {
        ObjectNode intent = objects.get("payment_intent", id);
        expect(intent, "authenticate", "requires_action");
        if (passed) {
            charge(intent);
        } else {
            decline(intent, StripeError.NOT_AUTHENTICATED);
        }
        return intent;
    }

    /** The bank tells what became of a debit: paid when the code is null. */
    ObjectNode settle(String id, String refusal) {
        ObjectNode intent = objects.get("payment_intent", id);
        expect(intent, "settle", "processing");
        if (refusal == null) {
            succeed(intent);
        } else {
            decline(intent, refusal);
        }
        return intent;
    }

    /**
     * Charges the intent's card.
     *
     * @return the decline code when it is refused
     */
    Optional<String> attempt(ObjectNode intent, Presence presence) {
        String method = Json.text(intent, "payment_method")
                .orElseThrow(() -> StripeError.invalid(
                        "payment_intent_unexpected_state",
                        "You cannot confirm this PaymentIntent because it's missing a payment method. You can either"
                                + " update the PaymentIntent with a payment method and then confirm it again, or"
                                + " confirm it again directly with a payment method.",
                        null));
        if (!cards.asks(method, presence == Presence.CUSTOMER)) {
            return charge(intent);
        }
        if (presence == Presence.NOBODY) {
            decline(intent, StripeCards.ACTION_REQUIRED);
            return Optional.of(StripeCards.ACTION_REQUIRED);
        }
        changes.changed(intent, StripePayments::askCustomer, "payment_intent.requires_action");
        onQuestion.accept(intent);
        return Optional.empty();
    }

    private Optional<String> charge(ObjectNode intent) {
        TestCard card = cards.behaviour(intent.get("payment_method").asText());
        if (card.slow()) {
            process(intent, card);
        } else if (card.refusal() != null) {
            decline(intent, card.refusal());
            return Optional.of(card.refusal());
        } else if (intent.get("capture_method").asText().equals("manual")) {
            charge(intent, false);
            changes.changed(
                    intent,
                    held -> held.put("status", "requires_capture").set("amount_capturable", held.get("amount")),
                    "payment_intent.amount_capturable_updated");
        } else {
            succeed(intent);
        }
        return Optional.empty();
    }

    private void process(ObjectNode intent, TestCard card) {
        changes.changed(
                intent,
                waiting -> waiting.put("status", "processing").putNull("next_action"),
                "payment_intent.processing");
        if (!"never".equals(card.refusal())) {
            String id = intent.get("id").asText();
            time.at(time.instant().plus(DEBIT).getEpochSecond(), () -> {
                if (intent.get("status").asText().equals("processing")) {
                    settle(id, card.refusal());
                }
            });
        }
    }

    /** What an intent asks for 3-D Secure with. */
    static void askCustomer(ObjectNode intent) {
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
        keepCard(intent);
        onSuccess.accept(intent);
        TestCard card = cards.behaviour(intent.get("payment_method").asText());
        if (card.aftermath() == Aftermath.DISPUTE) {
            refunds.dispute(charge.get("id").asText(), card.disputeReason());
        }
    }

    /** The customer gets the card when that was asked for; else it can't be used again. */
    private void keepCard(ObjectNode intent) {
        ObjectNode method =
                objects.get("payment_method", intent.get("payment_method").asText());
        Optional<String> usage = Json.text(intent, "setup_future_usage");
        Optional<String> customer = Json.text(intent, "customer");
        if (usage.isPresent() && customer.isPresent()) {
            cards.give(method, customer.get());
        }
        usage.filter("off_session"::equals)
                .ifPresent(any -> cards.setUp(method.get("id").asText()));
        cards.usedUp(method);
    }

    private void decline(ObjectNode intent, String code) {
        ObjectNode card = objects.get(
                        "payment_method", intent.get("payment_method").asText())
                .deepCopy();
        ObjectNode charge = newCharge(intent);
        charge.put("status", "failed").put("paid", false).put("captured", false).put("amount_captured", 0);
        charge.put("failure_code", StripeError.code(code)).put("failure_message", StripeError.words(code));
        charge.withObject("/outcome")
                .put("advice_code", ADVICE.getOrDefault(code, "try_again_later"))
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
                    StripeError.describe(error, code);
                    error.set("payment_method", card);
                    failed.put("status", "requires_payment_method").putNull("payment_method");
                    failed.putNull("next_action");
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
        objects.find("payment_method", intent.path("payment_method").asText()).ifPresent(method -> {
            String type = method.get("type").asText();
            details.set(type, method.get(type).deepCopy());
            details.put("type", type);
        });
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
                    canceled.put("status", "canceled").put("canceled_at", time.epochSecond());
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
