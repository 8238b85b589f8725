package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads form parameters and queries, hashes and lists in bracket notation included. */
final class Forms {

    private Forms() {}

    /** Reads {@code a=1&b[c]=2&d[0][e]=3&f[]=4}; values stay text. */
    static ObjectNode parse(String form) {
        Map<String, Object> root = new LinkedHashMap<>();
        for (String pair : form.split("&")) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String key = decode(equals < 0 ? pair : pair.substring(0, equals));
                put(root, key, equals < 0 ? "" : decode(pair.substring(equals + 1)));
            }
        }
        return (ObjectNode) tree(root);
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    @SuppressWarnings("unchecked")
    private static void put(Map<String, Object> root, String key, String value) {
        List<String> path = new ArrayList<>(Arrays.asList(key.replace("]", "").split("\\[", -1)));
        Map<String, Object> at = root;
        for (int i = 0; i < path.size() - 1; i++) {
            String name = path.get(i).isEmpty() ? String.valueOf(at.size()) : path.get(i);
            Object next = at.computeIfAbsent(name, missing -> new LinkedHashMap<String, Object>());
            if (!(next instanceof Map)) {
                throw new IllegalArgumentException("Both a value and a hash: " + key);
            }
            at = (Map<String, Object>) next;
        }
        String last = path.get(path.size() - 1);
        at.put(last.isEmpty() ? String.valueOf(at.size()) : last, value);
    }

    /** Hashes whose keys are 0, 1, 2 … are lists. */
    private static JsonNode tree(Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            return TextNode.valueOf((String) value);
        }
        boolean list = !map.isEmpty()
                && map.keySet().stream().allMatch(key -> ((String) key).chars().allMatch(Character::isDigit));
        if (list) {
            ArrayNode array = Json.array();
            map.entrySet().stream()
                    .sorted(Comparator.comparingInt(entry -> Integer.parseInt((String) entry.getKey())))
                    .forEach(entry -> array.add(tree(entry.getValue())));
            return array;
        }
        ObjectNode object = Json.object();
        map.forEach((key, each) -> object.set((String) key, tree(each)));
        return object;
    }
}
