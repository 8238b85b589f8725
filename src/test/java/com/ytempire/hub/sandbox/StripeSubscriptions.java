package com.ytempire.hub.sandbox;

import static com.ytempire.hub.sandbox.StripeObjects.newId;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/** Subscriptions: begun with an invoice, renewed as the clock passes their period's end, ended. */
final class StripeSubscriptions {

    /** The first payment must come within 23 hours. */
    private static final Duration UNPAID_FOR = Duration.ofHours(23);

    private static final List<String> ENDED = List.of("canceled", "incomplete_expired");

    private final StripeObjects objects;
    private final StripeChanges changes;
    private final StripeInvoices invoices;
    private final StripeCards cards;
    private final StripeTime time;

    StripeSubscriptions(
            StripeObjects objects, StripeChanges changes, StripeInvoices invoices, StripeCards cards, StripeTime time) {
        this.objects = objects;
        this.changes = changes;
        this.invoices = invoices;
        this.cards = cards;
        this.time = time;
        invoices.listen(this::paid, this::unpaid);
    }

    ObjectNode create(ObjectNode params) {
        String customer = StripeCatalog.required(params, "customer");
        objects.get("customer", customer, "customer");
        if (params.path("items").isEmpty()) {
            throw StripeError.invalid("parameter_missing", "Missing required param: items.", "items");
        }
        ObjectNode subscription = objects.draft("subscription", newId("sub_"));
        ObjectNode rest = params.deepCopy();
        rest.remove(List.of("items", "trial_end"));
        StripeChanges.merge(subscription, rest);
        long now = time.epochSecond();
        subscription.put("start_date", now).put("billing_cycle_anchor", now);
        long trialEnd = trialEnd(params);
        if (trialEnd > now) {
            subscription.put("trial_start", now).put("trial_end", trialEnd).put("billing_cycle_anchor", trialEnd);
        }
        params.get("items").forEach(item -> addItem(subscription, item));
        period(subscription, now, trialEnd > now ? trialEnd : periodEnd(subscription, now));
        Optional<String> card =
                Json.text(subscription, "default_payment_method").or(() -> cards.defaultOf(customer));
        boolean waits = params.path("payment_behavior").asText().equals("default_incomplete");
        boolean charges = subscription.get("collection_method").asText().equals("charge_automatically");
        if (charges && trialEnd <= now && card.isEmpty() && !waits) {
            throw StripeError.invalid(
                    "resource_missing",
                    "This customer has no attached payment source or default payment method. Please consider adding"
                            + " a default payment method.",
                    null);
        }
        boolean active = trialEnd > now || !charges;
        subscription.put("status", trialEnd > now ? "trialing" : active ? "active" : "incomplete");
        changes.created(subscription, "customer.subscription.created");
        ObjectNode invoice = invoices.forSubscription(subscription, "subscription_create", trialEnd > now);
        changes.changed(
                subscription,
                changed -> changed.set("latest_invoice", invoice.get("id")),
                "customer.subscription.updated");
        invoices.finish(invoice.get("id").asText());
        if (!active && !waits) {
            invoices.collect(invoice, card);
        }
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

    private void addItem(ObjectNode subscription, JsonNode given) {
        ObjectNode price = objects.get("price", StripeCatalog.required(given, "price"), "items[0][price]");
        if (!price.get("recurring").isObject()) {
            throw StripeError.invalid(
                    null,
                    "The price specified is set to `type=one_time` but this field only accepts prices with"
                            + " `type=recurring`.",
                    "items[0][price]");
        }
        ObjectNode item = objects.draft("subscription_item", newId("si_"));
        item.set("subscription", subscription.get("id"));
        item.set("price", price.deepCopy());
        item.set("plan", planOf(price));
        item.put("quantity", given.path("quantity").asLong(1));
        item.set("metadata", given.path("metadata").isObject() ? given.get("metadata") : Json.object());
        subscription.set("currency", price.get("currency"));
        subscription.set("plan", item.get("plan"));
        subscription.set("quantity", item.get("quantity"));
        ObjectNode items = subscription.withObject("/items");
        items.put(
                "url",
                "/v1/subscription_items?subscription=" + subscription.get("id").asText());
        items.put("total_count", items.withArray("data").add(item).size());
    }

    private ObjectNode planOf(ObjectNode price) {
        ObjectNode plan = objects.draft("plan", price.get("id").asText());
        plan.set("amount", price.get("unit_amount"));
        plan.set("amount_decimal", price.get("unit_amount_decimal"));
        plan.set("interval", price.get("recurring").get("interval"));
        plan.set("interval_count", price.get("recurring").get("interval_count"));
        for (String field : List.of("created", "currency", "metadata", "nickname", "product")) {
            plan.set(field, price.get(field));
        }
        return plan;
    }

    private static void period(ObjectNode subscription, long start, long end) {
        subscription.put("current_period_start", start).put("current_period_end", end);
        subscription
                .get("items")
                .get("data")
                .forEach(item ->
                        ((ObjectNode) item).put("current_period_start", start).put("current_period_end", end));
    }

    private static long periodEnd(ObjectNode subscription, long start) {
        JsonNode recurring = subscription.at("/items/data/0/price/recurring");
        int count = recurring.get("interval_count").asInt();
        Period period = switch (recurring.get("interval").asText()) {
            case "day" -> Period.ofDays(count);
            case "week" -> Period.ofWeeks(count);
            case "year" -> Period.ofYears(count);
            default -> Period.ofMonths(count);
        };
        return Instant.ofEpochSecond(start)
                .atOffset(ZoneOffset.UTC)
                .plus(period)
                .toEpochSecond();
    }

    ObjectNode update(String id, ObjectNode params) {
        ObjectNode subscription = objects.get("subscription", id);
        if (ENDED.contains(subscription.get("status").asText())) {
            throw StripeError.invalid(
                    "resource_missing", "A canceled subscription can only update its cancellation_details.", "id");
        }
        return changes.changed(
                subscription,
                changed -> {
                    ObjectNode rest = params.deepCopy();
                    rest.remove(List.of("items", "trial_end", "pause_collection"));
                    StripeChanges.merge(changed, rest);
                    if (params.has("items")) {
                        params.get("items").forEach(item -> changeItem(changed, item));
                    }
                    if (params.get("pause_collection") instanceof ObjectNode pause) {
                        ObjectNode collection = changed.putObject("pause_collection");
                        collection.set("behavior", pause.get("behavior"));
                        collection.set("resumes_at", pause.get("resumes_at"));
                    } else if (params.has("pause_collection")) {
                        changed.putNull("pause_collection");
                    }
                    endAtPeriodEnd(changed, params);
                    if (params.path("trial_end").asText().equals("now")) {
                        changed.put("trial_end", time.epochSecond()).put("status", "active");
                    } else if (params.has("trial_end")) {
                        changed.set("trial_end", params.get("trial_end"));
                    }
                },
                "customer.subscription.updated");
    }

    private void endAtPeriodEnd(ObjectNode subscription, ObjectNode params) {
        if (params.has("cancel_at_period_end")) {
            boolean ends = params.get("cancel_at_period_end").asBoolean();
            subscription.set("cancel_at", ends ? subscription.get("current_period_end") : null);
            subscription.put("canceled_at", ends ? time.epochSecond() : null);
            subscription.withObject("/cancellation_details").put("reason", ends ? "cancellation_requested" : null);
        }
    }

    private void changeItem(ObjectNode subscription, JsonNode given) {
        ObjectNode items = subscription.withObject("/items");
        for (int i = 0; i < items.get("data").size(); i++) {
            ObjectNode item = (ObjectNode) items.get("data").get(i);
            if (item.get("id").asText().equals(given.path("id").asText())) {
                if (given.path("deleted").asBoolean()) {
                    items.withArray("data").remove(i);
                    return;
                }
                if (given.has("quantity")) {
                    item.set("quantity", given.get("quantity"));
                    subscription.set("quantity", given.get("quantity"));
                }
                Json.text(given, "price").ifPresent(priceId -> {
                    ObjectNode price = objects.get("price", priceId, "items[0][price]");
                    item.set("price", price.deepCopy());
                    item.set("plan", planOf(price));
                    subscription.set("plan", item.get("plan"));
                });
                return;
            }
        }
        addItem(subscription, given);
        period(
                subscription,
                subscription.get("current_period_start").asLong(),
                subscription.get("current_period_end").asLong());
    }

    ObjectNode cancel(String id, ObjectNode params) {
        ObjectNode subscription = objects.get("subscription", id);
        if (ENDED.contains(subscription.get("status").asText())) {
            throw StripeError.missing("subscription", id, "id");
        }
        return changes.changed(
                subscription,
                ended -> {
                    StripeChanges.merge(ended, params);
                    ended.put("status", "canceled").put("ended_at", time.epochSecond());
                    if (ended.get("canceled_at").isNull()) {
                        ended.put("canceled_at", time.epochSecond());
                    }
                    ended.withObject("/cancellation_details").put("reason", "cancellation_requested");
                },
                "customer.subscription.deleted");
    }

    void cancelAllOf(String customer) {
        objects.oldestFirst("subscription").stream()
                .filter(subscription -> subscription.get("customer").asText().equals(customer))
                .filter(subscription ->
                        !ENDED.contains(subscription.get("status").asText()))
                .forEach(subscription -> cancel(subscription.get("id").asText(), Json.object()));
    }

    /** As when a trial ends without a payment method and the subscription was set to pause then. */
    ObjectNode pause(String id) {
        return changes.changed(
                objects.get("subscription", id),
                paused -> paused.put("status", "paused"),
                "customer.subscription.updated",
                "customer.subscription.paused");
    }

    ObjectNode resume(String id) {
        ObjectNode subscription = objects.get("subscription", id);
        if (!subscription.get("status").asText().equals("paused")) {
            throw StripeError.invalid(null, "Only paused subscriptions can be resumed.", null);
        }
        return changes.changed(
                subscription,
                resumed -> resumed.put("status", "active"),
                "customer.subscription.updated",
                "customer.subscription.resumed");
    }

    /** Begins the next period at once, with its invoice and the try to collect it. */
    ObjectNode renew(String id) {
        ObjectNode subscription = objects.get("subscription", id);
        long start = subscription.get("current_period_end").asLong();
        ObjectNode before = subscription.deepCopy();
        period(subscription, start, periodEnd(subscription, start));
        if (subscription.get("status").asText().equals("trialing")) {
            subscription.put("status", "active");
        }
        ObjectNode invoice = invoices.forSubscription(subscription, "subscription_cycle", false);
        subscription.set("latest_invoice", invoice.get("id"));
        ObjectNode after = subscription.deepCopy();
        subscription.setAll(before);
        changes.changed(subscription, changed -> changed.setAll(after), "customer.subscription.updated");
        invoices.finish(invoice.get("id").asText());
        boolean charges = subscription.get("collection_method").asText().equals("charge_automatically");
        boolean open = invoice.get("status").asText().equals("open");
        boolean paused = subscription.get("pause_collection").isObject();
        boolean hasCard = Json.text(subscription, "default_payment_method")
                .or(() -> cards.defaultOf(subscription.get("customer").asText()))
                .isPresent();
        if (charges && open && !paused && hasCard) {
            invoices.collect(invoice, Optional.empty());
        } else if (charges && open && !paused) {
            unpaid(invoice);
        }
        return subscription;
    }

    /** Three days before a trial ends. */
    ObjectNode trialWillEnd(String id) {
        ObjectNode subscription = objects.get("subscription", id);
        changes.tell("customer.subscription.trial_will_end", subscription);
        return subscription;
    }

    private void paid(ObjectNode invoice) {
        of(invoice)
                .filter(subscription -> List.of("incomplete", "past_due", "unpaid")
                        .contains(subscription.get("status").asText()))
                .ifPresent(subscription -> changes.changed(
                        subscription, active -> active.put("status", "active"), "customer.subscription.updated"));
    }

    private void unpaid(ObjectNode invoice) {
        of(invoice)
                .filter(subscription -> subscription.get("status").asText().equals("active"))
                .ifPresent(subscription -> changes.changed(
                        subscription, late -> late.put("status", "past_due"), "customer.subscription.updated"));
    }

    private Optional<ObjectNode> of(ObjectNode invoice) {
        return Json.text(invoice, "subscription").flatMap(id -> objects.find("subscription", id));
    }

    private void expire(ObjectNode subscription) {
        changes.changed(
                subscription,
                expired -> expired.put("status", "incomplete_expired").put("ended_at", time.epochSecond()),
                "customer.subscription.updated");
        invoices.end(subscription.get("latest_invoice").asText(), "void");
    }

    /** Renews or ends what has come to the end of its period by the time. */
    void timePassed() {
        for (ObjectNode subscription : objects.oldestFirst("subscription")) {
            String id = subscription.get("id").asText();
            long age = time.epochSecond() - subscription.get("created").asLong();
            if (subscription.get("status").asText().equals("incomplete") && age >= UNPAID_FOR.toSeconds()) {
                expire(subscription);
            }
            while (List.of("active", "trialing", "past_due")
                            .contains(subscription.get("status").asText())
                    && subscription.get("current_period_end").asLong() <= time.epochSecond()) {
                if (subscription.get("cancel_at_period_end").asBoolean()) {
                    cancel(id, Json.object());
                } else {
                    renew(id);
                }
            }
        }
    }
}
