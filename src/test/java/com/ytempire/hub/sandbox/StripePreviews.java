package com.ytempire.hub.sandbox;

import static com.ytempire.hub.sandbox.StripeObjects.newId;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.sandbox.StripeSubscriptions.Change;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Invoices as they would be: computed by what makes the real ones, and kept apart from those. */
final class StripePreviews {

    private static final List<String> NOT_SIMULATED =
            List.of("schedule", "schedule_details", "invoice_items", "customer_details");

    private final Map<String, ObjectNode> made = new HashMap<>();
    private final StripeObjects objects;
    private final StripeInvoices invoices;
    private final StripeSubscriptions subscriptions;
    private final StripeDiscounts discounts;
    private final StripeTime time;

    StripePreviews(
            StripeObjects objects,
            StripeInvoices invoices,
            StripeSubscriptions subscriptions,
            StripeDiscounts discounts,
            StripeTime time) {
        this.objects = objects;
        this.invoices = invoices;
        this.subscriptions = subscriptions;
        this.discounts = discounts;
        this.time = time;
    }

    /** @throws StripeError 404 {@code invoice_upcoming_none} when there would be no invoice */
    ObjectNode preview(ObjectNode params) {
        NOT_SIMULATED.stream().filter(params::has).findFirst().ifPresent(name -> {
            throw StripeError.invalid(null, "The sandbox does not simulate previews with " + name + ".", name);
        });
        ObjectNode details = params.path("subscription_details") instanceof ObjectNode given ? given : Json.object();
        Optional<String> subscription = Json.text(params, "subscription");
        ObjectNode invoice = subscription.isPresent()
                ? ofChange(objects.get("subscription", subscription.get(), "subscription"), params, details)
                : ofNew(params, details);
        String id = newId("upcoming_in_");
        invoice.put("id", id).put("billing_reason", "upcoming");
        made.put(id, invoice);
        return invoice;
    }

    /**
     * A preview that was made; Stripe keeps them for three days.
     *
     * @throws StripeError 404
     */
    ObjectNode made(String id) {
        return Optional.ofNullable(made.get(id)).orElseThrow(() -> StripeError.missing("invoice", id, "id"));
    }

    private ObjectNode ofNew(ObjectNode params, ObjectNode details) {
        String customer = StripeCatalog.required(params, "customer");
        objects.get("customer", customer, "customer");
        if (details.path("items").isEmpty()) {
            throw none(customer);
        }
        ObjectNode subscription = subscriptions.draft(details, customer);
        ObjectNode invoice = invoices.draftFor(subscription, "upcoming");
        invoices.addPeriod(invoice, subscription, subscription.path("trial_end").asLong() > time.epochSecond());
        invoices.addPending(invoice);
        invoices.total(invoice, discounts.drafts(params.path("discounts"), customer));
        return invoice;
    }

    private static StripeError none(String customer) {
        return new StripeError(
                404,
                "invalid_request_error",
                "invoice_upcoming_none",
                "No upcoming invoices for customer: " + customer,
                null);
    }

    private ObjectNode ofChange(ObjectNode before, ObjectNode params, ObjectNode details) {
        String customer = before.get("customer").asText();
        if (StripeSubscriptions.ENDED.contains(before.get("status").asText())) {
            throw none(customer);
        }
        ObjectNode change = details.deepCopy();
        if (params.has("discounts")) {
            change.set("discounts", params.get("discounts"));
        }
        List<ObjectNode> off = discounts.drafts(params.path("discounts"), customer);
        if (details.path("cancel_now").asBoolean()) {
            return ofEnd(before, details);
        }
        ObjectNode after = before.deepCopy();
        subscriptions.apply(after, change);
        Change costs = subscriptions.change(before, after, change, off);
        return costs.invoice().orElseGet(() -> {
            List<ObjectNode> holding = params.has("discounts") ? off : discounts.holding(before);
            return ofRenewal(after, costs.items(), holding);
        });
    }

    private ObjectNode ofEnd(ObjectNode before, ObjectNode details) {
        ObjectNode invoice = invoices.draftFor(before, "upcoming");
        invoices.addPending(invoice);
        if (!details.path("proration_behavior").asText().equals("none")) {
            ObjectNode nothing = before.deepCopy();
            nothing.withObject("/items").putArray("data");
            long at = details.path("proration_date").asLong(time.epochSecond());
            subscriptions.prorate(before, nothing, at).forEach(item -> invoices.addItem(invoice, item));
        }
        invoices.total(invoice, List.of());
        return invoice;
    }

    private ObjectNode ofRenewal(ObjectNode after, List<ObjectNode> items, List<ObjectNode> off) {
        long end = after.get("current_period_end").asLong();
        boolean ends = after.path("cancel_at").asLong(Long.MAX_VALUE) <= end;
        ObjectNode next = after.deepCopy();
        if (!ends) {
            StripePlans.period(next, end, StripePlans.periodEnd(next, end));
        }
        ObjectNode invoice = invoices.draftFor(next, "upcoming");
        invoices.addPending(invoice);
        items.forEach(item -> invoices.addItem(invoice, item));
        if (!ends) {
            invoices.addPeriod(invoice, next, false);
            invoice.put("next_payment_attempt", end + 3600);
        }
        JsonNode lines = invoice.get("lines").get("data");
        if (lines.isEmpty()) {
            throw none(after.get("customer").asText());
        }
        invoices.total(invoice, off);
        return invoice;
    }
}
