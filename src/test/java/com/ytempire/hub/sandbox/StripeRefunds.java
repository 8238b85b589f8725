package com.ytempire.hub.sandbox;

import static com.ytempire.hub.sandbox.StripeObjects.newId;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.sandbox.StripeTestCards.Aftermath;
import java.time.Duration;
import java.util.List;

/** Money that goes back: refunds and disputes, and the balance transactions of all money. */
final class StripeRefunds {

    private static final Duration DISPUTE_ANSWER = Duration.ofDays(9);
    private static final long DISPUTE_FEE = 1500;

    /** How long a bank takes for a refund that does not arrive at once. */
    private static final Duration BANK = Duration.ofDays(1);

    private static final List<String> OPEN = List.of("needs_response", "warning_needs_response");

    private final StripeObjects objects;
    private final StripeChanges changes;
    private final StripeCards cards;
    private final StripeTime time;

    StripeRefunds(StripeObjects objects, StripeChanges changes, StripeCards cards, StripeTime time) {
        this.objects = objects;
        this.changes = changes;
        this.cards = cards;
        this.time = time;
    }

    /**
     * Books money in or out.
     *
     * @param type charge, refund or adjustment
     * @param amount in cents, negative when it leaves
     * @return id of the balance transaction
     */
    String book(String type, long amount, ObjectNode source) {
        ObjectNode booking = objects.draft("balance_transaction", newId("txn_"));
        long fee =
                type.equals("charge") ? Math.round(amount * 0.029) + 30 : type.equals("adjustment") ? DISPUTE_FEE : 0;
        booking.put("amount", amount).put("fee", fee).put("net", amount - fee);
        booking.put("available_on", time.instant().plus(Duration.ofDays(2)).getEpochSecond());
        booking.set("currency", source.get("currency"));
        booking.set("source", source.get("id"));
        booking.put("type", type).put("reporting_category", type.equals("adjustment") ? "dispute" : type);
        objects.add(booking);
        return booking.get("id").asText();
    }

    ObjectNode refund(ObjectNode params) {
        ObjectNode charge = chargeOf(params);
        long left = charge.get("amount_captured").asLong()
                - charge.get("amount_refunded").asLong();
        long amount = params.path("amount").asLong(left);
        String name = charge.get("id").asText();
        if (left == 0) {
            throw StripeError.invalid(
                    "charge_already_refunded", "Charge " + name + " has already been refunded.", null);
        }
        if (disputed(charge)) {
            throw StripeError.invalid("charge_disputed", "Charge " + name + " has been charged back.", null);
        }
        if (amount <= 0) {
            throw StripeError.invalid("parameter_invalid_integer", "Invalid positive integer", "amount");
        }
        if (amount > left) {
            throw StripeError.invalid(
                    null,
                    "Refund amount ($" + StripeLines.dollars(amount)
                            + ") is greater than unrefunded amount on charge ($" + StripeLines.dollars(left) + ")",
                    "amount");
        }
        ObjectNode refund = objects.draft("refund", newId("re_"));
        StripeChanges.merge(refund, params);
        refund.put("amount", amount).set("charge", charge.get("id"));
        refund.set("currency", charge.get("currency"));
        refund.set("payment_intent", charge.get("payment_intent"));
        refund.put("balance_transaction", book("refund", -amount, refund));
        Aftermath aftermath =
                cards.behaviour(charge.path("payment_method").asText()).aftermath();
        if (aftermath == Aftermath.PENDING_REFUND) {
            refund.put("status", "pending");
        }
        objects.add(refund);
        changes.changed(
                charge,
                refunded -> {
                    refunded.put(
                            "amount_refunded", refunded.get("amount_refunded").asLong() + amount);
                    refunded.put("refunded", amount == left);
                    ObjectNode list = refunded.withObject("/refunds");
                    ArrayNode data = list.withArray("data").insert(0, refund);
                    list.put("total_count", data.size());
                },
                "charge.refunded");
        changes.tell("refund.created", refund);
        String id = refund.get("id").asText();
        if (aftermath == Aftermath.PENDING_REFUND) {
            time.at(later(), () -> {
                if (refund.get("status").asText().equals("pending")) {
                    settle(id);
                }
            });
        } else if (aftermath == Aftermath.FAILING_REFUND) {
            time.at(later(), () -> {
                if (refund.get("status").asText().equals("succeeded")) {
                    fail(id, "unknown");
                }
            });
        }
        return refund;
    }

    private long later() {
        return time.instant().plus(BANK).getEpochSecond();
    }

    private boolean disputed(ObjectNode charge) {
        return charge.get("disputed").asBoolean()
                && objects.find("dispute", charge.path("dispute").asText())
                        .filter(dispute -> !List.of("won", "warning_closed")
                                .contains(dispute.get("status").asText()))
                        .isPresent();
    }

    /** A pending refund has arrived. */
    ObjectNode settle(String id) {
        ObjectNode refund = objects.get("refund", id);
        if (!refund.get("status").asText().equals("pending")) {
            throw StripeError.invalid(null, "This refund is not pending.", null);
        }
        return changes.changed(
                refund, arrived -> arrived.put("status", "succeeded"), "refund.updated", "charge.refund.updated");
    }

    private ObjectNode chargeOf(ObjectNode params) {
        if (params.has("payment_intent")) {
            ObjectNode intent =
                    objects.get("payment_intent", params.get("payment_intent").asText(), "payment_intent");
            String charge = Json.text(intent, "latest_charge")
                    .orElseThrow(() -> StripeError.invalid(
                            null, "This PaymentIntent does not have a successful charge to refund.", "payment_intent"));
            return objects.get("charge", charge, "charge");
        }
        return objects.get("charge", StripeCatalog.required(params, "charge"), "charge");
    }

    ObjectNode update(String id, ObjectNode params) {
        return changes.changed(
                objects.get("refund", id),
                refund -> StripeChanges.merge(refund, params),
                "refund.updated",
                "charge.refund.updated");
    }

    /** The bank sends the money back to us: the charge counts as not refunded again. */
    ObjectNode fail(String id, String reason) {
        ObjectNode refund = objects.get("refund", id);
        if (refund.get("status").asText().equals("failed")) {
            throw StripeError.invalid(null, "This refund has failed already.", null);
        }
        ObjectNode charge = objects.get("charge", refund.get("charge").asText());
        long amount = refund.get("amount").asLong();
        charge.put("amount_refunded", charge.get("amount_refunded").asLong() - amount)
                .put("refunded", false);
        return changes.changed(
                refund,
                failed -> failed.put("status", "failed")
                        .put("failure_reason", reason)
                        .put("failure_balance_transaction", book("refund", amount, failed)),
                "refund.failed",
                "refund.updated",
                "charge.refund.updated");
    }

    /** @param reason inquiry for a question that takes no money yet */
    ObjectNode dispute(String chargeId, String reason) {
        ObjectNode charge = objects.get("charge", chargeId, "charge");
        boolean inquiry = reason.equals("inquiry");
        ObjectNode dispute = objects.draft("dispute", newId("du_"));
        dispute.put(
                "amount",
                charge.get("amount").asLong() - charge.get("amount_refunded").asLong());
        dispute.set("charge", charge.get("id"));
        dispute.set("currency", charge.get("currency"));
        dispute.set("payment_intent", charge.get("payment_intent"));
        dispute.put("reason", inquiry ? "general" : reason);
        dispute.put("status", inquiry ? "warning_needs_response" : "needs_response");
        dispute.put("is_charge_refundable", inquiry);
        long due = time.instant().plus(DISPUTE_ANSWER).getEpochSecond();
        dispute.withObject("/evidence_details").put("due_by", due);
        if (!inquiry) {
            withdraw(dispute, -dispute.get("amount").asLong());
        }
        charge.put("disputed", true).set("dispute", dispute.get("id"));
        changes.created(dispute, "charge.dispute.created");
        changes.tell("charge.updated", charge);
        if (!inquiry) {
            changes.tell("charge.dispute.funds_withdrawn", dispute);
        }
        time.at(due, () -> unanswered(dispute));
        return dispute;
    }

    private void withdraw(ObjectNode dispute, long amount) {
        String booking = book("adjustment", amount, dispute);
        dispute.withArray("balance_transactions").add(objects.get("balance_transaction", booking));
    }

    /** Who does not answer in time has lost. */
    private void unanswered(ObjectNode dispute) {
        if (OPEN.contains(dispute.get("status").asText())) {
            dispute.withObject("/evidence_details").put("past_due", true);
            closeDispute(dispute.get("id").asText(), "lost");
        }
    }

    /** Stripe's own words among the evidence decide a test dispute. */
    ObjectNode updateDispute(String id, ObjectNode params) {
        ObjectNode dispute = objects.get("dispute", id);
        if (!OPEN.contains(dispute.get("status").asText()) && params.has("evidence")) {
            throw StripeError.invalid(null, "Evidence can't be submitted for this dispute any more.", null);
        }
        boolean submits = params.has("evidence") && params.path("submit").asBoolean(true);
        boolean inquiry = dispute.get("status").asText().startsWith("warning");
        changes.changed(
                dispute,
                changed -> {
                    ObjectNode rest = params.deepCopy();
                    rest.remove("submit");
                    StripeChanges.merge(changed, rest);
                    ObjectNode details = changed.withObject("/evidence_details");
                    details.put("has_evidence", details.get("has_evidence").asBoolean() || params.has("evidence"));
                    if (submits) {
                        changed.put("status", inquiry ? "warning_under_review" : "under_review");
                        details.put(
                                "submission_count",
                                details.get("submission_count").asInt() + 1);
                    }
                },
                "charge.dispute.updated");
        String verdict = dispute.at("/evidence/uncategorized_text").asText();
        if (submits && verdict.matches("(winning|losing)_evidence")) {
            closeDispute(id, verdict.equals("winning_evidence") ? "won" : "lost");
        }
        return dispute;
    }

    /** @param status won or lost; an inquiry is only closed, or becomes a lost dispute */
    ObjectNode closeDispute(String id, String status) {
        ObjectNode dispute = objects.get("dispute", id);
        String before = dispute.get("status").asText();
        if (List.of("won", "lost", "warning_closed").contains(before)) {
            throw StripeError.invalid(null, "This dispute is already closed.", null);
        }
        boolean inquiry = before.startsWith("warning");
        String end = inquiry && status.equals("won") ? "warning_closed" : status;
        changes.changed(dispute, closed -> closed.put("status", end), "charge.dispute.closed");
        if (end.equals("won")) {
            withdraw(dispute, dispute.get("amount").asLong());
            changes.tell("charge.dispute.funds_reinstated", dispute);
        } else if (inquiry && end.equals("lost")) {
            withdraw(dispute, -dispute.get("amount").asLong());
            changes.tell("charge.dispute.funds_withdrawn", dispute);
        }
        return dispute;
    }
}
