package com.ytempire.hub.sandbox;

import static com.ytempire.hub.sandbox.StripeObjects.newId;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.sandbox.StripeTestCards.Authentication;
import com.ytempire.hub.sandbox.StripeTestCards.TestCard;
import java.util.List;
import java.util.function.Consumer;

/** Setup intents: a customer hands in a card for later payments. */
final class StripeSetups {

    private final StripeObjects objects;
    private final StripeChanges changes;
    private final StripeCards cards;
    private Consumer<ObjectNode> onSuccess = intent -> {};

    StripeSetups(StripeObjects objects, StripeChanges changes, StripeCards cards) {
        this.objects = objects;
        this.changes = changes;
        this.cards = cards;
    }

    /** Told of each intent that succeeded: a subscription or a checkout may wait for it. */
    void listen(Consumer<ObjectNode> success) {
        onSuccess = onSuccess.andThen(success);
    }

    /** @throws StripeError 402 when it was to be confirmed and the card is refused */
    ObjectNode create(ObjectNode params) {
        Json.text(params, "customer").ifPresent(id -> objects.get("customer", id, "customer"));
        boolean confirm = params.path("confirm").asBoolean();
        if (confirm && !params.has("payment_method") && !params.has("payment_method_data")) {
            throw StripeError.missingParameter("payment_method");
        }
        ObjectNode intent = objects.draft("setup_intent", newId("seti_"));
        String id = intent.get("id").asText();
        ObjectNode rest = params.deepCopy();
        rest.remove("payment_method");
        StripeChanges.merge(intent, rest);
        intent.put("client_secret", id + "_secret_" + newId("").substring(0, 16));
        cards.named(params).ifPresent(method -> use(intent, method));
        changes.created(intent, "setup_intent.created");
        return confirm ? confirm(id, Json.object()) : intent;
    }

    private void use(ObjectNode intent, String method) {
        intent.set(
                "payment_method",
                cards.resolveFor(intent.path("customer").asText(), method).get("id"));
        intent.put("status", "requires_confirmation");
    }

    ObjectNode update(String id, ObjectNode params) {
        ObjectNode intent = objects.get("setup_intent", id);
        ObjectNode rest = params.deepCopy();
        rest.remove("payment_method");
        StripeChanges.merge(intent, rest);
        cards.named(params).ifPresent(method -> use(intent, method));
        return intent;
    }

    /** @throws StripeError 402 when the card is refused */
    ObjectNode confirm(String id, ObjectNode params) {
        ObjectNode intent = objects.get("setup_intent", id);
        expect(intent, "confirm", "requires_payment_method", "requires_confirmation", "requires_action");
        cards.named(params).ifPresent(method -> use(intent, method));
        String method = Json.text(intent, "payment_method")
                .orElseThrow(() -> StripeError.invalid(
                        "setup_intent_unexpected_state",
                        "You cannot confirm this SetupIntent because it's missing a payment method.",
                        null));
        TestCard card = cards.behaviour(method);
        boolean asks =
                card.authentication() == Authentication.ALWAYS || card.authentication() == Authentication.UNTIL_SET_UP;
        if (!card.attaches()) {
            throw refused(intent, card.refusal());
        }
        return asks
                ? changes.changed(intent, StripePayments::askCustomer, "setup_intent.requires_action")
                : succeed(intent);
    }

    private StripeError refused(ObjectNode intent, String code) {
        changes.changed(
                intent,
                failed -> {
                    ObjectNode error = failed.putObject("last_setup_error");
                    StripeError.describe(error, code);
                    failed.put("status", "requires_payment_method").putNull("payment_method");
                    failed.putNull("next_action");
                },
                "setup_intent.setup_failed");
        return StripeError.declined(code, intent);
    }

    /** The customer has passed 3-D Secure, or has not. */
    ObjectNode authenticate(String id, boolean passed) {
        ObjectNode intent = objects.get("setup_intent", id);
        expect(intent, "authenticate", "requires_action");
        if (passed) {
            return succeed(intent);
        }
        refused(intent, StripeError.NOT_AUTHENTICATED);
        return intent;
    }

    private ObjectNode succeed(ObjectNode intent) {
        String method = intent.get("payment_method").asText();
        cards.setUp(method);
        Json.text(intent, "customer")
                .ifPresent(customer -> cards.give(objects.get("payment_method", method), customer));
        changes.changed(
                intent,
                done -> done.put("status", "succeeded").putNull("next_action").putNull("last_setup_error"),
                "setup_intent.succeeded");
        onSuccess.accept(intent);
        return intent;
    }

    ObjectNode cancel(String id, ObjectNode params) {
        ObjectNode intent = objects.get("setup_intent", id);
        expect(intent, "cancel", "requires_payment_method", "requires_confirmation", "requires_action");
        return changes.changed(
                intent,
                canceled -> canceled.put("status", "canceled")
                        .putNull("next_action")
                        .set("cancellation_reason", params.get("cancellation_reason")),
                "setup_intent.canceled");
    }

    private static void expect(ObjectNode intent, String action, String... states) {
        String status = intent.get("status").asText();
        if (!List.of(states).contains(status)) {
            throw StripeError.invalid(
                    "setup_intent_unexpected_state",
                    "You cannot " + action + " this SetupIntent because it has already " + status + ".",
                    null);
        }
    }
}
