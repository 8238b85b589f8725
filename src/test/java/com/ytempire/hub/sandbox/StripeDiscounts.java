package com.ytempire.hub.sandbox;

import static com.ytempire.hub.sandbox.StripeObjects.newId;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Coupons, the codes customers type for them, and the discounts they become. */
final class StripeDiscounts {

    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    private final StripeObjects objects;
    private final StripeChanges changes;
    private final StripeTime time;

    StripeDiscounts(StripeObjects objects, StripeChanges changes, StripeTime time) {
        this.objects = objects;
        this.changes = changes;
        this.time = time;
    }

    ObjectNode createCoupon(ObjectNode params) {
        if (params.has("percent_off") == params.has("amount_off")) {
            throw StripeError.invalid(
                    "parameter_missing", "Must provide exactly one of percent_off or amount_off.", "percent_off");
        }
        if (params.has("amount_off")) {
            StripeCatalog.required(params, "currency");
        }
        String id = Json.text(params, "id").orElseGet(() -> newId("").substring(0, 8));
        if (objects.find("coupon", id).isPresent()) {
            throw StripeError.invalid("resource_already_exists", "Coupon already exists.", "id");
        }
        if (params.path("duration").asText().equals("repeating")) {
            StripeCatalog.required(params, "duration_in_months");
        }
        ObjectNode coupon = objects.draft("coupon", id);
        StripeChanges.merge(coupon, params);
        Json.text(params, "percent_off").ifPresent(percent -> coupon.put("percent_off", new BigDecimal(percent)));
        return changes.created(coupon, "coupon.created");
    }

    ObjectNode updateCoupon(String id, ObjectNode params) {
        return changes.changed(
                objects.get("coupon", id), coupon -> StripeChanges.merge(coupon, params), "coupon.updated");
    }

    /** Discounts it has become stay. */
    ObjectNode deleteCoupon(String id) {
        return changes.deleted(objects.get("coupon", id), "coupon.deleted", false);
    }

    ObjectNode createCode(ObjectNode params) {
        JsonNode promotion = params.path("promotion");
        String coupon =
                Json.text(promotion, "coupon").orElseThrow(() -> StripeError.missingParameter("promotion[coupon]"));
        ObjectNode found = objects.get("coupon", coupon, "promotion[coupon]");
        ObjectNode code = objects.draft("promotion_code", newId("promo_"));
        ObjectNode rest = params.deepCopy();
        rest.remove("promotion");
        StripeChanges.merge(code, rest);
        code.put(
                "code",
                Json.text(params, "code")
                        .orElseGet(() -> newId("").substring(0, 8))
                        .toUpperCase(Locale.ROOT));
        code.putObject("promotion").put("coupon", coupon).put("type", "coupon");
        code.set("coupon", found.deepCopy());
        return changes.created(code, "promotion_code.created");
    }

    ObjectNode updateCode(String id, ObjectNode params) {
        return changes.changed(
                objects.get("promotion_code", id), code -> StripeChanges.merge(code, params), "promotion_code.updated");
    }

    /** By what the customer types. */
    Optional<String> codeNamed(String typed) {
        return objects.oldestFirst("promotion_code").stream()
                .filter(code -> code.get("code").asText().equalsIgnoreCase(typed))
                .map(code -> code.get("id").asText())
                .findFirst();
    }

    /**
     * Discounts as parameters name them: a coupon, a promotion code or a discount there is already.
     *
     * @return nothing that is new is stored or told of before {@link #keep}
     * @throws StripeError for one that can't be redeemed
     */
    List<ObjectNode> drafts(JsonNode given, String customer) {
        List<ObjectNode> drafts = new ArrayList<>();
        if (!given.isArray()) {
            return drafts;
        }
        for (int i = 0; i < given.size(); i++) {
            drafts.add(draft(given.get(i), "discounts[" + i + "]", customer));
        }
        return drafts;
    }

    private ObjectNode draft(JsonNode given, String at, String customer) {
        Optional<String> existing = Json.text(given, "discount");
        if (existing.isPresent()) {
            return objects.get("discount", existing.get(), at + "[discount]");
        }
        Optional<ObjectNode> code = Json.text(given, "promotion_code")
                .map(id -> objects.get("promotion_code", id, at + "[promotion_code]"));
        String coupon = code.map(found -> found.at("/promotion/coupon").asText())
                .or(() -> Json.text(given, "coupon"))
                .orElseThrow(() -> StripeError.missingParameter(at + "[coupon]"));
        ObjectNode found = objects.get("coupon", coupon, at + "[coupon]");
        redeemable(found, code, at);
        return draft(found, code, customer);
    }

    private void redeemable(ObjectNode coupon, Optional<ObjectNode> code, String param) {
        if (over(coupon, "redeem_by")) {
            throw StripeError.invalid(
                    "coupon_expired", "Coupon expired: " + coupon.get("id").asText(), param + "[coupon]");
        }
        code.filter(found -> !found.get("active").asBoolean() || over(found, "expires_at"))
                .ifPresent(found -> {
                    throw StripeError.invalid(
                            "promotion_code_expired", "This promotion code is expired.", param + "[promotion_code]");
                });
    }

    private boolean over(ObjectNode object, String until) {
        boolean late = object.path(until).asLong(Long.MAX_VALUE) < time.epochSecond();
        JsonNode most = object.get("max_redemptions");
        return late || most.isNumber() && object.get("times_redeemed").asInt() >= most.asInt();
    }

    private ObjectNode draft(ObjectNode coupon, Optional<ObjectNode> code, String customer) {
        ObjectNode discount = objects.draft("discount", newId("di_"));
        discount.put("customer", customer).put("start", time.epochSecond());
        discount.set("coupon", coupon.deepCopy());
        discount.putObject("source").put("type", "coupon").set("coupon", coupon.get("id"));
        code.ifPresent(found -> discount.set("promotion_code", found.get("id")));
        if (coupon.get("duration").asText().equals("repeating")) {
            discount.put(
                    "end",
                    time.instant()
                            .atOffset(ZoneOffset.UTC)
                            .plusMonths(coupon.get("duration_in_months").asInt())
                            .toEpochSecond());
        }
        return discount;
    }

    /** Makes drafts real: each counts as a redemption. */
    void keep(List<ObjectNode> drafts, String field, String owner) {
        for (ObjectNode discount : drafts) {
            if (objects.find("discount", discount.get("id").asText()).isPresent()) {
                continue;
            }
            discount.put(field, owner);
            for (String redeemed : new String[] {
                discount.at("/source/coupon").asText(),
                discount.path("promotion_code").asText()
            }) {
                objects.byId(redeemed)
                        .ifPresent(each -> each.put(
                                "times_redeemed", each.get("times_redeemed").asInt() + 1));
            }
            changes.created(discount, "customer.discount.created");
        }
    }

    static ArrayNode ids(List<ObjectNode> discounts) {
        ArrayNode ids = Json.array();
        discounts.forEach(each -> ids.add(each.get("id").asText()));
        return ids;
    }

    /** Takes a discount off its subscription. */
    void end(ObjectNode discount) {
        changes.tell("customer.discount.deleted", discount);
    }

    /** Those of a subscription that still hold. */
    List<ObjectNode> holding(JsonNode subscription) {
        List<ObjectNode> holding = new ArrayList<>();
        subscription
                .path("discounts")
                .forEach(id -> objects.find("discount", id.asText())
                        .filter(each -> each.path("end").asLong(Long.MAX_VALUE) > time.epochSecond())
                        .ifPresent(holding::add));
        return holding;
    }

    /** How much a discount takes off an amount, in cents. */
    static long off(JsonNode discount, long amount) {
        JsonNode coupon = discount.get("coupon");
        if (amount <= 0) {
            return 0;
        }
        if (coupon.path("percent_off").isNumber()) {
            return BigDecimal.valueOf(amount)
                    .multiply(coupon.get("percent_off").decimalValue())
                    .divide(HUNDRED, 0, RoundingMode.HALF_UP)
                    .longValueExact();
        }
        return Math.min(amount, coupon.get("amount_off").asLong());
    }

    static boolean once(JsonNode discount) {
        return discount.at("/coupon/duration").asText().equals("once");
    }
}
