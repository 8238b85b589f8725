package com.ytempire.hub.sandbox;

import static com.ytempire.hub.sandbox.StripeObjects.newId;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What one can ask of a subscription: begin, change, pause, resume, end. Time is {@link StripeRenewals}' part. */
final class StripeSubscriptions {

    static final List<String> ENDED = List.of("canceled", "incomplete_expired");

    private final StripeObjects objects;
    private final StripeChanges changes;
    private final StripeInvoices invoices;
    private final StripeCollection collection;
    private final StripeCards cards;
    private final StripeSetups setups;
    private final StripePlans plans;
    private final StripeDiscounts discounts;
    private final StripeRenewals renewals;
    private final StripeTime time;

    StripeSubscriptions(
            StripeObjects objects,
            StripeChanges changes,
            StripeInvoices invoices,
            StripeCollection collection,
            StripeCards cards,
            StripeSetups setups,
            StripePlans plans,
            StripeDiscounts discounts,
            StripeRenewals renewals,
            StripeTime time) {
        this.objects = objects;
        this.changes = changes;
        this.invoices = invoices;
        this.collection = collection;
        this.cards = cards;
        this.setups = setups;
        this.plans = plans;
        this.discounts = discounts;
        this.renewals = renewals;
        this.time = time;
        setups.listen(this::cardSetUp);
    }

    ObjectNode create(ObjectNode params) {
        String customer = StripeCatalog.required(params, "customer");
        objects.get("customer", customer, "customer");
        ObjectNode subscription = draft(params, customer);
        long now = time.epochSecond();
        boolean trial = subscription.path("trial_end").asLong() > now;
        boolean charges = subscription.get("collection_method").asText().equals("charge_automatically");
        Optional<String> card =
                Json.text(subscription, "default_payment_method").or(() -> cards.defaultOf(customer));
        List<ObjectNode> off = discounts.drafts(params.path("discounts"), customer);
        ObjectNode invoice = firstInvoice(subscription, params, off, trial);
        boolean owes = invoice.get("amount_due").asLong() > 0;
        String behavior = params.path("payment_behavior").asText("allow_incomplete");
        boolean waits = behavior.equals("default_incomplete");
        if (charges && owes && !waits) {
            mustPay(behavior, card);
        }
        String unpaid = charges && owes ? "incomplete" : "active";
        subscription.put("status", trial ? "trialing" : unpaid);
        subscription.set("discounts", StripeDiscounts.ids(off));
        subscription.set("discount", off.isEmpty() ? null : off.get(0));
        subscription.set("latest_invoice", invoice.get("id"));
        changes.created(subscription, "customer.subscription.created");
        discounts.keep(off, "subscription", subscription.get("id").asText());
        if (!owes && card.isEmpty() && charges) {
            askForCard(subscription);
        }
        invoices.begin(invoice);
        renewals.useUp(subscription, invoice);
        invoices.finish(invoice.get("id").asText());
        if (charges && owes && !waits) {
            collection.collect(invoice, card);
        }
        renewals.plan(subscription);
        return subscription;
    }

    /** As it will be, not stored. */
    ObjectNode draft(ObjectNode params, String customer) {
        if (params.path("items").isEmpty()) {
            throw StripeError.missingParameter("items");
        }
        ObjectNode subscription = objects.draft("subscription", newId("sub_"));
        ObjectNode rest = params.deepCopy();
        rest.remove(List.of("items", "trial_end", "discounts", "default_payment_method", "billing_cycle_anchor"));
        StripeChanges.merge(subscription, rest);
        Json.text(params, "default_payment_method")
                .map(card -> cards.attached(customer, card, "default_payment_method"))
                .ifPresent(card -> subscription.put("default_payment_method", card));
        long now = time.epochSecond();
        subscription.put("start_date", now).put("billing_cycle_anchor", now);
        long trialEnd = trialEnd(params);
        if (trialEnd > now) {
            subscription.put("trial_start", now).put("trial_end", trialEnd).put("billing_cycle_anchor", trialEnd);
        }
        for (int i = 0; i < params.get("items").size(); i++) {
            plans.addItem(subscription, params.get("items").get(i), "items[" + i + "]");
        }
        StripePlans.period(subscription, now, trialEnd > now ? trialEnd : StripePlans.periodEnd(subscription, now));
        endAtPeriodEnd(subscription, params);
        return subscription;
    }

    private long trialEnd(ObjectNode params) {
        if (params.has("trial_period_days")) {
            return time.instant()
                    .plus(Duration.ofDays(params.get("trial_period_days").asLong()))
                    .getEpochSecond();
        }
        return params.path("trial_end").asLong(0);
    }

    private ObjectNode firstInvoice(ObjectNode subscription, ObjectNode params, List<ObjectNode> off, boolean trial) {
        ObjectNode invoice = invoices.draftFor(subscription, "subscription_create");
        invoices.addPeriod(invoice, subscription, trial);
        for (JsonNode more : params.path("add_invoice_items")) {
            ObjectNode item = Json.object();
            item.set("customer", subscription.get("customer"));
            item.set("quantity", more.path("quantity"));
            item.putObject("pricing").set("price", more.path("price"));
            invoices.addItem(invoice, invoices.newItem(item));
        }
        invoices.addPending(invoice);
        invoices.total(invoice, off);
        return invoice;
    }

    /** @throws StripeError when the payment is to succeed or the whole request to fail, and it would fail */
    private void mustPay(String behavior, Optional<String> card) {
        if (behavior.equals("pending_if_incomplete")) {
            throw StripeError.invalid(
                    null, "The sandbox does not simulate payment_behavior=pending_if_incomplete.", "payment_behavior");
        }
        String method = card.orElseThrow(() -> StripeError.invalid(
                "resource_missing",
                "This customer has no attached payment source or default payment method. Please consider adding"
                        + " a default payment method.",
                null));
        if (behavior.equals("error_if_incomplete")) {
            String refusal = cards.asks(method, false)
                    ? StripeCards.ACTION_REQUIRED
                    : cards.behaviour(method).refusal();
            if (refusal != null) {
                throw StripeError.declined(refusal, null);
            }
        }
    }

    /** A set-up intent for the browser, as there is nothing to pay yet and no card. */
    private void askForCard(ObjectNode subscription) {
        ObjectNode params = Json.object().put("usage", "off_session");
        params.set("customer", subscription.get("customer"));
        subscription.set("pending_setup_intent", setups.create(params).get("id"));
    }

    private void cardSetUp(ObjectNode intent) {
        objects.oldestFirst("subscription").stream()
                .filter(each -> each.get("pending_setup_intent").equals(intent.get("id")))
                .forEach(each -> changes.changed(
                        each,
                        changed -> {
                            changed.putNull("pending_setup_intent");
                            changed.set("default_payment_method", intent.get("payment_method"));
                        },
                        "customer.subscription.updated"));
    }

    ObjectNode update(String id, ObjectNode params) {
        ObjectNode subscription = objects.get("subscription", id);
        if (ENDED.contains(subscription.get("status").asText())) {
            throw StripeError.invalid(
                    "resource_missing", "A canceled subscription can only update its cancellation_details.", "id");
        }
        ObjectNode after = subscription.deepCopy();
        apply(after, params);
        List<ObjectNode> off = discounts.drafts(
                params.path("discounts"), subscription.get("customer").asText());
        Change change = change(subscription, after, params, off);
        Optional<ObjectNode> invoice = change.invoice();
        boolean owes = invoice.filter(due -> due.get("amount_due").asLong() > 0).isPresent();
        if (owes) {
            String behavior = params.path("payment_behavior").asText("allow_incomplete");
            if (!behavior.equals("allow_incomplete") && !behavior.equals("default_incomplete")) {
                mustPay(behavior, collection.card(invoice.get()));
            }
        }
        takeDiscounts(subscription, after, params, off);
        invoice.ifPresent(due -> after.set("latest_invoice", due.get("id")));
        changes.changed(subscription, changed -> changed.setAll(after), "customer.subscription.updated");
        invoices.keepItems(change.items());
        invoice.ifPresent(due -> {
            invoices.begin(due);
            invoices.finish(due.get("id").asText());
            collection.collectAlone(due);
        });
        renewals.plan(subscription);
        return subscription;
    }

    private void takeDiscounts(ObjectNode subscription, ObjectNode after, ObjectNode params, List<ObjectNode> off) {
        if (!params.has("discounts")) {
            return;
        }
        discounts.holding(subscription).stream()
                .filter(old -> !off.contains(old))
                .forEach(discounts::end);
        after.set("discounts", StripeDiscounts.ids(off));
        after.set("discount", off.isEmpty() ? null : off.get(0));
        discounts.keep(off, "subscription", subscription.get("id").asText());
    }

    ObjectNode endDiscount(String id) {
        ObjectNode subscription = objects.get("subscription", id);
        List<ObjectNode> holding = discounts.holding(subscription);
        if (holding.isEmpty()) {
            throw StripeError.missing("active discount for subscription", id, "id");
        }
        update(id, Json.object().set("discounts", Json.array()));
        return Json.object()
                .put("id", holding.get(0).get("id").asText())
                .put("object", "discount")
                .put("deleted", true);
    }

    /**
     * What a change costs.
     *
     * @param items given back and taken for the rest of the period; they wait for the next invoice when there is none
     *     at once
     * @param invoice to be made at once, with the items among its lines; not stored
     */
    record Change(List<ObjectNode> items, Optional<ObjectNode> invoice) {}

    /** Computes a change without storing anything; a new period begins in {@code after} when the change makes one. */
    Change change(ObjectNode before, ObjectNode after, ObjectNode params, List<ObjectNode> off) {
        List<ObjectNode> oldOff = discounts.holding(before);
        List<ObjectNode> newOff = params.has("discounts") ? off : oldOff;
        long at = params.path("proration_date").asLong(time.epochSecond());
        String behavior = params.path("proration_behavior").asText("create_prorations");
        boolean trialed = before.get("status").asText().equals("trialing");
        boolean trialOver = trialed && after.path("trial_end").asLong() <= at;
        boolean fresh = trialOver
                || params.path("billing_cycle_anchor").asText().equals("now")
                || !trialed && !StripePlans.sameInterval(before, after);
        List<ObjectNode> items = behavior.equals("none") || trialed
                ? List.of()
                : plans.prorate(before, oldOff, after, newOff, at, fresh);
        if (fresh) {
            after.put("billing_cycle_anchor", at);
            StripePlans.period(after, at, StripePlans.periodEnd(after, at));
            if (trialOver) {
                after.put("status", "active");
            }
        }
        if (!fresh && !(behavior.equals("always_invoice") && !items.isEmpty())) {
            return new Change(items, Optional.empty());
        }
        ObjectNode invoice = invoices.draftFor(after, "subscription_update");
        invoices.addPending(invoice);
        items.forEach(item -> invoices.addItem(invoice, item));
        if (fresh) {
            invoices.addPeriod(invoice, after, false);
        }
        invoices.total(invoice, newOff);
        return new Change(items, Optional.of(invoice));
    }

    /** Writes into the subscription what an update asks for; costs and discounts are left aside. */
    void apply(ObjectNode subscription, ObjectNode params) {
        ObjectNode rest = params.deepCopy();
        rest.remove(List.of(
                "items",
                "trial_end",
                "pause_collection",
                "discounts",
                "default_payment_method",
                "billing_cycle_anchor",
                "cancel_at"));
        StripeChanges.merge(subscription, rest);
        if (params.has("default_payment_method")) {
            subscription.put(
                    "default_payment_method",
                    Json.text(params, "default_payment_method")
                            .map(card -> cards.attached(
                                    subscription.get("customer").asText(), card, "default_payment_method"))
                            .orElse(null));
        }
        if (params.has("items")) {
            plans.changeItems(subscription, params.get("items"));
        }
        if (params.get("pause_collection") instanceof ObjectNode pause) {
            ObjectNode collection = subscription.putObject("pause_collection");
            collection.put("behavior", StripeCatalog.required(pause, "behavior"));
            collection.set("resumes_at", pause.get("resumes_at"));
        } else if (params.has("pause_collection")) {
            subscription.putNull("pause_collection");
        }
        endAtPeriodEnd(subscription, params);
        if (params.has("cancel_at")) {
            boolean ends = params.get("cancel_at").asLong() > 0;
            subscription.set("cancel_at", ends ? params.get("cancel_at") : null);
            subscription.put("canceled_at", ends ? time.epochSecond() : null);
        }
        if (params.path("trial_end").asText().equals("now")) {
            subscription.put("trial_end", time.epochSecond());
        } else if (params.has("trial_end")) {
            beginTrial(subscription, params.get("trial_end").asLong());
        }
    }

    private void beginTrial(ObjectNode subscription, long until) {
        if (subscription.get("trial_start").isNull()) {
            subscription.put("trial_start", time.epochSecond());
        }
        subscription.put("trial_end", until).put("status", "trialing").put("billing_cycle_anchor", until);
        StripePlans.period(
                subscription, subscription.get("current_period_start").asLong(), until);
    }

    private void endAtPeriodEnd(ObjectNode subscription, ObjectNode params) {
        if (params.has("cancel_at_period_end")) {
            boolean ends = params.get("cancel_at_period_end").asBoolean();
            subscription.set("cancel_at", ends ? subscription.get("current_period_end") : null);
            subscription.put("canceled_at", ends ? time.epochSecond() : null);
            subscription.withObject("/cancellation_details").put("reason", ends ? "cancellation_requested" : null);
        }
    }

    /** What is given back of the current period when a subscription ends, or is left with fewer items. */
    List<ObjectNode> prorate(ObjectNode before, ObjectNode after, long at) {
        List<ObjectNode> off = discounts.holding(before);
        return plans.prorate(before, off, after, off, at, false);
    }

    ObjectNode cancel(String id, ObjectNode params) {
        ObjectNode subscription = objects.get("subscription", id);
        if (ENDED.contains(subscription.get("status").asText())) {
            throw StripeError.missing("subscription", id, "id");
        }
        if (params.path("prorate").asBoolean()) {
            ObjectNode nothing = subscription.deepCopy();
            nothing.withObject("/items").putArray("data");
            invoices.keepItems(prorate(subscription, nothing, time.epochSecond()));
        }
        if (params.path("invoice_now").asBoolean()) {
            ObjectNode last = invoices.draftFor(subscription, "manual");
            invoices.addPending(last);
            invoices.total(last, List.of());
            if (!last.get("lines").get("data").isEmpty()) {
                invoices.begin(last);
                invoices.finish(last.get("id").asText());
                collection.collectAlone(last);
            }
        }
        renewals.end(subscription, params, "cancellation_requested");
        return subscription;
    }

    void cancelAllOf(String customer) {
        objects.oldestFirst("subscription").stream()
                .filter(subscription -> subscription.get("customer").asText().equals(customer))
                .filter(subscription ->
                        !ENDED.contains(subscription.get("status").asText()))
                .forEach(subscription -> cancel(subscription.get("id").asText(), Json.object()));
    }

    /**
     * Goes on after a pause.
     *
     * @param params as in the API: unless {@code billing_cycle_anchor} is {@code unchanged}, a new period begins and
     *     is to be paid
     */
    ObjectNode resume(String id, ObjectNode params) {
        ObjectNode subscription = objects.get("subscription", id);
        if (!subscription.get("status").asText().equals("paused")) {
            throw StripeError.invalid(null, "Only paused subscriptions can be resumed.", null);
        }
        boolean goesOn = params.path("billing_cycle_anchor").asText().equals("unchanged")
                && subscription.get("current_period_end").asLong() > time.epochSecond();
        changes.changed(
                subscription,
                resumed -> resumed.put("status", "active"),
                "customer.subscription.updated",
                "customer.subscription.resumed");
        if (!goesOn) {
            ObjectNode anchor = Json.object().put("billing_cycle_anchor", "now").put("proration_behavior", "none");
            update(id, anchor);
        }
        renewals.plan(subscription);
        return subscription;
    }
}
