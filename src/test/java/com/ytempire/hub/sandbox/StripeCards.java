package com.ytempire.hub.sandbox;

import static com.ytempire.hub.sandbox.StripeObjects.newId;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Payment methods, and how each card behaves: as Stripe's test cards, by the words in their names. */
final class StripeCards {

    /** A charge asks the customer for 3-D Secure. */
    static final String ACTION_REQUIRED = "authentication_required";

    /** Words in the names of Stripe's test payment methods, and the decline code each stands for. */
    private static final Map<String, String> BEHAVIOURS = new LinkedHashMap<>();

    static {
        BEHAVIOURS.put("InsufficientFunds", "insufficient_funds");
        BEHAVIOURS.put("LostCard", "lost_card");
        BEHAVIOURS.put("StolenCard", "stolen_card");
        BEHAVIOURS.put("ExpiredCard", "expired_card");
        BEHAVIOURS.put("IncorrectCvc", "incorrect_cvc");
        BEHAVIOURS.put("ProcessingError", "processing_error");
        BEHAVIOURS.put("chargeDeclined", "generic_decline");
        BEHAVIOURS.put("chargeCustomerFail", "generic_decline");
        BEHAVIOURS.put("authenticationRequired", ACTION_REQUIRED);
        BEHAVIOURS.put("threeDSecure", ACTION_REQUIRED);
    }

    private final StripeObjects objects;
    private final StripeChanges changes;
    private final Map<String, String> behaviours = new HashMap<>();

    StripeCards(StripeObjects objects, StripeChanges changes) {
        this.objects = objects;
        this.changes = changes;
    }

    /** From now on charges to this payment method end so: a decline code, {@link #ACTION_REQUIRED}, or null for well. */
    void behave(String id, String how) {
        behaviours.put(id, how);
    }

    Optional<String> behaviour(String id) {
        return Optional.ofNullable(behaviours.get(id));
    }

    ObjectNode create(ObjectNode params) {
        ObjectNode method = draft(params.path("card").path("token").asText());
        ObjectNode rest = params.deepCopy();
        if (rest.get("card") instanceof ObjectNode card) {
            Json.text(card, "number")
                    .ifPresent(number -> method.withObject("/card")
                            .put("last4", number.substring(Math.max(0, number.length() - 4))));
            card.remove(List.of("number", "cvc", "token"));
        }
        StripeChanges.merge(method, rest);
        objects.add(method);
        return method;
    }

    private ObjectNode draft(String testName) {
        ObjectNode method = objects.draft("payment_method", newId("pm_"));
        BEHAVIOURS.entrySet().stream()
                .filter(entry -> testName.contains(entry.getKey()))
                .findFirst()
                .ifPresent(entry -> behave(method.get("id").asText(), entry.getValue()));
        return method;
    }

    /** A stored one, or a new one for the name of a test card like pm_card_visa. */
    ObjectNode resolve(String id, String param) {
        if (id.startsWith("pm_card_")) {
            ObjectNode method = draft(id);
            objects.add(method);
            return method;
        }
        return objects.get("payment_method", id, param);
    }

    ObjectNode attach(String id, String customer) {
        objects.get("customer", customer, "customer");
        return changes.changed(
                resolve(id, "id"), method -> method.put("customer", customer), "payment_method.attached");
    }

    ObjectNode detach(String id) {
        ObjectNode method = objects.get("payment_method", id);
        String customer = Json.text(method, "customer")
                .orElseThrow(() -> StripeError.invalid(
                        null, "The payment method you provided is not attached to a customer.", null));
        objects.find("customer", customer)
                .filter(owner -> owner.path("invoice_settings")
                        .path("default_payment_method")
                        .asText()
                        .equals(id))
                .ifPresent(owner -> changes.changed(
                        owner,
                        changed -> changed.withObject("/invoice_settings").putNull("default_payment_method"),
                        "customer.updated"));
        return changes.changed(method, detached -> detached.putNull("customer"), "payment_method.detached");
    }

    ObjectNode update(String id, ObjectNode params) {
        return changes.changed(
                objects.get("payment_method", id),
                method -> StripeChanges.merge(method, params),
                "payment_method.updated");
    }

    /** The card a customer pays with when none is named. */
    Optional<String> defaultOf(String customer) {
        return objects.find("customer", customer)
                .flatMap(found -> Json.text(found.path("invoice_settings"), "default_payment_method"));
    }
}
