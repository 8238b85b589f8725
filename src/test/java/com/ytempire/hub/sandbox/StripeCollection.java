package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.sandbox.StripePayments.Presence;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** How the money of an invoice is collected: what is charged, what follows from a refusal, and when it is tried again. */
final class StripeCollection {

    /** Days between Stripe's own tries: eight in two weeks. */
    private static final int[] RETRY_DAYS = {1, 2, 2, 2, 2, 2, 2, 1};

    /** Refusals after which Stripe waits for another card; docs.stripe.com/billing/revenue-recovery/smart-retries. */
    private static final Set<String> HARD = Set.of(
            "incorrect_number",
            "lost_card",
            "pickup_card",
            "stolen_card",
            "revocation_of_authorization",
            "revocation_of_all_authorizations",
            StripeCards.ACTION_REQUIRED,
            "highest_risk_level",
            "transaction_not_allowed");

    private final StripeObjects objects;
    private final StripeChanges changes;
    private final StripePayments payments;
    private final StripeCards cards;
    private final StripeAccount account;
    private final StripeTime time;
    private Consumer<ObjectNode> onPaid = invoice -> {};
    private Consumer<ObjectNode> onFailed = invoice -> {};
    private Consumer<ObjectNode> onGivenUp = invoice -> {};

    StripeCollection(
            StripeObjects objects,
            StripeChanges changes,
            StripePayments payments,
            StripeCards cards,
            StripeAccount account,
            StripeTime time) {
        this.objects = objects;
        this.changes = changes;
        this.payments = payments;
        this.cards = cards;
        this.account = account;
        this.time = time;
        payments.listen(
                intent -> ofIntent(intent).ifPresent(this::settled),
                intent -> ofIntent(intent).ifPresent(this::failed),
                intent -> ofIntent(intent).ifPresent(this::asked));
    }

    /**
     * Told of each invoice that was paid, whose payment failed, and on which the last automatic try has failed: a
     * subscription may hang on it.
     */
    void listen(Consumer<ObjectNode> paid, Consumer<ObjectNode> failed, Consumer<ObjectNode> givenUp) {
        onPaid = paid;
        onFailed = failed;
        onGivenUp = givenUp;
    }

    private Optional<ObjectNode> ofIntent(ObjectNode intent) {
        return Json.text(intent, "invoice").flatMap(id -> objects.find("invoice", id));
    }

    /** The automatic try to collect, when there is something to collect. */
    void collectAlone(ObjectNode invoice) {
        boolean charges = invoice.get("collection_method").asText().equals("charge_automatically");
        boolean underWay = objects.find(
                        "payment_intent", invoice.path("payment_intent").asText())
                .filter(intent -> intent.get("status").asText().equals("processing"))
                .isPresent();
        if (!charges || underWay || !invoice.get("status").asText().equals("open")) {
            return;
        }
        if (card(invoice).isPresent()) {
            collect(invoice, Optional.empty());
        } else {
            failed(invoice);
        }
    }

    /** What an invoice is charged to when nobody names a card. */
    Optional<String> card(ObjectNode invoice) {
        return Json.text(invoice, "default_payment_method")
                .or(() -> Json.text(invoice, "subscription")
                        .flatMap(id -> objects.find("subscription", id))
                        .flatMap(subscription -> Json.text(subscription, "default_payment_method")))
                .or(() -> cards.defaultOf(invoice.get("customer").asText()));
    }

    /**
     * Tries to collect.
     *
     * @return the decline code when the card was refused
     * @throws StripeError 400 when there is no card to charge
     */
    Optional<String> collect(ObjectNode invoice, Optional<String> card) {
        String method = card.or(() -> card(invoice))
                .orElseThrow(() -> StripeError.invalid(
                        "resource_missing",
                        "This customer has no attached payment source or default payment method. Please consider"
                                + " adding a default payment method.",
                        null));
        ObjectNode intent =
                objects.get("payment_intent", invoice.get("payment_intent").asText());
        if (intent.get("status").asText().equals("processing")) {
            throw StripeError.invalid(
                    "payment_intent_unexpected_state", "A payment of this invoice is still processing.", null);
        }
        intent.set(
                "payment_method",
                cards.resolveFor(invoice.get("customer").asText(), method).get("id"));
        return payments.attempt(intent, Presence.INVOICE);
    }

    /**
     * Somebody pays an open invoice.
     *
     * @throws StripeError 402 when the card is refused or asks the customer
     */
    ObjectNode pay(ObjectNode invoice, ObjectNode params) {
        if (params.path("paid_out_of_band").asBoolean()) {
            invoice.put("paid_out_of_band", true);
            settled(invoice);
            return invoice;
        }
        Optional<String> refusal = collect(invoice, Json.text(params, "payment_method"));
        ObjectNode intent =
                objects.get("payment_intent", invoice.get("payment_intent").asText());
        if (refusal.isPresent()) {
            throw StripeError.declined(refusal.get(), intent);
        }
        if (intent.get("status").asText().equals("requires_action")) {
            throw StripeError.actionRequired(intent);
        }
        return invoice;
    }

    /** It is paid, or nothing is due. */
    void settled(ObjectNode invoice) {
        changes.changed(
                invoice,
                paid -> {
                    long amount = paid.get("amount_due").asLong();
                    paid.put("status", "paid").put("paid", true).put("attempted", true);
                    if (amount > 0 && paid.get("attempt_count").asInt() == 0) {
                        paid.put("attempt_count", 1);
                    }
                    paid.put("amount_paid", amount).put("amount_remaining", 0).put("auto_advance", false);
                    paid.putNull("next_payment_attempt");
                    paid.withObject("/status_transitions").put("paid_at", time.epochSecond());
                    objects.find("payment_intent", paid.path("payment_intent").asText())
                            .ifPresent(intent -> paid.set("charge", intent.get("latest_charge")));
                    paid.get("payments")
                            .get("data")
                            .forEach(payment -> ((ObjectNode) payment)
                                    .put("status", "paid")
                                    .put("amount_paid", amount)
                                    .withObject("/status_transitions")
                                    .put("paid_at", time.epochSecond()));
                },
                "invoice.updated",
                "invoice.paid",
                "invoice.payment_succeeded");
        onPaid.accept(invoice);
    }

    /** The customer has to pass 3-D Secure on the invoice's page. */
    private void asked(ObjectNode invoice) {
        fail(invoice, StripeCards.ACTION_REQUIRED, "invoice.updated", "invoice.payment_action_required");
        changes.tell("invoice.payment_failed", invoice);
        onFailed.accept(invoice);
    }

    private void failed(ObjectNode invoice) {
        String code = objects.find(
                        "payment_intent", invoice.path("payment_intent").asText())
                .map(intent -> intent.at("/last_payment_error/decline_code").asText())
                .orElse("");
        boolean over = fail(invoice, code, "invoice.updated", "invoice.payment_failed");
        onFailed.accept(invoice);
        if (over) {
            onGivenUp.accept(invoice);
        }
    }

    /**
     * Counts a try and plans the next one. As with Stripe, a try by request counts only when it is the first: {@code
     * attempt_count} is about the plan of automatic tries.
     *
     * @return whether the last automatic try has failed
     */
    private boolean fail(ObjectNode invoice, String code, String... events) {
        int tries = invoice.get("attempt_count").asInt();
        boolean planned = invoice.path("next_payment_attempt").asLong(Long.MAX_VALUE) <= time.epochSecond();
        boolean counts = tries == 0 || planned;
        boolean first = invoice.get("billing_reason").asText().equals("subscription_create");
        boolean automatic =
                account.smartRetries() && invoice.get("auto_advance").asBoolean() && !first;
        boolean over = automatic && planned && tries > RETRY_DAYS.length - 1;
        changes.changed(
                invoice,
                refused -> {
                    refused.put("attempted", true);
                    refused.put("attempt_count", counts ? tries + 1 : tries);
                    objects.find(
                                    "payment_intent",
                                    refused.path("payment_intent").asText())
                            .ifPresent(intent -> refused.set("charge", intent.get("latest_charge")));
                    if (!automatic || over || HARD.contains(code) || code.isEmpty()) {
                        refused.putNull("next_payment_attempt");
                    } else if (counts) {
                        planRetry(refused, RETRY_DAYS[tries]);
                    }
                },
                events);
        return over;
    }

    private void planRetry(ObjectNode invoice, int days) {
        long when = time.instant().plus(Duration.ofDays(days)).getEpochSecond();
        invoice.put("next_payment_attempt", when);
        time.at(when, () -> {
            if (invoice.path("next_payment_attempt").asLong() == when) {
                collectAlone(invoice);
            }
        });
    }
}
