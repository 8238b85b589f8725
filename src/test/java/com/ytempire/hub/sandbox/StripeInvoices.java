package com.ytempire.hub.sandbox;

import static com.ytempire.hub.sandbox.StripeObjects.newId;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.sandbox.StripePayments.Presence;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Invoices from draft to paid, void or uncollectible, each paid through a payment intent of its own. */
final class StripeInvoices {

    private final StripeObjects objects;
    private final StripeChanges changes;
    private final StripePayments payments;
    private final StripeCards cards;
    private final StripeTime time;
    private Consumer<ObjectNode> onPaid = invoice -> {};
    private Consumer<ObjectNode> onFailed = invoice -> {};

    StripeInvoices(
            StripeObjects objects, StripeChanges changes, StripePayments payments, StripeCards cards, StripeTime time) {
        this.objects = objects;
        this.changes = changes;
        this.payments = payments;
        this.cards = cards;
        this.time = time;
        payments.listen(
                intent -> ofIntent(intent).ifPresent(this::settled),
                intent -> ofIntent(intent).ifPresent(this::failed),
                intent -> ofIntent(intent).ifPresent(this::asked));
    }

    /** Told of each invoice that was paid or whose payment failed: a subscription may hang on it. */
    void listen(Consumer<ObjectNode> paid, Consumer<ObjectNode> failed) {
        onPaid = paid;
        onFailed = failed;
    }

    private Optional<ObjectNode> ofIntent(ObjectNode intent) {
        return Json.text(intent, "invoice").flatMap(id -> objects.find("invoice", id));
    }

    /** A draft as the API makes it, without lines. */
    ObjectNode create(ObjectNode params) {
        ObjectNode invoice = draft(StripeCatalog.required(params, "customer"));
        StripeChanges.merge(invoice, params);
        Json.text(params, "currency").ifPresent(currency -> invoice.put("currency", currency));
        return changes.created(invoice, "invoice.created");
    }

    /** A draft for what a subscription owes for a period; of nothing while it is in trial. */
    ObjectNode forSubscription(ObjectNode subscription, String reason, boolean trial) {
        ObjectNode invoice = draft(subscription.get("customer").asText());
        String id = subscription.get("id").asText();
        invoice.put("billing_reason", reason).put("subscription", id);
        invoice.set("currency", subscription.get("currency"));
        invoice.set("period_start", subscription.get("current_period_start"));
        invoice.set("period_end", subscription.get("current_period_end"));
        invoice.set("collection_method", subscription.get("collection_method"));
        ObjectNode details = invoice.withObject("/subscription_details");
        details.set("metadata", subscription.get("metadata").deepCopy());
        ObjectNode parent = invoice.putObject("parent").putNull("quote_details");
        parent.putObject("subscription_details")
                .put("subscription", id)
                .set("metadata", subscription.get("metadata").deepCopy());
        parent.put("type", "subscription_details");
        for (JsonNode item : subscription.get("items").get("data")) {
            ObjectNode line =
                    addLine(invoice, item.get("price"), item.get("quantity").asLong(), trial);
            line.put("type", "subscription").put("subscription", id);
            line.set("subscription_item", item.get("id"));
            line.set("plan", item.get("plan"));
            line.withObject("/period").set("start", item.get("current_period_start"));
            line.withObject("/period").set("end", item.get("current_period_end"));
            ObjectNode lineParent = line.putObject("parent").putNull("invoice_item_details");
            ObjectNode lineDetails = lineParent.putObject("subscription_item_details");
            lineDetails.putNull("invoice_item").put("proration", false).put("subscription", id);
            lineDetails.putObject("proration_details").putNull("credited_items");
            lineDetails.set("subscription_item", item.get("id"));
            lineParent.put("type", "subscription_item_details");
        }
        return changes.created(invoice, "invoice.created");
    }

    private ObjectNode draft(String customerId) {
        ObjectNode customer = objects.get("customer", customerId, "customer");
        ObjectNode invoice = objects.draft("invoice", newId("in_"));
        String id = invoice.get("id").asText();
        invoice.put("customer", customerId).put("currency", "usd");
        invoice.set("customer_address", customer.get("address"));
        invoice.set("customer_email", customer.get("email"));
        invoice.set("customer_name", customer.get("name"));
        invoice.set("customer_phone", customer.get("phone"));
        invoice.put("period_start", time.epochSecond()).put("period_end", time.epochSecond());
        invoice.withObject("/lines").put("url", "/v1/invoices/" + id + "/lines");
        invoice.withObject("/payments").put("url", "/v1/invoice_payments?invoice=" + id);
        return invoice;
    }

    /** Adds a line for so many of a price and brings the totals up to date. */
    private ObjectNode addLine(ObjectNode invoice, JsonNode price, long quantity, boolean free) {
        ObjectNode line = objects.draft("line_item", newId("il_"));
        long amount = free ? 0 : price.get("unit_amount").asLong() * quantity;
        line.put("amount", amount).put("amount_excluding_tax", amount).put("quantity", quantity);
        line.set("currency", price.get("currency"));
        line.set("invoice", invoice.get("id"));
        line.set("price", price.deepCopy());
        line.set("unit_amount_excluding_tax", price.get("unit_amount_decimal"));
        ObjectNode pricing = line.putObject("pricing");
        pricing.putObject("price_details").set("price", price.get("id"));
        pricing.withObject("/price_details").set("product", price.get("product"));
        pricing.put("type", "price_details").set("unit_amount_decimal", price.get("unit_amount_decimal"));
        ObjectNode lines = invoice.withObject("/lines");
        ArrayNode data = lines.withArray("data").add(line);
        lines.put("total_count", data.size());
        long total = invoice.get("total").asLong() + amount;
        for (String sum : new String[] {
            "subtotal", "subtotal_excluding_tax", "total", "total_excluding_tax", "amount_due", "amount_remaining"
        }) {
            invoice.put(sum, total);
        }
        return line;
    }

    /** What the API's invoice items are for: something more on a draft. */
    ObjectNode addItem(String invoiceId, String priceId, long quantity) {
        ObjectNode invoice = expect(invoiceId, "draft");
        ObjectNode price = objects.get("price", priceId, "price");
        return changes.changed(invoice, changed -> addLine(changed, price, quantity, false), "invoice.updated");
    }

    ObjectNode update(String id, ObjectNode params) {
        return changes.changed(
                objects.get("invoice", id), invoice -> StripeChanges.merge(invoice, params), "invoice.updated");
    }

    ObjectNode delete(String id) {
        return changes.deleted(expect(id, "draft"), "invoice.deleted", false);
    }

    ObjectNode finish(String id) {
        ObjectNode invoice = expect(id, "draft");
        ObjectNode customer = objects.get("customer", invoice.get("customer").asText());
        long number = customer.get("next_invoice_sequence").asLong();
        customer.put("next_invoice_sequence", number + 1);
        invoice.put("status", "open").put("effective_at", time.epochSecond());
        invoice.put("number", customer.get("invoice_prefix").asText() + String.format("-%04d", number));
        invoice.put("hosted_invoice_url", "https://invoice.stripe.com/i/" + id);
        invoice.put("invoice_pdf", "https://pay.stripe.com/invoice/" + id + "/pdf");
        invoice.withObject("/status_transitions").put("finalized_at", time.epochSecond());
        invoice.put("ending_balance", 0);
        if (invoice.get("amount_due").asLong() > 0) {
            intendToPay(invoice);
        }
        changes.tell("invoice.finalized", invoice);
        if (invoice.get("amount_due").asLong() == 0) {
            settled(invoice);
        }
        return invoice;
    }

    private void intendToPay(ObjectNode invoice) {
        ObjectNode params = Json.object().put("description", "Payment for Invoice");
        params.set("amount", invoice.get("amount_due"));
        params.set("currency", invoice.get("currency"));
        params.set("customer", invoice.get("customer"));
        params.set("invoice", invoice.get("id"));
        ObjectNode intent = payments.create(params);
        invoice.set("payment_intent", intent.get("id"));
        ObjectNode payment = objects.draft("invoice_payment", newId("inpay_"));
        payment.set("amount_requested", invoice.get("amount_due"));
        payment.set("currency", invoice.get("currency"));
        payment.set("invoice", invoice.get("id"));
        payment.withObject("/payment").set("payment_intent", intent.get("id"));
        objects.add(payment);
        invoice.withObject("/payments").withArray("data").add(payment);
    }

    /**
     * Tries to collect.
     *
     * @return the decline code when the card was refused
     * @throws StripeError 400 when there is no card to charge
     */
    Optional<String> collect(ObjectNode invoice, Optional<String> card) {
        String method = card.or(() -> Json.text(invoice, "default_payment_method"))
                .or(() -> Json.text(invoice, "subscription")
                        .flatMap(id -> Json.text(objects.get("subscription", id), "default_payment_method")))
                .or(() -> cards.defaultOf(invoice.get("customer").asText()))
                .orElseThrow(() -> StripeError.invalid(
                        "resource_missing",
                        "This customer has no attached payment source or default payment method. Please consider"
                                + " adding a default payment method.",
                        null));
        ObjectNode intent =
                objects.get("payment_intent", invoice.get("payment_intent").asText());
        intent.set(
                "payment_method",
                cards.resolveFor(invoice.get("customer").asText(), method).get("id"));
        return payments.attempt(intent, Presence.INVOICE);
    }

    /** @throws StripeError 402 when the card is refused, 400 when the invoice is not open */
    ObjectNode pay(String id, ObjectNode params) {
        if (objects.get("invoice", id).get("status").asText().equals("draft")) {
            finish(id);
        }
        ObjectNode invoice = objects.get("invoice", id);
        if (invoice.get("status").asText().equals("paid")) {
            throw StripeError.invalid(null, "Invoice is already paid", null);
        }
        expect(id, "open", "uncollectible");
        if (params.path("paid_out_of_band").asBoolean()) {
            invoice.put("paid_out_of_band", true);
            settled(invoice);
            return invoice;
        }
        Optional<String> refusal = collect(invoice, Json.text(params, "payment_method"));
        if (refusal.isPresent()) {
            throw StripeError.declined(
                    refusal.get(),
                    objects.get("payment_intent", invoice.get("payment_intent").asText()));
        }
        return invoice;
    }

    private void settled(ObjectNode invoice) {
        changes.changed(
                invoice,
                paid -> {
                    long amount = paid.get("amount_due").asLong();
                    paid.put("status", "paid").put("paid", true).put("attempted", true);
                    paid.put("attempt_count", paid.get("attempt_count").asInt() + (amount > 0 ? 1 : 0));
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
        changes.tell("invoice.payment_action_required", invoice);
        failed(invoice);
    }

    private void failed(ObjectNode invoice) {
        changes.changed(
                invoice,
                refused -> {
                    refused.put("attempted", true);
                    refused.put("attempt_count", refused.get("attempt_count").asInt() + 1);
                    refused.set(
                            "charge",
                            objects.get(
                                            "payment_intent",
                                            refused.get("payment_intent").asText())
                                    .get("latest_charge"));
                },
                "invoice.updated",
                "invoice.payment_failed");
        onFailed.accept(invoice);
    }

    ObjectNode end(String id, String status) {
        ObjectNode invoice = status.equals("void") ? expect(id, "open", "uncollectible") : expect(id, "open");
        String when = status.equals("void") ? "voided_at" : "marked_uncollectible_at";
        Json.text(invoice, "payment_intent")
                .filter(intent -> status.equals("void"))
                .ifPresent(intent -> payments.cancel(intent, Json.object().put("cancellation_reason", "void_invoice")));
        return changes.changed(
                invoice,
                ended -> ended.put("status", status)
                        .withObject("/status_transitions")
                        .put(when, time.epochSecond()),
                "invoice.updated",
                status.equals("void") ? "invoice.voided" : "invoice.marked_uncollectible");
    }

    private ObjectNode expect(String id, String... states) {
        ObjectNode invoice = objects.get("invoice", id);
        String status = invoice.get("status").asText();
        if (!List.of(states).contains(status)) {
            throw StripeError.invalid(
                    "invoice_not_editable", "This invoice is " + status + " and can't be changed so.", null);
        }
        return invoice;
    }
}
