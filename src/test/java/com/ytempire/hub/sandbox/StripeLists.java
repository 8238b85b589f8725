package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.stream.Stream;

/** The API's lists: filtered, newest first, a page at a time. */
final class StripeLists {

    private static final Set<String> NOT_FILTERS =
            Set.of("limit", "starting_after", "ending_before", "expand", "created", "ids", "types", "delivery_success");

    private final StripeObjects objects;
    private final StripeEvents events;

    StripeLists(StripeObjects objects, StripeEvents events) {
        this.objects = objects;
        this.events = events;
    }

    ObjectNode event(String id) {
        return events.find(id).orElseThrow(() -> StripeError.missing("event", id, "id"));
    }

    ObjectNode events(ObjectNode params) {
        ObjectNode rest = params.deepCopy();
        rest.remove("type");
        int limit = limit(params);
        Stream<ObjectNode> from = params.has("starting_after")
                ? events.before(number(params, "starting_after"))
                : params.has("ending_before") ? events.after(number(params, "ending_before")) : events.newestFirst();
        List<ObjectNode> found = from.filter(event -> StripeEvents.asked(event, params) && asked(event, rest))
                .limit(limit + 1L)
                .toList();
        List<ObjectNode> page = new ArrayList<>(found.subList(0, Math.min(limit, found.size())));
        if (params.has("ending_before")) {
            Collections.reverse(page);
        }
        return page(page, found.size() > limit, "/v1/events");
    }

    private long number(ObjectNode params, String cursor) {
        String id = params.get(cursor).asText();
        return events.number(id).orElseThrow(() -> StripeError.missing("event", id, cursor));
    }

    ObjectNode list(String type, ObjectNode params) {
        return page(objects.newestFirst(type), params, "/v1/" + StripeVendor.plural(type));
    }

    /** A subscription's items. */
    ObjectNode items(String subscription, ObjectNode params) {
        ObjectNode found = objects.get("subscription", subscription, "subscription");
        return nested(found.get("items"), params, "/v1/subscription_items");
    }

    ObjectNode lines(ObjectNode invoice, ObjectNode params) {
        return nested(
                invoice.get("lines"),
                params,
                "/v1/invoices/" + invoice.get("id").asText() + "/lines");
    }

    ObjectNode lineItems(ObjectNode session, ObjectNode params) {
        return nested(
                session.get("line_items"),
                params,
                "/v1/checkout/sessions/" + session.get("id").asText() + "/line_items");
    }

    private static ObjectNode nested(JsonNode list, ObjectNode params, String url) {
        List<ObjectNode> all = new ArrayList<>();
        list.get("data").forEach(each -> all.add((ObjectNode) each));
        ObjectNode paging = params.deepCopy().retain("limit", "starting_after", "ending_before");
        return page(all, paging, url);
    }

    private static ObjectNode page(List<ObjectNode> all, ObjectNode params, String url) {
        List<ObjectNode> found =
                all.stream().filter(object -> asked(object, params)).toList();
        int limit = limit(params);
        int from = 0;
        int to = Math.min(limit, found.size());
        boolean more = to < found.size();
        if (params.has("starting_after")) {
            from = indexOf(found, params, "starting_after", url) + 1;
            to = Math.min(from + limit, found.size());
            more = to < found.size();
        } else if (params.has("ending_before")) {
            to = indexOf(found, params, "ending_before", url);
            from = Math.max(0, to - limit);
            more = from > 0;
        }
        return page(found.subList(from, to), more, url);
    }

    private static ObjectNode page(List<ObjectNode> found, boolean more, String url) {
        ObjectNode page = Json.object().put("object", "list");
        page.putArray("data").addAll(found);
        return page.put("has_more", more).put("url", url);
    }

    private static int limit(ObjectNode params) {
        int limit = params.path("limit").asInt(10);
        if (limit < 1 || limit > 100) {
            throw StripeError.invalid("parameter_invalid_integer", "This value must be between 1 and 100.", "limit");
        }
        return limit;
    }

    private static int indexOf(List<ObjectNode> found, ObjectNode params, String cursor, String url) {
        String id = params.get(cursor).asText();
        for (int i = 0; i < found.size(); i++) {
            if (found.get(i).get("id").asText().equals(id)) {
                return i;
            }
        }
        throw StripeError.missing(url.substring(4, url.length() - 1), id, cursor);
    }

    private static boolean asked(ObjectNode object, ObjectNode params) {
        if (params.has("created") && !inRange(object.get("created").asLong(), params.get("created"))) {
            return false;
        }
        boolean subscription = object.path("object").asText().equals("subscription");
        if (subscription
                && !params.has("status")
                && object.get("status").asText().equals("canceled")) {
            return false;
        }
        for (var filter : params.properties()) {
            if (!NOT_FILTERS.contains(filter.getKey()) && !matches(object, filter.getKey(), filter.getValue())) {
                return false;
            }
        }
        return true;
    }

    private static boolean matches(ObjectNode object, String field, JsonNode wanted) {
        if (field.equals("status") && wanted.asText().equals("all")) {
            return true;
        }
        if (field.equals("status") && wanted.asText().equals("ended")) {
            return StripeSubscriptions.ENDED.contains(object.get("status").asText());
        }
        if (field.equals("price")) {
            return object.at("/items/data/0/price/id").equals(wanted);
        }
        if (field.equals("lookup_keys")) {
            return contains(wanted, object.get("lookup_key"));
        }
        JsonNode value = object.get(field);
        if (value == null) {
            return true;
        }
        if (!wanted.isObject()) {
            return value.asText().equals(wanted.asText());
        }
        return value.isNumber() ? inRange(value.asLong(), wanted) : hasAll(value, wanted);
    }

    /** A hash of filters, like {@code payment[payment_intent]}. */
    private static boolean hasAll(JsonNode value, JsonNode wanted) {
        for (var names = wanted.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!value.path(name).asText().equals(wanted.get(name).asText())) {
                return false;
            }
        }
        return true;
    }

    private static boolean contains(JsonNode list, JsonNode value) {
        for (JsonNode each : list) {
            if (each.equals(value)) {
                return true;
            }
        }
        return false;
    }

    private static boolean inRange(long time, JsonNode range) {
        if (!range.isObject()) {
            return time == range.asLong();
        }
        LongPredicate within = any -> true;
        if (range.has("gt")) {
            within = within.and(any -> any > range.get("gt").asLong());
        }
        if (range.has("gte")) {
            within = within.and(any -> any >= range.get("gte").asLong());
        }
        if (range.has("lt")) {
            within = within.and(any -> any < range.get("lt").asLong());
        }
        if (range.has("lte")) {
            within = within.and(any -> any <= range.get("lte").asLong());
        }
        return within.test(time);
    }
}
