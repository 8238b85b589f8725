package com.ytempire.hub.sandbox;

import static com.ytempire.hub.sandbox.StripeObjects.newId;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;

/** Money that goes back: refunds and disputes, and the balance transactions of all money. */
final class StripeRefunds {

    private static final Duration DISPUTE_ANSWER = Duration.ofDays(9);
    private static final long DISPUTE_FEE = 1500;

    private final StripeObjects objects;
    private final StripeChanges changes;
    private final StripeTime time;

    StripeRefunds(StripeObjects objects, StripeChanges changes, StripeTime time) {
        this.objects = objects;
        this.changes = changes;
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
        if (charge.get("disputed").asBoolean()) {
            throw StripeError.invalid("charge_disputed", "Charge " + name + " has been charged back.", null);
        }
        if (amount > left || amount <= 0) {
            throw StripeError.invalid(
                    null,
                    "Refund amount (" + amount + ") is greater than unrefunded amount on charge (" + left + ")",
                    "amount");
        }
        ObjectNode refund = objects.draft("refund", newId("re_"));
        StripeChanges.merge(refund, params);
        refund.put("amount", amount).set("charge", charge.get("id"));
        refund.set("currency", charge.get("currency"));
        refund.set("payment_intent", charge.get("payment_intent"));
        refund.put("balance_transaction", book("refund", -amount, refund));
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
        return refund;
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

    ObjectNode dispute(String chargeId, String reason) {
        ObjectNode charge = objects.get("charge", chargeId, "charge");
        ObjectNode dispute = objects.draft("dispute", newId("du_"));
        dispute.set("amount", charge.get("amount"));
        dispute.set("charge", charge.get("id"));
        dispute.set("currency", charge.get("currency"));
        dispute.set("payment_intent", charge.get("payment_intent"));
        dispute.put("reason", reason);
        dispute.withObject("/evidence_details")
                .put("due_by", time.instant().plus(DISPUTE_ANSWER).getEpochSecond());
        String booking = book("adjustment", -charge.get("amount").asLong(), dispute);
        dispute.withArray("balance_transactions").add(objects.get("balance_transaction", booking));
        charge.put("disputed", true).set("dispute", dispute.get("id"));
        changes.created(dispute, "charge.dispute.created");
        changes.tell("charge.dispute.funds_withdrawn", dispute);
        return dispute;
    }

    ObjectNode updateDispute(String id, ObjectNode params) {
        return changes.changed(
                objects.get("dispute", id),
                dispute -> {
                    StripeChanges.merge(dispute, params);
                    if (params.has("evidence")) {
                        ObjectNode details =
                                dispute.withObject("/evidence_details").put("has_evidence", true);
                        if (params.path("submit").asBoolean(true)) {
                            dispute.put("status", "under_review");
                            details.put(
                                    "submission_count",
                                    details.get("submission_count").asInt() + 1);
                        }
                    }
                },
                "charge.dispute.updated");
    }

    /** @param status won or lost */
    ObjectNode closeDispute(String id, String status) {
        ObjectNode dispute = changes.changed(
                objects.get("dispute", id), closed -> closed.put("status", status), "charge.dispute.closed");
        if (status.equals("won")) {
            String booking = book("adjustment", dispute.get("amount").asLong(), dispute);
            dispute.withArray("balance_transactions").add(objects.get("balance_transaction", booking));
            changes.tell("charge.dispute.funds_reinstated", dispute);
        }
        return dispute;
    }
}
