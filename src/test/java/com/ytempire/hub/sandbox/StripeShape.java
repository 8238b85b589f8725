package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/** How an API version writes objects; the versions that matter to a reader of subscriptions and invoices. */
enum StripeShape {
    /** Before 2022-11-15: a payment intent carries its charges, a charge its refunds. */
    V2020,
    /** Up to 2024-04: those lists are gone. */
    V2023,
    /** 2024-04-10 to 2025-02-24.acacia: a subscription has a list of discounts, a product marketing features. */
    ACACIA,
    /** From 2025-03-31.basil: periods are on the subscription's items, an invoice names its parent. */
    BASIL,
    /** From 2025-09-30.clover: discounts and promotion codes name a source instead of carrying a coupon. */
    CLOVER;

    private static final int SHOWN = 10;

    /** What comes by expansion only, or is the sandbox's own business. */
    private static final Map<String, List<String>> HIDDEN = Map.of(
            "invoice", List.of("payments", "confirmation_secret"),
            "checkout.session", List.of("line_items", "asked"));

    private static final Map<String, List<String>> ONLY_SINCE_BASIL = Map.of(
            "subscription", List.of("billing_mode", "billing_cycle_anchor_config"),
            "subscription_item", List.of("current_period_start", "current_period_end"),
            "invoice", List.of("parent", "amount_overpaid", "total_taxes", "total_pretax_credit_amounts"),
            "line_item", List.of("parent", "pricing", "taxes", "pretax_credit_amounts"));

    private static final Map<String, List<String>> GONE_WITH_BASIL = Map.of(
            "subscription",
            List.of("current_period_start", "current_period_end", "discount", "plan", "quantity", "tax_percent"),
            "invoice",
            List.of(
                    "application_fee_amount",
                    "charge",
                    "discount",
                    "paid",
                    "paid_out_of_band",
                    "payment_intent",
                    "quote",
                    "subscription",
                    "subscription_details",
                    "tax",
                    "total_tax_amounts",
                    "transfer_data"),
            "line_item",
            List.of(
                    "amount_excluding_tax",
                    "plan",
                    "price",
                    "proration",
                    "proration_details",
                    "subscription",
                    "subscription_item",
                    "tax_amounts",
                    "tax_rates",
                    "type",
                    "unit_amount_excluding_tax"),
            "payment_intent",
            List.of("invoice"),
            "charge",
            List.of("invoice"));

    private static final Map<String, List<String>> ONLY_SINCE_CLOVER =
            Map.of("discount", List.of("source"), "promotion_code", List.of("promotion"));

    private static final Map<String, List<String>> GONE_WITH_CLOVER =
            Map.of("discount", List.of("coupon"), "promotion_code", List.of("coupon"));

    private static final Map<String, List<String>> GONE_BEFORE_ACACIA = Map.of(
            "subscription", List.of("discounts"),
            "subscription_item", List.of("discounts"),
            "product", List.of("marketing_features"));

    private static final Map<String, List<String>> GONE_WITH_ACACIA =
            Map.of("product", List.of("features", "attributes"));

    private static final Map<String, List<String>> GONE_AFTER_2022 =
            Map.of("payment_intent", List.of("charges"), "charge", List.of("refunds"));

    private static final Map<String, List<String>> NOT_IN_2020 = Map.of("payment_intent", List.of("latest_charge"));

    /**
     * The shape of a version like 2023-10-16 or 2025-03-31.basil.
     *
     * @throws StripeError 400 for what is no version
     */
    static StripeShape of(String version) {
        if (!version.matches("\\d{4}-\\d{2}-\\d{2}(\\.[a-z]+)?")) {
            throw StripeError.invalid(null, "Invalid Stripe API version: " + version, null);
        }
        String date = version.substring(0, 10);
        if (date.compareTo("2025-09-30") >= 0) {
            return CLOVER;
        }
        if (date.compareTo("2025-03-31") >= 0) {
            return BASIL;
        }
        if (date.compareTo("2024-04-10") >= 0) {
            return ACACIA;
        }
        return date.compareTo("2022-11-15") >= 0 ? V2023 : V2020;
    }

    /** The object as this version writes it; the given one stays as it is. */
    ObjectNode render(ObjectNode object) {
        ObjectNode copy = object.deepCopy();
        trim(copy);
        return copy;
    }

    /** An object shows ten of what it consists of; all of them are a list of their own. */
    private static void shorten(ObjectNode object, String part) {
        if (object.path(part).path("data") instanceof ArrayNode parts && parts.size() > SHOWN) {
            while (parts.size() > SHOWN) {
                parts.remove(SHOWN);
            }
            object.withObject("/" + part).put("has_more", true);
        }
    }

    private void trim(JsonNode node) {
        if (node instanceof ObjectNode object) {
            String type = object.path("object").asText();
            if (type.equals("invoice")) {
                shorten(object, "lines");
            }
            if (type.equals("subscription")) {
                shorten(object, "items");
            }
            remove(object, type, HIDDEN);
            remove(object, type, compareTo(BASIL) >= 0 ? GONE_WITH_BASIL : ONLY_SINCE_BASIL);
            remove(object, type, this == CLOVER ? GONE_WITH_CLOVER : ONLY_SINCE_CLOVER);
            remove(object, type, compareTo(ACACIA) >= 0 ? GONE_WITH_ACACIA : GONE_BEFORE_ACACIA);
            remove(object, type, this == V2020 ? NOT_IN_2020 : GONE_AFTER_2022);
        }
        node.forEach(this::trim);
    }

    private static void remove(ObjectNode object, String type, Map<String, List<String>> fields) {
        object.remove(fields.getOrDefault(type, List.of()));
    }
}
