package com.ytempire.hub.sandbox;

import static com.ytempire.hub.sandbox.StripeObjects.newId;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Invoices from draft to their end, each paid through a payment intent of its own. */
final class StripeInvoices {

    /** An automatic invoice stays a draft for about an hour. */
    private static final Duration DRAFT = Duration.ofHours(1);

    /** Less is not charged but put on the customer's balance. */
    private static final long LEAST_CHARGE = 50;

    private final StripeObjects objects;
    private final StripeChanges changes;
    private final StripePayments payments;
    private final StripeCollection collection;
    private final StripeDiscounts discounts;
    private final StripeLines lines;
    private final StripeTime time;
    private Consumer<ObjectNode> onEnded = invoice -> {};

    StripeInvoices(
            StripeObjects objects,
            StripeChanges changes,
            StripePayments payments,
            StripeCollection collection,
            StripeDiscounts discounts,
            StripeLines lines,
            StripeTime time) {
        this.objects = objects;
        this.changes = changes;
        this.payments = payments;
        this.collection = collection;
        this.discounts = discounts;
        this.lines = lines;
        this.time = time;
    }

    /** Told of each invoice that ended unpaid: a subscription may hang on it. */
    void listen(Consumer<ObjectNode> ended) {
        onEnded = ended;
    }

    /** A draft as the API makes it: without lines, unless pending invoice items are to be included. */
    ObjectNode create(ObjectNode params) {
        String customer = StripeCatalog.required(params, "customer");
        ObjectNode invoice = draft(customer).put("auto_advance", false);
        ObjectNode rest = params.deepCopy();
        rest.remove(List.of("discounts", "subscription"));
        StripeChanges.merge(invoice, rest);
        Json.text(params, "subscription")
                .ifPresent(id -> belongsTo(invoice, objects.get("subscription", id, "subscription")));
        if (params.has("days_until_due")) {
            due(invoice, params.get("days_until_due").asLong());
        }
        List<ObjectNode> off = discounts.drafts(params.path("discounts"), customer);
        discounts.keep(off, "invoice", invoice.get("id").asText());
        if (params.path("pending_invoice_items_behavior").asText().equals("include")) {
            addPending(invoice);
        }
        total(invoice, off);
        begin(invoice);
        advanceLater(invoice);
        return invoice;
    }

    private void due(ObjectNode invoice, long days) {
        invoice.put("due_date", time.instant().plus(Duration.ofDays(days)).getEpochSecond());
    }

    /** Not stored. */
    ObjectNode draft(String customerId) {
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

    /** A draft for something of a subscription, without lines and not stored. */
    ObjectNode draftFor(ObjectNode subscription, String reason) {
        ObjectNode invoice = draft(subscription.get("customer").asText());
        invoice.put("billing_reason", reason);
        invoice.set("period_start", subscription.get("current_period_start"));
        invoice.set("period_end", subscription.get("current_period_end"));
        invoice.set("collection_method", subscription.get("collection_method"));
        invoice.withObject("/automatic_tax").set("enabled", subscription.at("/automatic_tax/enabled"));
        if (subscription.get("days_until_due").isNumber()) {
            due(invoice, subscription.get("days_until_due").asLong());
        }
        belongsTo(invoice, subscription);
        return invoice;
    }

    private static void belongsTo(ObjectNode invoice, ObjectNode subscription) {
        String id = subscription.get("id").asText();
        invoice.put("subscription", id);
        invoice.set("currency", subscription.get("currency"));
        invoice.withObject("/subscription_details")
                .set("metadata", subscription.get("metadata").deepCopy());
        ObjectNode parent = invoice.putObject("parent").putNull("quote_details");
        parent.putObject("subscription_details")
                .put("subscription", id)
                .set("metadata", subscription.get("metadata").deepCopy());
        parent.put("type", "subscription_details");
    }

    /** The lines of a subscription's current period. */
    void addPeriod(ObjectNode invoice, ObjectNode subscription, boolean trial) {
        subscription.get("items").get("data").forEach(item -> lines.addPeriod(invoice, subscription, item, trial));
    }

    /** Invoice items of the customer that wait for an invoice like this one become its lines. */
    void addPending(ObjectNode invoice) {
        String subscription = invoice.path("subscription").asText();
        objects.oldestFirst("invoiceitem").stream()
                .filter(item -> item.get("invoice").isNull())
                .filter(item -> item.get("customer").equals(invoice.get("customer")))
                .filter(item -> item.get("subscription").isNull()
                        || item.get("subscription").asText().equals(subscription))
                .forEach(item -> lines.addItem(invoice, item));
    }

    /** A line for an invoice item that need not be stored yet. */
    void addItem(ObjectNode invoice, ObjectNode item) {
        lines.addItem(invoice, item);
    }

    void total(ObjectNode invoice, List<ObjectNode> off) {
        long balance = objects.get("customer", invoice.get("customer").asText())
                .get("balance")
                .asLong();
        lines.total(invoice, off, balance);
    }

    /** Stores a draft; the invoice items among its lines wait no more. */
    ObjectNode begin(ObjectNode invoice) {
        for (JsonNode line : invoice.get("lines").get("data")) {
            objects.find("invoiceitem", line.path("invoice_item").asText())
                    .ifPresent(item -> item.set("invoice", invoice.get("id")));
        }
        return changes.created(invoice, "invoice.created");
    }

    /** Lets the invoice become final in an hour, unless it is told not to advance. */
    void advanceLater(ObjectNode invoice) {
        if (!invoice.get("auto_advance").asBoolean()) {
            return;
        }
        long when = time.instant().plus(DRAFT).getEpochSecond();
        invoice.put("automatically_finalizes_at", when);
        time.at(when, () -> {
            boolean draft = invoice.get("status").asText().equals("draft");
            if (draft && invoice.get("auto_advance").asBoolean()) {
                finish(invoice.get("id").asText());
                collection.collectAlone(invoice);
            }
        });
    }

    ObjectNode createItem(ObjectNode params) {
        ObjectNode item = newItem(params);
        Json.text(params, "invoice").ifPresent(id -> {
            ObjectNode invoice = expect(id, "draft");
            changes.changed(
                    invoice,
                    changed -> {
                        lines.addItem(changed, item);
                        total(changed, discountsOf(changed));
                    },
                    "invoice.updated");
        });
        return changes.created(item, "invoiceitem.created");
    }

    /** Not stored. */
    ObjectNode newItem(ObjectNode params) {
        String customer = StripeCatalog.required(params, "customer");
        objects.get("customer", customer, "customer");
        ObjectNode item = objects.draft("invoiceitem", newId("ii_"));
        ObjectNode rest = params.deepCopy();
        rest.remove(List.of("pricing", "price_data"));
        StripeChanges.merge(item, rest);
        item.put("date", time.epochSecond());
        long quantity = params.path("quantity").asLong(1);
        item.put("quantity", quantity);
        Optional<String> price = Json.text(params.path("pricing"), "price");
        if (price.isPresent()) {
            ObjectNode found = objects.get("price", price.get(), "pricing[price]");
            item.set("price", found.deepCopy());
            item.set("currency", found.get("currency"));
            item.put("amount", found.get("unit_amount").asLong() * quantity);
        } else {
            item.put("amount", Long.parseLong(StripeCatalog.required(params, "amount")));
            item.put("currency", Json.text(params, "currency").orElse("usd"));
        }
        item.withObject("/period").put("start", time.epochSecond()).put("end", time.epochSecond());
        return item;
    }

    /** Stores what a change of plan gives back and takes. */
    void keepItems(List<ObjectNode> items) {
        items.forEach(item -> changes.created(item, "invoiceitem.created"));
    }

    ObjectNode deleteItem(String id) {
        ObjectNode item = objects.get("invoiceitem", id);
        Json.text(item, "invoice").ifPresent(invoice -> expect(invoice, "draft"));
        return changes.deleted(item, "invoiceitem.deleted", false);
    }

    private List<ObjectNode> discountsOf(ObjectNode invoice) {
        List<ObjectNode> off = new ArrayList<>();
        invoice.get("discounts")
                .forEach(id -> objects.find("discount", id.asText()).ifPresent(off::add));
        return off;
    }

    ObjectNode update(String id, ObjectNode params) {
        ObjectNode invoice = objects.get("invoice", id);
        boolean wasOn = invoice.get("auto_advance").asBoolean();
        changes.changed(
                invoice,
                changed -> {
                    ObjectNode rest = params.deepCopy();
                    rest.remove("discounts");
                    StripeChanges.merge(changed, rest);
                    if (params.has("discounts")) {
                        List<ObjectNode> off = discounts.drafts(
                                params.get("discounts"), changed.get("customer").asText());
                        discounts.keep(off, "invoice", id);
                        total(expect(id, "draft"), off);
                    }
                },
                "invoice.updated");
        if (!wasOn && invoice.get("status").asText().equals("draft")) {
            advanceLater(invoice);
        }
        return invoice;
    }

    ObjectNode delete(String id) {
        return changes.deleted(expect(id, "draft"), "invoice.deleted", false);
    }

    ObjectNode finish(String id) {
        ObjectNode invoice = expect(id, "draft");
        ObjectNode customer = objects.get("customer", invoice.get("customer").asText());
        long number = customer.get("next_invoice_sequence").asLong();
        customer.put("next_invoice_sequence", number + 1);
        total(invoice, discountsOf(invoice));
        invoice.put("status", "open").put("effective_at", time.epochSecond());
        invoice.putNull("automatically_finalizes_at");
        invoice.put("number", customer.get("invoice_prefix").asText() + String.format("-%04d", number));
        invoice.put("hosted_invoice_url", "https://invoice.stripe.com/i/" + id);
        invoice.put("invoice_pdf", "https://pay.stripe.com/invoice/" + id + "/pdf");
        invoice.withObject("/status_transitions").put("finalized_at", time.epochSecond());
        balance(invoice, customer);
        if (invoice.get("amount_due").asLong() > 0) {
            intendToPay(invoice);
        }
        changes.tell("invoice.finalized", invoice);
        if (invoice.get("amount_due").asLong() == 0) {
            collection.settled(invoice);
        }
        return invoice;
    }

    /** Money the customer has with us is used up; what is too little to charge or negative is put there. */
    private void balance(ObjectNode invoice, ObjectNode customer) {
        long before = invoice.get("starting_balance").asLong();
        long total = invoice.get("total").asLong();
        long due = invoice.get("amount_due").asLong();
        if (due > 0 && due < LEAST_CHARGE) {
            invoice.put("amount_due", 0).put("amount_remaining", 0);
            due = 0;
        }
        long after = before + total - due;
        invoice.put("ending_balance", after);
        if (after != before) {
            changes.changed(customer, changed -> changed.put("balance", after), "customer.updated");
        }
    }

    private void intendToPay(ObjectNode invoice) {
        ObjectNode params = Json.object().put("description", "Payment for Invoice");
        if (invoice.get("billing_reason").asText().equals("subscription_create")) {
            params.put("description", "Subscription creation").put("setup_future_usage", "off_session");
        }
        params.set("amount", invoice.get("amount_due"));
        params.set("currency", invoice.get("currency"));
        params.set("customer", invoice.get("customer"));
        params.set("invoice", invoice.get("id"));
        ObjectNode intent = payments.create(params);
        invoice.set("payment_intent", intent.get("id"));
        invoice.putObject("confirmation_secret")
                .put("type", "payment_intent")
                .set("client_secret", intent.get("client_secret"));
        ObjectNode payment = objects.draft("invoice_payment", newId("inpay_"));
        payment.set("amount_requested", invoice.get("amount_due"));
        payment.set("currency", invoice.get("currency"));
        payment.set("invoice", invoice.get("id"));
        payment.withObject("/payment").set("payment_intent", intent.get("id"));
        objects.add(payment);
        invoice.withObject("/payments").withArray("data").add(payment);
    }

    /** @throws StripeError 402 when the card is refused or asks the customer, 400 when the invoice is not open */
    ObjectNode pay(String id, ObjectNode params) {
        if (objects.get("invoice", id).get("status").asText().equals("draft")) {
            finish(id);
        }
        ObjectNode invoice = objects.get("invoice", id);
        if (invoice.get("status").asText().equals("paid")) {
            throw StripeError.invalid(null, "Invoice is already paid", null);
        }
        return collection.pay(expect(id, "open", "uncollectible"), params);
    }

    ObjectNode end(String id, String status) {
        ObjectNode invoice = status.equals("void") ? expect(id, "open", "uncollectible") : expect(id, "open");
        String when = status.equals("void") ? "voided_at" : "marked_uncollectible_at";
        Json.text(invoice, "payment_intent")
                .filter(intent -> status.equals("void"))
                .ifPresent(intent -> payments.cancel(intent, Json.object().put("cancellation_reason", "void_invoice")));
        changes.changed(
                invoice,
                ended -> ended.put("status", status)
                        .put("auto_advance", false)
                        .putNull("next_payment_attempt")
                        .withObject("/status_transitions")
                        .put(when, time.epochSecond()),
                "invoice.updated",
                status.equals("void") ? "invoice.voided" : "invoice.marked_uncollectible");
        onEnded.accept(invoice);
        return invoice;
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
