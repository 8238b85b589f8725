package com.ytempire.hub.sandbox;

import static com.ytempire.hub.sandbox.StripeObjects.newId;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;

/** An invoice's lines and what they add up to. Stores nothing, so that a preview is made by the same hands. */
final class StripeLines {

    private final StripeObjects objects;

    StripeLines(StripeObjects objects) {
        this.objects = objects;
    }

    /** A line for a period of a subscription's item; nothing to pay while it is in trial. */
    void addPeriod(ObjectNode invoice, JsonNode subscription, JsonNode item, boolean trial) {
        JsonNode price = item.get("price");
        long quantity = item.get("quantity").asLong();
        ObjectNode line =
                line(invoice, price, trial ? 0 : price.get("unit_amount").asLong() * quantity, quantity);
        String id = subscription.get("id").asText();
        String product = productName(price);
        line.put("type", "subscription").put("subscription", id);
        line.put(
                "description",
                trial
                        ? "Trial period for " + product
                        : String.format(
                                Locale.ROOT,
                                "%d × %s (at $%s / %s)",
                                quantity,
                                product,
                                dollars(price.get("unit_amount").asLong()),
                                price.at("/recurring/interval").asText()));
        line.set("subscription_item", item.get("id"));
        line.set("plan", item.get("plan"));
        line.withObject("/period").set("start", item.get("current_period_start"));
        line.withObject("/period").set("end", item.get("current_period_end"));
        parent(line, id, item.get("id").asText(), null, false);
        add(invoice, line);
    }

    /** A line for an invoice item. */
    void addItem(ObjectNode invoice, JsonNode item) {
        ObjectNode line = line(
                invoice,
                item.get("price"),
                item.get("amount").asLong(),
                item.get("quantity").asLong());
        for (String field : List.of(
                "description",
                "discountable",
                "metadata",
                "period",
                "proration",
                "proration_details",
                "subscription",
                "subscription_item")) {
            line.set(field, item.get(field).deepCopy());
        }
        line.set("invoice_item", item.get("id"));
        if (item.get("subscription_item").isTextual()) {
            parent(
                    line,
                    item.get("subscription").asText(),
                    item.get("subscription_item").asText(),
                    item.get("id").asText(),
                    item.get("proration").asBoolean());
        } else {
            ObjectNode parent = line.putObject("parent").putNull("subscription_item_details");
            ObjectNode details = parent.putObject("invoice_item_details").put("proration", false);
            details.set("invoice_item", item.get("id"));
            details.set("subscription", item.get("subscription"));
            details.putObject("proration_details").putNull("credited_items");
            parent.put("type", "invoice_item_details");
        }
        add(invoice, line);
    }

    private static void parent(ObjectNode line, String subscription, String item, String invoiceItem, boolean part) {
        ObjectNode parent = line.putObject("parent").putNull("invoice_item_details");
        ObjectNode details = parent.putObject("subscription_item_details");
        details.put("invoice_item", invoiceItem).put("proration", part).put("subscription", subscription);
        details.putObject("proration_details").putNull("credited_items");
        details.put("subscription_item", item);
        parent.put("type", "subscription_item_details");
    }

    private ObjectNode line(ObjectNode invoice, JsonNode price, long amount, long quantity) {
        ObjectNode line = objects.draft("line_item", newId("il_"));
        line.put("amount", amount).put("amount_excluding_tax", amount).put("subtotal", amount);
        line.put("quantity", quantity);
        line.set("currency", invoice.get("currency"));
        line.set("invoice", invoice.get("id"));
        if (price.isObject()) {
            line.set("price", price.deepCopy());
            line.set("unit_amount_excluding_tax", price.get("unit_amount_decimal"));
            ObjectNode pricing = line.putObject("pricing");
            pricing.putObject("price_details").set("price", price.get("id"));
            pricing.withObject("/price_details").set("product", price.get("product"));
            pricing.put("type", "price_details").set("unit_amount_decimal", price.get("unit_amount_decimal"));
        }
        return line;
    }

    private static void add(ObjectNode invoice, ObjectNode line) {
        ObjectNode lines = invoice.withObject("/lines");
        ArrayNode data = lines.withArray("data").add(line);
        lines.put("total_count", data.size());
    }

    String productName(JsonNode price) {
        return objects.find("product", price.path("product").asText())
                .map(product -> product.get("name").asText())
                .orElse("Product");
    }

    static String dollars(long cents) {
        return BigDecimal.valueOf(cents, 2).toPlainString();
    }

    /**
     * Brings the sums up to date: lines, what discounts take off them, and the customer's balance.
     *
     * @param balance of the customer; negative when the customer has money with us
     */
    void total(ObjectNode invoice, List<ObjectNode> discounts, long balance) {
        ArrayNode lines = invoice.withObject("/lines").withArray("data");
        long subtotal = 0;
        long[] left = new long[lines.size()];
        for (int i = 0; i < left.length; i++) {
            ObjectNode line = (ObjectNode) lines.get(i);
            line.putArray("discount_amounts");
            line.set("discounts", StripeDiscounts.ids(line.get("discountable").asBoolean() ? discounts : List.of()));
            subtotal += line.get("amount").asLong();
            left[i] = line.get("discountable").asBoolean() ? line.get("amount").asLong() : 0;
        }
        long total = subtotal;
        ArrayNode offs = invoice.putArray("total_discount_amounts");
        for (ObjectNode discount : discounts) {
            long off = spread(discount, lines, left);
            offs.addObject().put("amount", off).set("discount", discount.get("id"));
            total -= off;
        }
        invoice.set("discounts", StripeDiscounts.ids(discounts));
        invoice.put("subtotal", subtotal).put("subtotal_excluding_tax", subtotal);
        invoice.put("total", total).put("total_excluding_tax", total);
        long credit = Math.min(Math.max(-balance, 0), Math.max(total, 0));
        long due = Math.max(0, total - credit + Math.max(balance, 0));
        invoice.put("starting_balance", balance).put("amount_due", due).put("amount_remaining", due);
    }

    /** Takes a discount off the lines. */
    private static long spread(ObjectNode discount, ArrayNode lines, long[] left) {
        boolean percent = discount.at("/coupon/percent_off").isNumber();
        long budget =
                percent ? Long.MAX_VALUE : discount.at("/coupon/amount_off").asLong();
        long sum = 0;
        for (int i = 0; i < left.length; i++) {
            long off = percent ? StripeDiscounts.off(discount, left[i]) : Math.min(budget, Math.max(left[i], 0));
            if (off > 0) {
                left[i] -= off;
                budget -= off;
                sum += off;
                ((ObjectNode) lines.get(i))
                        .withArray("discount_amounts")
                        .addObject()
                        .put("amount", off)
                        .set("discount", discount.get("id"));
            }
        }
        return sum;
    }
}
