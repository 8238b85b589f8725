package com.ytempire.hub.sandbox;

import static com.ytempire.hub.sandbox.StripeObjects.newId;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a subscription consists of: items, periods, and what a change of them within a period costs. Changes only the
 * object it is given, so that a preview is computed by the same hands.
 */
final class StripePlans {

    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("dd MMM yyyy", Locale.ROOT);

    private final StripeObjects objects;
    private final StripeCatalog catalog;
    private final StripeLines lines;

    StripePlans(StripeObjects objects, StripeCatalog catalog, StripeLines lines) {
        this.objects = objects;
        this.catalog = catalog;
        this.lines = lines;
    }

    void addItem(ObjectNode subscription, JsonNode given, String param) {
        ObjectNode price = price(given, param);
        ObjectNode item = objects.draft("subscription_item", newId("si_"));
        item.set("subscription", subscription.get("id"));
        item.put("quantity", given.path("quantity").asLong(1));
        item.set("metadata", given.path("metadata").isObject() ? given.get("metadata") : Json.object());
        item.set("current_period_start", subscription.get("current_period_start"));
        item.set("current_period_end", subscription.get("current_period_end"));
        priced(subscription, item, price);
        ObjectNode items = subscription.withObject("/items");
        items.put(
                "url",
                "/v1/subscription_items?subscription=" + subscription.get("id").asText());
        items.put("total_count", items.withArray("data").add(item).size());
    }

    private ObjectNode price(JsonNode given, String param) {
        if (given.get("price_data") instanceof ObjectNode data) {
            return catalog.createPrice(data.deepCopy());
        }
        String id = Json.text(given, "price").orElseThrow(() -> StripeError.missingParameter(param + "[price]"));
        ObjectNode price = objects.get("price", id, param + "[price]");
        if (!price.get("recurring").isObject()) {
            throw StripeError.invalid(
                    null,
                    "The price specified is set to `type=one_time` but this field only accepts prices with"
                            + " `type=recurring`.",
                    param + "[price]");
        }
        if (!price.get("active").asBoolean()) {
            throw StripeError.invalid(
                    null, "The price specified is inactive. This field only accepts active prices.", param + "[price]");
        }
        return price;
    }

    private void priced(ObjectNode subscription, ObjectNode item, ObjectNode price) {
        item.set("price", price.deepCopy());
        item.set("plan", planOf(price));
        subscription.set("currency", price.get("currency"));
        subscription.set("plan", item.get("plan"));
        subscription.set("quantity", item.get("quantity"));
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

    /** Changes, removes or adds items as an update names them. */
    void changeItems(ObjectNode subscription, JsonNode given) {
        change(subscription, given);
        if (subscription.get("items").get("data").isEmpty()) {
            throw StripeError.invalid(null, "A subscription must have at least one item; cancel it instead.", "items");
        }
    }

    private void change(ObjectNode subscription, JsonNode given) {
        for (int i = 0; i < given.size(); i++) {
            JsonNode change = given.get(i);
            Optional<String> id = Json.text(change, "id");
            if (id.isEmpty()) {
                addItem(subscription, change, "items[" + i + "]");
            } else {
                changeItem(subscription, id.get(), change, "items[" + i + "]");
            }
        }
    }

    private void changeItem(ObjectNode subscription, String id, JsonNode change, String param) {
        ArrayNode items = subscription.withObject("/items").withArray("data");
        for (int i = 0; i < items.size(); i++) {
            ObjectNode item = (ObjectNode) items.get(i);
            if (item.get("id").asText().equals(id)) {
                if (change.path("deleted").asBoolean()) {
                    items.remove(i);
                    subscription.withObject("/items").put("total_count", items.size());
                    return;
                }
                if (change.has("quantity")) {
                    item.set("quantity", change.get("quantity"));
                }
                if (change.get("metadata") instanceof ObjectNode metadata) {
                    StripeChanges.merge(item, Json.object().set("metadata", metadata));
                }
                boolean otherPrice = change.has("price") || change.has("price_data");
                priced(subscription, item, otherPrice ? price(change, param) : (ObjectNode) item.get("price"));
                return;
            }
        }
        throw StripeError.missing("subscription item", id, param + "[id]");
    }

    static void period(ObjectNode subscription, long start, long end) {
        subscription.put("current_period_start", start).put("current_period_end", end);
        subscription
                .get("items")
                .get("data")
                .forEach(item ->
                        ((ObjectNode) item).put("current_period_start", start).put("current_period_end", end));
    }

    /** The end of a period: so many whole intervals after the anchor that it is the first one after the start. */
    static long periodEnd(JsonNode subscription, long start) {
        JsonNode recurring = recurring(subscription);
        int count = recurring.get("interval_count").asInt();
        Period interval = switch (recurring.get("interval").asText()) {
            case "day" -> Period.ofDays(count);
            case "week" -> Period.ofWeeks(count);
            case "year" -> Period.ofYears(count);
            default -> Period.ofMonths(count);
        };
        var anchor = Instant.ofEpochSecond(
                        Math.min(start, subscription.get("billing_cycle_anchor").asLong()))
                .atOffset(ZoneOffset.UTC);
        int periods = 1;
        while (anchor.plus(interval.multipliedBy(periods)).toEpochSecond() <= start) {
            periods++;
        }
        return anchor.plus(interval.multipliedBy(periods)).toEpochSecond();
    }

    private static JsonNode recurring(JsonNode subscription) {
        return subscription.at("/items/data/0/price/recurring");
    }

    /** Another interval begins a new period at once. */
    static boolean sameInterval(JsonNode before, JsonNode after) {
        return recurring(before).get("interval").equals(recurring(after).get("interval"))
                && recurring(before)
                        .get("interval_count")
                        .equals(recurring(after).get("interval_count"));
    }

    /**
     * What a change at some moment of the period gives back and takes: to the second, and less the subscription's
     * discounts.
     *
     * @param fresh the change begins a new period, which is billed in full elsewhere: only the rest of the old one is
     *     given back
     * @return invoice items, not stored
     */
    List<ObjectNode> prorate(
            ObjectNode before,
            List<ObjectNode> oldDiscounts,
            ObjectNode after,
            List<ObjectNode> newDiscounts,
            long at,
            boolean fresh) {
        List<ObjectNode> parts = new ArrayList<>();
        Map<String, JsonNode> old = itemsOf(before);
        Map<String, JsonNode> now = itemsOf(after);
        for (var entry : old.entrySet()) {
            JsonNode kept = now.get(entry.getKey());
            if (fresh || kept == null || costs(entry.getValue()) != costs(kept) || !samePrice(entry.getValue(), kept)) {
                part(before, entry.getValue(), oldDiscounts, at, true).ifPresent(parts::add);
            }
        }
        for (var entry : now.entrySet()) {
            JsonNode was = old.get(entry.getKey());
            if (!fresh && (was == null || costs(was) != costs(entry.getValue()) || !samePrice(was, entry.getValue()))) {
                part(after, entry.getValue(), newDiscounts, at, false).ifPresent(parts::add);
            }
        }
        return parts;
    }

    private static Map<String, JsonNode> itemsOf(JsonNode subscription) {
        Map<String, JsonNode> items = new TreeMap<>();
        subscription
                .get("items")
                .get("data")
                .forEach(item -> items.put(item.get("id").asText(), item));
        return items;
    }

    private static long costs(JsonNode item) {
        return item.at("/price/unit_amount").asLong() * item.get("quantity").asLong();
    }

    private static boolean samePrice(JsonNode one, JsonNode other) {
        return one.at("/price/id").equals(other.at("/price/id"));
    }

    private Optional<ObjectNode> part(
            ObjectNode subscription, JsonNode item, List<ObjectNode> discounts, long at, boolean back) {
        long start = subscription.get("current_period_start").asLong();
        long end = subscription.get("current_period_end").asLong();
        long full = costs(item);
        for (ObjectNode discount : discounts) {
            full -= StripeDiscounts.off(discount, full);
        }
        long amount = BigDecimal.valueOf(full)
                .multiply(BigDecimal.valueOf(Math.max(0, end - at)))
                .divide(BigDecimal.valueOf(Math.max(1, end - start)), 0, RoundingMode.HALF_UP)
                .longValueExact();
        if (amount == 0) {
            return Optional.empty();
        }
        long quantity = item.get("quantity").asLong();
        ObjectNode part = objects.draft("invoiceitem", newId("ii_"));
        part.put("amount", back ? -amount : amount).put("quantity", quantity);
        part.put("proration", true).put("discountable", false).put("date", at);
        part.set("customer", subscription.get("customer"));
        part.set("currency", subscription.get("currency"));
        part.set("price", item.get("price").deepCopy());
        part.set("subscription", subscription.get("id"));
        part.set("subscription_item", item.get("id"));
        part.withObject("/period").put("start", at).put("end", end);
        ObjectNode details = part.putObject("parent").put("type", "subscription_details");
        details.putObject("subscription_details")
                .put("subscription", subscription.get("id").asText())
                .set("subscription_item", item.get("id"));
        part.put(
                "description",
                String.format(
                        Locale.ROOT,
                        "%s time on %s%s after %s",
                        back ? "Unused" : "Remaining",
                        quantity == 1 ? "" : quantity + " × ",
                        lines.productName(item.get("price")),
                        DAY.format(LocalDate.ofInstant(Instant.ofEpochSecond(at), ZoneOffset.UTC))));
        return Optional.of(part);
    }
}
