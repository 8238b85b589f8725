package com.ytempire.hub.sandbox;

import static com.ytempire.hub.sandbox.StripeObjects.newId;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.sandbox.StripePayments.Presence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Invoices from draft to paid, void or uncollectible, each paid through a payment intent of its own. */
final class StripeInvoices {

    /** An automatic invoice stays a draft for about an hour. */
    private static final Duration DRAFT = Duration.ofHours(1);

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

    /** Less is not charged but put on the customer's balance. */
    private static final long LEAST_CHARGE = 50;

    private final StripeObjects objects;
    private final StripeChanges changes;
    private final StripePayments payments;
    private final StripeCards cards;
    private final StripeDiscounts discounts;
    private final StripeLines lines;
    private final StripeAccount account;
    private final StripeTime time;
    private Consumer<ObjectNode> onPaid = invoice -> {};
    private Consumer<ObjectNode> onFailed = invoice -> {};
    private Consumer<ObjectNode> onGivenUp = invoice -> {};
    private Consumer<ObjectNode> onEnded = invoice -> {};

    StripeInvoices(
            StripeObjects objects,
            StripeChanges changes,
            StripePayments payments,
            StripeCards cards,
            StripeDiscounts discounts,
            StripeLines lines,
            StripeAccount account,
            StripeTime time) {
        this.objects = objects;
        this.changes = changes;
        this.payments = payments;
        this.cards = cards;
        this.discounts = discounts;
        this.lines = lines;
        this.account = account;
        this.time = time;
        payments.listen(
                intent -> ofIntent(intent).ifPresent(this::settled),
                intent -> ofIntent(intent).ifPresent(this::failed),
                intent -> ofIntent(intent).ifPresent(this::asked));
    }

    /**
     * Told of each invoice that was paid, whose payment failed, on which the last automatic try has failed, and that
     * ended unpaid: a subscription may hang on it.
     */
    void listen(
            Consumer<ObjectNode> paid,
            Consumer<ObjectNode> failed,
            Consumer<ObjectNode> givenUp,
            Consumer<ObjectNode> ended) {
        onPaid = paid;
        onFailed = failed;
        onGivenUp = givenUp;
        onEnded = ended;
    }

    private Optional<ObjectNode> ofIntent(ObjectNode intent) {
        return Json.text(intent, "invoice").flatMap(id -> objects.find("invoice", id));
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
                collectAlone(invoice);
            }
        });
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
            settled(invoice);
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

    /** @throws StripeError 402 when the card is refused or asks the customer, 400 when the invoice is not open */
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

    private void settled(ObjectNode invoice) {
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
