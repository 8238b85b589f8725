package com.ytempire.hub.billing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Timestamp;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.StreamSupport;

/**
 * Reads Stripe's objects in any of the shapes accounts still send: up to 2023-10-16 and acacia, where a subscription
 * has its period and an invoice its subscription; and since 2025-03-31.basil, where the period stands at the items and
 * the invoice's subscription under {@code parent} (docs.stripe.com/changelog/basil). What is not there is null; a field
 * nobody knows disturbs nobody.
 */
final class StripeJson {

    /** PostgreSQL's jsonb and text know no NUL; what stood there stays visible. */
    private static final String IN_PLACE_OF_NUL = "\uFFFD";

    private StripeJson() {}

    static String text(JsonNode object, String field) {
        JsonNode value = object.path(field);
        return value.isTextual() ? value.textValue() : null;
    }

    /** The id of what a field refers to, whether it is expanded or not. */
    static String id(JsonNode object, String field) {
        JsonNode value = object.path(field);
        return value.isObject() ? text(value, "id") : text(object, field);
    }

    static Long number(JsonNode object, String field) {
        JsonNode value = object.path(field);
        return value.isIntegralNumber() ? (Long) value.longValue() : null;
    }

    static Boolean flag(JsonNode object, String field) {
        JsonNode value = object.path(field);
        return value.isBoolean() ? (Boolean) value.booleanValue() : null;
    }

    static Timestamp time(JsonNode object, String field) {
        Long seconds = number(object, field);
        return seconds == null ? null : new Timestamp(seconds * 1000);
    }

    private static JsonNode firstItem(JsonNode subscription) {
        return subscription.path("items").path("data").path(0);
    }

    static Timestamp subscriptionPeriod(JsonNode subscription, String field) {
        Timestamp ofItem = time(firstItem(subscription), field);
        return ofItem == null ? time(subscription, field) : ofItem;
    }

    /** The item's price; before 2020 only a plan, which still stands beside the price. */
    private static JsonNode price(JsonNode subscription) {
        JsonNode item = firstItem(subscription);
        for (JsonNode price : new JsonNode[] {item.path("price"), item.path("plan"), subscription.path("plan")}) {
            if (price.isObject()) {
                return price;
            }
        }
        return JsonNodeFactory.instance.objectNode();
    }

    static String subscriptionPrice(JsonNode subscription) {
        String expanded = text(price(subscription), "id");
        return expanded == null ? text(firstItem(subscription), "price") : expanded;
    }

    static String subscriptionProduct(JsonNode subscription) {
        return id(price(subscription), "product");
    }

    /** How often it renews: {@code interval} and {@code interval_count}; an old plan has both in itself. */
    static JsonNode subscriptionRecurring(JsonNode subscription) {
        JsonNode price = price(subscription);
        return price.path("recurring").isObject() ? price.path("recurring") : price;
    }

    static Long subscriptionQuantity(JsonNode subscription) {
        Long ofItem = number(firstItem(subscription), "quantity");
        return ofItem == null ? number(subscription, "quantity") : ofItem;
    }

    static String subscriptionCurrency(JsonNode subscription) {
        String own = text(subscription, "currency");
        return own == null ? text(price(subscription), "currency") : own;
    }

    static Long subscriptionUnitAmount(JsonNode subscription) {
        Long amount = number(price(subscription), "unit_amount");
        return amount == null ? number(price(subscription), "amount") : amount;
    }

    static String invoiceSubscription(JsonNode invoice) {
        String own = id(invoice, "subscription");
        return own == null ? id(invoice.path("parent").path("subscription_details"), "subscription") : own;
    }

    static String invoicePayment(JsonNode invoice) {
        String own = id(invoice, "payment_intent");
        return own == null ? id(attempt(invoice).path("payment"), "payment_intent") : own;
    }

    /**
     * Which of an invoice's payments counts: the one that paid it, else the default one, to which Stripe's own tries
     * go, else the latest (docs.stripe.com/api/invoice-payment/object).
     */
    private static JsonNode attempt(JsonNode invoice) {
        return StreamSupport.stream(invoice.path("payments").path("data").spliterator(), false)
                .max(Comparator.<JsonNode, Boolean>comparing(payment -> "paid".equals(text(payment, "status")))
                        .thenComparing(payment -> payment.path("is_default").asBoolean())
                        .thenComparing(payment -> payment.path("created").asLong()))
                .orElse(MissingNode.getInstance());
    }

    static String latestCharge(JsonNode payment) {
        String own = id(payment, "latest_charge");
        return own == null ? text(payment.path("charges").path("data").path(0), "id") : own;
    }

    /** The same object with every NUL in a text replaced by {@code U+FFFD}; itself when there is none. */
    static JsonNode withoutNul(JsonNode node) {
        return hasNul(node) ? replaceNul(node) : node;
    }

    private static boolean hasNul(JsonNode node) {
        if (node.isTextual()) {
            return node.textValue().indexOf('\0') >= 0;
        }
        if (node instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                if (field.getKey().indexOf('\0') >= 0 || hasNul(field.getValue())) {
                    return true;
                }
            }
        } else if (node instanceof ArrayNode array) {
            for (JsonNode element : array) {
                if (hasNul(element)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static JsonNode replaceNul(JsonNode node) {
        if (node instanceof ObjectNode object) {
            ObjectNode clean = JsonNodeFactory.instance.objectNode();
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                clean.set(field.getKey().replace("\0", IN_PLACE_OF_NUL), replaceNul(field.getValue()));
            }
            return clean;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode clean = JsonNodeFactory.instance.arrayNode(array.size());
            array.forEach(element -> clean.add(replaceNul(element)));
            return clean;
        }
        return node.isTextual()
                ? JsonNodeFactory.instance.textNode(node.textValue().replace("\0", IN_PLACE_OF_NUL))
                : node;
    }
}
