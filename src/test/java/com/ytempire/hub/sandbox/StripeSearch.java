package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stripe's search: {@code metadata['user_id']:'7' AND status:'active'}. Finds what changed a moment ago, which the real
 * one may take a minute for.
 */
final class StripeSearch {

    private static final Map<String, Set<String>> FIELDS = Map.of(
            "customer", Set.of("created", "email", "metadata", "name", "phone"),
            "subscription", Set.of("canceled_at", "created", "metadata", "status"),
            "invoice",
                    Set.of(
                            "created",
                            "currency",
                            "customer",
                            "metadata",
                            "number",
                            "receipt_number",
                            "status",
                            "subscription",
                            "total"),
            "payment_intent", Set.of("amount", "created", "currency", "customer", "metadata", "status"),
            "charge", Set.of("amount", "created", "currency", "customer", "disputed", "metadata", "refunded", "status"),
            "price", Set.of("active", "currency", "lookup_key", "metadata", "product", "type"),
            "product", Set.of("active", "description", "metadata", "name", "shippable", "url"));

    private static final Pattern CLAUSE = Pattern.compile(
            "\\s*(?<not>-?)(?<field>\\w+)(\\[(?<q>['\"])(?<key>.+?)\\k<q>])?"
                    + "\\s*(?<op>:|~|>=|<=|>|<)\\s*(?<value>\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*'|[\\w.+-]+)\\s*");

    private static final Pattern JOINT = Pattern.compile("(?i)(AND|OR)\\s+");

    private final StripeObjects objects;

    StripeSearch(StripeObjects objects) {
        this.objects = objects;
    }

    ObjectNode search(String type, ObjectNode params) {
        Predicate<JsonNode> wanted = parse(type, StripeCatalog.required(params, "query"));
        List<ObjectNode> found =
                objects.newestFirst(type).stream().filter(wanted).toList();
        int limit = params.path("limit").asInt(10);
        int from = Math.min(params.path("page").asInt(0), found.size());
        int to = Math.min(from + limit, found.size());
        ObjectNode page = Json.object().put("object", "search_result");
        page.putArray("data").addAll(found.subList(from, to));
        page.put("has_more", to < found.size()).put("next_page", to < found.size() ? String.valueOf(to) : null);
        return page.put("url", "/v1/" + StripeVendor.plural(type) + "/search");
    }

    private static Predicate<JsonNode> parse(String type, String query) {
        List<Predicate<JsonNode>> clauses = new ArrayList<>();
        Matcher clause = CLAUSE.matcher(query);
        Matcher joint = JOINT.matcher(query);
        String how = null;
        int at = 0;
        while (true) {
            if (!clause.region(at, query.length()).lookingAt()) {
                throw unreadable(query);
            }
            clauses.add(clause(type, clause));
            at = clause.end();
            if (at == query.length()) {
                break;
            }
            if (!joint.region(at, query.length()).lookingAt()) {
                throw unreadable(query);
            }
            String word = joint.group(1).toUpperCase(Locale.ROOT);
            if (how != null && !how.equals(word)) {
                throw StripeError.invalid(null, "You can't combine AND and OR in one search query.", "query");
            }
            how = word;
            at = joint.end();
        }
        boolean any = "OR".equals(how);
        return object -> any
                ? clauses.stream().anyMatch(each -> each.test(object))
                : clauses.stream().allMatch(each -> each.test(object));
    }

    private static StripeError unreadable(String query) {
        return StripeError.invalid(null, "We were unable to parse your search query: " + query, "query");
    }

    private static Predicate<JsonNode> clause(String type, Matcher clause) {
        String field = clause.group("field");
        if (!FIELDS.get(type).contains(field)) {
            throw StripeError.invalid(
                    null,
                    "Field `" + field + "` is an unsupported search field for resource `" + type + "s`.",
                    "query");
        }
        String key = clause.group("key");
        String op = clause.group("op");
        String given = clause.group("value");
        boolean nothing = given.equals("null");
        String value = given.matches("(?s)['\"].*") ? unquoted(given) : given;
        Predicate<JsonNode> holds = object -> {
            JsonNode actual =
                    key == null ? object.path(field) : object.path(field).path(key);
            return nothing
                    ? actual.isNull() || actual.isMissingNode()
                    : !actual.isNull() && !actual.isMissingNode() && compares(actual, op, value);
        };
        return clause.group("not").isEmpty() ? holds : holds.negate();
    }

    private static String unquoted(String given) {
        return given.substring(1, given.length() - 1).replaceAll("\\\\(.)", "$1");
    }

    private static boolean compares(JsonNode actual, String op, String value) {
        return switch (op) {
            case ":" -> actual.asText().equalsIgnoreCase(value);
            case "~" -> actual.asText().toLowerCase(Locale.ROOT).contains(value.toLowerCase(Locale.ROOT));
            case ">" -> actual.asLong() > Long.parseLong(value);
            case ">=" -> actual.asLong() >= Long.parseLong(value);
            case "<" -> actual.asLong() < Long.parseLong(value);
            default -> actual.asLong() <= Long.parseLong(value);
        };
    }
}
