package com.ytempire.hub.sandbox;

import static com.ytempire.hub.sandbox.StripeObjects.newId;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/** Customers, products and prices. */
final class StripeCatalog {

    private final StripeObjects objects;
    private final StripeChanges changes;
    private final StripeTime time;

    StripeCatalog(StripeObjects objects, StripeChanges changes, StripeTime time) {
        this.objects = objects;
        this.changes = changes;
        this.time = time;
    }

    ObjectNode createCustomer(ObjectNode params) {
        ObjectNode customer = objects.draft("customer", newId("cus_"));
        customer.put("invoice_prefix", newId("").substring(0, 8).toUpperCase(Locale.ROOT));
        StripeChanges.merge(customer, params);
        return changes.created(customer, "customer.created");
    }

    ObjectNode updateCustomer(String id, ObjectNode params) {
        return changes.changed(
                objects.get("customer", id), customer -> StripeChanges.merge(customer, params), "customer.updated");
    }

    /** Subscriptions are the caller's business. */
    ObjectNode deleteCustomer(String id) {
        return changes.deleted(objects.get("customer", id), "customer.deleted", true);
    }

    ObjectNode createProduct(ObjectNode params) {
        String id = Json.text(params, "id").orElseGet(() -> newId("prod_"));
        if (objects.find("product", id).isPresent()) {
            throw StripeError.invalid("resource_already_exists", "Product already exists.", "id");
        }
        ObjectNode product = objects.draft("product", id);
        if (!params.has("name")) {
            throw StripeError.invalid("parameter_missing", "Missing required param: name.", "name");
        }
        StripeChanges.merge(product, params);
        changes.created(product, "product.created");
        if (params.get("default_price_data") instanceof ObjectNode data) {
            ObjectNode price = createPrice(data.put("product", id));
            changes.changed(product, changed -> changed.set("default_price", price.get("id")), "product.updated");
        }
        return product;
    }

    ObjectNode updateProduct(String id, ObjectNode params) {
        return changes.changed(
                objects.get("product", id),
                product -> {
                    StripeChanges.merge(product, params);
                    product.put("updated", time.epochSecond());
                },
                "product.updated");
    }

    ObjectNode deleteProduct(String id) {
        ObjectNode product = objects.get("product", id);
        boolean priced = objects.oldestFirst("price").stream()
                .anyMatch(price -> price.get("product").asText().equals(id));
        if (priced) {
            throw StripeError.invalid(
                    null, "This product cannot be deleted because it has one or more user-created prices.", null);
        }
        return changes.deleted(product, "product.deleted", false);
    }

    ObjectNode createPrice(ObjectNode params) {
        required(params, "currency");
        if (params.get("product_data") instanceof ObjectNode data) {
            params.set("product", createProduct(data).get("id"));
        }
        String product = required(params, "product");
        objects.get("product", product, "product");
        ObjectNode price = objects.draft("price", newId("price_"));
        StripeChanges.merge(price, params);
        JsonNode amount = params.get("unit_amount");
        if (amount != null) {
            price.put("unit_amount_decimal", amount.asText());
        }
        if (params.get("recurring") instanceof ObjectNode given) {
            ObjectNode recurring = price.putObject("recurring");
            recurring.putNull("aggregate_usage");
            recurring.put("interval", required(given, "interval"));
            recurring
                    .put("interval_count", given.path("interval_count").asInt(1))
                    .putNull("meter");
            recurring.set("trial_period_days", given.get("trial_period_days"));
            recurring.put("usage_type", given.path("usage_type").asText("licensed"));
            price.put("type", "recurring");
        }
        return changes.created(price, "price.created");
    }

    ObjectNode updatePrice(String id, ObjectNode params) {
        return changes.changed(objects.get("price", id), price -> StripeChanges.merge(price, params), "price.updated");
    }

    /** Prices are deleted in the dashboard, never through the API. */
    ObjectNode deletePrice(String id) {
        return changes.deleted(objects.get("price", id), "price.deleted", false);
    }

    /** @throws StripeError 400 {@code parameter_missing} */
    static String required(JsonNode params, String name) {
        return Json.text(params, name)
                .orElseThrow(
                        () -> StripeError.invalid("parameter_missing", "Missing required param: " + name + ".", name));
    }
}
