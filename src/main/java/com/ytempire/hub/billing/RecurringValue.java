package com.ytempire.hub.billing;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What a subscription is worth a month: all its items after discounts, a year counted as twelve months. Discounts of a
 * single invoice ({@code once}) and those that have ended do not count. Rounded once, half up, to the currency's
 * smallest unit.
 */
final class RecurringValue {

    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
    private static final int SCALE = 12;

    private RecurringValue() {}

    /** @param at discounts that have ended by then do not count */
    static long monthly(JsonNode subscription, Instant at) {
        BigDecimal sum = BigDecimal.ZERO;
        JsonNode first = null;
        for (JsonNode item : subscription.path("items").path("data")) {
            JsonNode price = item.path("price").isObject() ? item.path("price") : item.path("plan");
            first = first == null ? price : first;
            long quantity = item.path("quantity").asLong(1);
            BigDecimal amount = aMonth(price, unitAmount(price).multiply(BigDecimal.valueOf(quantity)));
            sum = sum.add(discounted(amount, price, discounts(item), at));
        }
        return first == null
                ? 0
                : discounted(sum, first, discounts(subscription), at)
                        .setScale(0, RoundingMode.HALF_UP)
                        .longValueExact();
    }

    private static BigDecimal unitAmount(JsonNode price) {
        for (String field : new String[] {"unit_amount_decimal", "amount_decimal", "unit_amount", "amount"}) {
            JsonNode amount = price.path(field);
            if (amount.isTextual() || amount.isNumber()) {
                return new BigDecimal(amount.asText());
            }
        }
        return BigDecimal.ZERO; // by use, or in tiers: not known before the invoice
    }

    /** An amount of the price's interval as that of a month. */
    private static BigDecimal aMonth(JsonNode price, BigDecimal amount) {
        JsonNode recurring = price.path("recurring").isObject() ? price.path("recurring") : price;
        int intervalsAYear = switch (recurring.path("interval").asText("month")) {
            case "day" -> 365;
            case "week" -> 52;
            case "year" -> 1;
            default -> 12;
        };
        int count = Math.max(1, recurring.path("interval_count").asInt(1));
        return amount.multiply(BigDecimal.valueOf(intervalsAYear))
                .divide(BigDecimal.valueOf(12L * count), SCALE, RoundingMode.HALF_UP);
    }

    /** One in the older shapes, a list in the later ones. */
    private static List<JsonNode> discounts(JsonNode object) {
        List<JsonNode> discounts = new ArrayList<>();
        object.path("discounts").forEach(discounts::add);
        if (discounts.isEmpty() && object.path("discount").isObject()) {
            discounts.add(object.get("discount"));
        }
        return discounts;
    }

    private static BigDecimal discounted(BigDecimal amount, JsonNode price, List<JsonNode> discounts, Instant at) {
        BigDecimal left = amount;
        for (JsonNode discount : discounts) {
            JsonNode ofSource = discount.path("source").path("coupon");
            JsonNode coupon = ofSource.isObject() ? ofSource : discount.path("coupon");
            Long end = StripeJson.number(discount, "end");
            boolean over = end != null && end <= at.getEpochSecond();
            if (coupon.isObject() && !over && !"once".equals(StripeJson.text(coupon, "duration"))) {
                left = left.subtract(off(left, price, coupon)).max(BigDecimal.ZERO);
            }
        }
        return left;
    }

    private static BigDecimal off(BigDecimal amount, JsonNode price, JsonNode coupon) {
        if (coupon.path("percent_off").isNumber()) {
            return amount.multiply(new BigDecimal(coupon.get("percent_off").asText()))
                    .divide(HUNDRED, SCALE, RoundingMode.HALF_UP);
        }
        return aMonth(price, BigDecimal.valueOf(coupon.path("amount_off").asLong()));
    }
}
