package com.ytempire.hub.billing;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * An invoice as the effects see it.
 *
 * @param subscription null for an invoice of single items
 * @param payment null when nothing was to be paid, or it was paid outside of Stripe
 * @param amountPaid cents of {@code currency}
 * @param paidAt the vendor's time; null while it is not paid
 */
record PaidInvoice(
        String id,
        String customer,
        String subscription,
        String payment,
        String currency,
        String status,
        long amountPaid,
        Instant paidAt,
        String number,
        List<Line> lines) {

    boolean isPaid() {
        return "paid".equals(status);
    }

    /**
     * One line, whichever shape it is written in.
     *
     * @param amount cents before discounts
     * @param proration whether it settles a change within a period
     */
    record Line(
            String id,
            String product,
            long quantity,
            long amount,
            boolean proration,
            boolean ofSubscription,
            boolean pricedAtNothing,
            Instant periodStart,
            Instant periodEnd) {

        /** A trial's line costs nothing although its price does. */
        boolean isTrial() {
            return amount == 0 && !pricedAtNothing;
        }
    }

    static List<Line> lines(JsonNode invoice) {
        List<Line> lines = new ArrayList<>();
        for (JsonNode line : invoice.path("lines").path("data")) {
            lines.add(line(line));
        }
        return lines;
    }

    private static Line line(JsonNode line) {
        JsonNode parent = line.path("parent");
        JsonNode subscriptionItem = parent.path("subscription_item_details");
        boolean proration = line.path("proration").asBoolean()
                || subscriptionItem.path("proration").asBoolean()
                || parent.path("invoice_item_details").path("proration").asBoolean();
        String product = StripeJson.id(line.path("price"), "product");
        Long quantity = StripeJson.number(line, "quantity");
        Long amount = StripeJson.number(line, "amount");
        return new Line(
                StripeJson.text(line, "id"),
                product == null ? StripeJson.id(line.path("pricing").path("price_details"), "product") : product,
                quantity == null ? 1 : quantity,
                amount == null ? 0 : amount,
                proration,
                "subscription".equals(StripeJson.text(line, "type"))
                        || "subscription_item_details".equals(StripeJson.text(parent, "type")),
                isNothing(line),
                instant(line.path("period"), "start"),
                instant(line.path("period"), "end"));
    }

    private static boolean isNothing(JsonNode line) {
        Long unit = StripeJson.number(line.path("price"), "unit_amount");
        String decimal = StripeJson.text(line.path("pricing"), "unit_amount_decimal");
        return unit == null ? decimal != null && decimal.matches("0(\\.0*)?") : unit == 0;
    }

    private static Instant instant(JsonNode object, String field) {
        Long seconds = StripeJson.number(object, field);
        return seconds == null ? null : Instant.ofEpochSecond(seconds);
    }
}
