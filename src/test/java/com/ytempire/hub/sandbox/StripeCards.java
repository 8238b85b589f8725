package com.ytempire.hub.sandbox;

import static com.ytempire.hub.sandbox.StripeObjects.newId;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.sandbox.StripeTestCards.Aftermath;
import com.ytempire.hub.sandbox.StripeTestCards.Authentication;
import com.ytempire.hub.sandbox.StripeTestCards.TestCard;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Payment methods, whose they are, and how each behaves: as Stripe's test cards. */
final class StripeCards {

    /** A charge asks the customer for 3-D Secure. */
    static final String ACTION_REQUIRED = "authentication_required";

    private final StripeObjects objects;
    private final StripeChanges changes;
    private final Map<String, TestCard> behaviours = new HashMap<>();
    private final Set<String> setUp = new HashSet<>();
    private final Set<String> spent = new HashSet<>();

    StripeCards(StripeObjects objects, StripeChanges changes) {
        this.objects = objects;
        this.changes = changes;
    }

    /** From now on charges to this payment method end so: a decline code, {@link #ACTION_REQUIRED}, or null for well. */
    void behave(String id, String how) {
        TestCard card = behaviour(id);
        boolean asks = ACTION_REQUIRED.equals(how);
        behaviours.put(
                id,
                new TestCard(
                        card.number(),
                        card.brand(),
                        asks ? null : how,
                        true,
                        asks ? Authentication.ALWAYS : Authentication.NEVER,
                        Aftermath.NONE,
                        null));
    }

    TestCard behaviour(String id) {
        return behaviours.getOrDefault(id, StripeTestCards.working());
    }

    /** Whether a charge waits for 3-D Secure. */
    boolean asks(String id, boolean customerIsThere) {
        return switch (behaviour(id).authentication()) {
            case NEVER -> false;
            case ALWAYS -> true;
            case UNTIL_SET_UP -> !setUp.contains(id);
            case WITH_CUSTOMER -> customerIsThere;
        };
    }

    ObjectNode create(ObjectNode params) {
        String type = StripeCatalog.required(params, "type");
        TestCard card = StripeTestCards.working();
        ObjectNode rest = params.deepCopy();
        if (type.equals("us_bank_account")) {
            card = StripeTestCards.named("pm_usBankAccount_success").orElseThrow();
        } else if (!type.equals("card")) {
            throw StripeError.invalid(null, "The payment method type " + type + " is not enabled.", "type");
        } else if (rest.get("card") instanceof ObjectNode given) {
            card = asGiven(given);
            given.remove(List.of("number", "cvc", "token"));
        } else {
            throw StripeError.missingParameter("card");
        }
        ObjectNode method = draft(card);
        StripeChanges.merge(method, rest);
        objects.add(method);
        return method;
    }

    /** What a payment or set-up is to use: a stored method, or one described on the spot. */
    Optional<String> named(ObjectNode params) {
        if (params.has("confirmation_token")) {
            throw StripeError.invalid(null, "The sandbox does not simulate confirmation tokens.", "confirmation_token");
        }
        return Json.text(params, "payment_method")
                .or(() -> params.get("payment_method_data") instanceof ObjectNode data
                        ? Optional.of(create(described(data)).get("id").asText())
                        : Optional.empty());
    }

    /** stripe-java's description of these parameters leaves cards to Stripe.js, where a test number stands for one. */
    private static ObjectNode described(ObjectNode data) {
        ObjectNode params = data.deepCopy();
        if (params.path("type").asText().equals("card") && !params.has("card")) {
            params.putObject("card").put("token", "tok_visa");
        }
        return params;
    }

    private static TestCard asGiven(ObjectNode given) {
        Optional<String> token = Json.text(given, "token");
        if (token.isPresent()) {
            return StripeTestCards.named(token.get())
                    .orElseThrow(() -> StripeError.missing("token", token.get(), "card[token]"));
        }
        String number = Json.text(given, "number").orElseThrow(() -> StripeError.missingParameter("card[number]"));
        return StripeTestCards.numbered(number)
                .orElseThrow(() ->
                        StripeError.card("incorrect_number", "Your card number is incorrect.", null, "card[number]"));
    }

    private ObjectNode draft(TestCard card) {
        ObjectNode method = objects.draft("payment_method", newId("pm_"));
        behaviours.put(method.get("id").asText(), card);
        if (card.slow()) {
            method.remove("card");
            method.put("type", "us_bank_account");
            method.putObject("us_bank_account")
                    .put("account_holder_type", "individual")
                    .put("account_type", "checking")
                    .put("bank_name", "STRIPE TEST BANK")
                    .put("fingerprint", "FFDMA0xfhBjWSZLu")
                    .put("last4", card.last4())
                    .put("routing_number", "110000000");
        } else {
            ObjectNode details = method.withObject("/card");
            details.put("brand", card.brand())
                    .put("display_brand", card.brand())
                    .put("last4", card.last4());
            details.put(
                    "fingerprint", "fp" + card.number().substring(card.number().length() - 14));
            details.withObject("/networks").putArray("available").add(card.brand());
        }
        return method;
    }

    /** A stored one, or a new one for the name of a test card like pm_card_visa. */
    ObjectNode resolve(String id, String param) {
        if (StripeTestCards.isName(id)) {
            ObjectNode method =
                    draft(StripeTestCards.named(id).orElseThrow(() -> StripeError.missing("PaymentMethod", id, param)));
            objects.add(method);
            return method;
        }
        ObjectNode method =
                objects.find("payment_method", id).orElseThrow(() -> StripeError.missing("PaymentMethod", id, param));
        if (spent.contains(id)) {
            throw StripeError.invalid(
                    null,
                    "This PaymentMethod was previously used without being attached to a Customer or was detached from a"
                            + " Customer, and may not be used again.",
                    null);
        }
        return method;
    }

    /** The same for a payment by a customer, who may not use what belongs to somebody else. */
    ObjectNode resolveFor(String customer, String id) {
        ObjectNode method = resolve(id, "payment_method");
        Json.text(method, "customer").filter(owner -> !owner.equals(customer)).ifPresent(owner -> {
            throw StripeError.invalid(
                    null,
                    "The provided PaymentMethod cannot be attached. To reuse a PaymentMethod, you must attach it to a"
                            + " Customer first.",
                    "payment_method");
        });
        return method;
    }

    /**
     * What is to be a customer's or a subscription's default: it must be attached.
     *
     * @return its id
     */
    String attached(String customer, String id, String param) {
        if (StripeTestCards.isName(id)) {
            return attach(id, customer).get("id").asText();
        }
        return objects.find("payment_method", id)
                .filter(method -> method.path("customer").asText().equals(customer))
                .orElseThrow(() -> StripeError.invalid(
                        "resource_missing",
                        "The customer does not have a payment method with the ID " + id
                                + ". The payment method must be attached to the customer.",
                        param))
                .get("id")
                .asText();
    }

    /**
     * What may become a customer's.
     *
     * @throws StripeError 402 when the bank refuses to know the card
     */
    ObjectNode attachable(String id) {
        ObjectNode method = resolve(id, "payment_method");
        TestCard card = behaviour(method.get("id").asText());
        if (!card.attaches()) {
            throw StripeError.declined(card.refusal(), null);
        }
        return method;
    }

    /** @throws StripeError 402 when the bank refuses to know the card */
    ObjectNode attach(String id, String customer) {
        objects.get("customer", customer, "customer");
        ObjectNode method = attachable(id);
        Optional<String> owner = Json.text(method, "customer");
        if (owner.isPresent() && !owner.get().equals(customer)) {
            throw StripeError.invalid(
                    null, "The payment method you provided has already been attached to a customer.", null);
        }
        return give(method, customer);
    }

    /** Attaches what has just been paid with or set up. */
    ObjectNode give(ObjectNode method, String customer) {
        if (Json.text(method, "customer").isPresent()) {
            return method;
        }
        return changes.changed(method, given -> given.put("customer", customer), "payment_method.attached");
    }

    /** Fit for payments without the customer from now on. */
    void setUp(String id) {
        setUp.add(id);
    }

    /** What was paid with and belongs to nobody can't be paid with again. */
    void usedUp(ObjectNode method) {
        if (Json.text(method, "customer").isEmpty()) {
            spent.add(method.get("id").asText());
        }
    }

    ObjectNode detach(String id) {
        ObjectNode method = objects.get("payment_method", id);
        String customer = Json.text(method, "customer")
                .orElseThrow(() -> StripeError.invalid(
                        null,
                        "The payment method you provided is not attached to a customer so detachment is impossible.",
                        null));
        spent.add(id);
        objects.find("customer", customer)
                .filter(owner -> owner.path("invoice_settings")
                        .path("default_payment_method")
                        .asText()
                        .equals(id))
                .ifPresent(owner -> changes.changed(
                        owner,
                        changed -> changed.withObject("/invoice_settings").putNull("default_payment_method"),
                        "customer.updated"));
        objects.oldestFirst("subscription").stream()
                .filter(each -> each.path("default_payment_method").asText().equals(id))
                .forEach(each -> changes.changed(
                        each, changed -> changed.putNull("default_payment_method"), "customer.subscription.updated"));
        return changes.changed(method, detached -> detached.putNull("customer"), "payment_method.detached");
    }

    ObjectNode update(String id, ObjectNode params) {
        ObjectNode method = objects.get("payment_method", id);
        if (Json.text(method, "customer").isEmpty()) {
            throw StripeError.invalid(
                    null, "You must save this PaymentMethod to a customer before you can update it.", null);
        }
        return changes.changed(method, changed -> StripeChanges.merge(changed, params), "payment_method.updated");
    }

    /** The card a customer pays with when none is named. */
    Optional<String> defaultOf(String customer) {
        return objects.find("customer", customer)
                .flatMap(found -> Json.text(found.path("invoice_settings"), "default_payment_method"));
    }
}
