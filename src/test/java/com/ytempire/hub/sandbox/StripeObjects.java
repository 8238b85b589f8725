package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * All of the account's objects, each with the fields of every API version at once; {@link StripeShape} takes away what
 * a version does not have. Not thread-safe: {@link StripeVendor} holds its lock around every use.
 */
final class StripeObjects {

    private static final JsonNode TEMPLATES = Json.resource("/sandbox/stripe-objects.json");
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Map<String, Map<String, ObjectNode>> byType = new LinkedHashMap<>();
    private final StripeTime time;

    StripeObjects(StripeTime time) {
        this.time = time;
    }

    /** An id nobody can guess. */
    static String newId(String prefix) {
        StringBuilder id = new StringBuilder(prefix);
        for (int i = 0; i < 24; i++) {
            id.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
        }
        return id.toString();
    }

    /** An object with the fields every new one has, not stored yet. */
    ObjectNode draft(String type, String id) {
        ObjectNode object = TEMPLATES.get(type).deepCopy();
        object.put("id", id);
        if (object.has("created")) {
            object.put("created", time.epochSecond());
        }
        if (object.has("updated")) {
            object.put("updated", time.epochSecond());
        }
        return object;
    }

    void add(ObjectNode object) {
        objects(object.get("object").asText()).put(object.get("id").asText(), object);
    }

    Optional<ObjectNode> find(String type, String id) {
        return Optional.ofNullable(objects(type).get(id));
    }

    /** @throws StripeError 404 (400 when it is named in another parameter than the path) */
    ObjectNode get(String type, String id, String param) {
        return find(type, id)
                .filter(object -> !object.has("deleted"))
                .orElseThrow(() -> StripeError.missing(type.replace('_', ' '), id, param));
    }

    ObjectNode get(String type, String id) {
        return get(type, id, "id");
    }

    /** Whatever has this id. */
    Optional<ObjectNode> byId(String id) {
        return byType.values().stream()
                .map(objects -> objects.get(id))
                .filter(Objects::nonNull)
                .findFirst();
    }

    void remove(String type, String id) {
        objects(type).remove(id);
    }

    /** Newest first, without deleted ones. */
    List<ObjectNode> newestFirst(String type) {
        List<ObjectNode> all = new ArrayList<>(oldestFirst(type));
        Collections.reverse(all);
        return all;
    }

    /** In the order of their creation, without deleted ones. */
    List<ObjectNode> oldestFirst(String type) {
        return objects(type).values().stream()
                .filter(object -> !object.has("deleted"))
                .toList();
    }

    Map<String, Integer> counts() {
        Map<String, Integer> counts = new LinkedHashMap<>();
        byType.forEach((type, objects) -> counts.put(type, objects.size()));
        return counts;
    }

    private Map<String, ObjectNode> objects(String type) {
        return byType.computeIfAbsent(type, each -> new LinkedHashMap<>());
    }
}
