package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;

/** The sandbox's one JSON mapper, and the two things done with trees in several places. */
final class Json {

    private static final ObjectMapper MAPPER = new ObjectMapper().registerModule(new JavaTimeModule());

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    static <T extends JsonNode> T tree(Object value) {
        return MAPPER.valueToTree(value);
    }

    static Map<String, Object> map(ObjectNode object) {
        return MAPPER.convertValue(object, new TypeReference<Map<String, Object>>() {});
    }

    static String write(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws IllegalArgumentException when it is not JSON */
    static JsonNode read(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Not JSON: " + e.getOriginalMessage(), e);
        }
    }

    static JsonNode resource(String path) {
        try (InputStream in = Json.class.getResourceAsStream(path)) {
            return MAPPER.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(path, e);
        }
    }

    /** Value of a text field that is present, not null and not empty. */
    static Optional<String> text(JsonNode node, String field) {
        return Optional.ofNullable(node.get(field))
                .filter(value -> !value.isNull() && !value.isContainerNode())
                .map(JsonNode::asText)
                .filter(text -> !text.isEmpty());
    }

    /**
     * What {@code before} had in those fields that {@code after} has otherwise: hashes field by field, lists whole,
     * null for what was not there. That is how Stripe writes {@code data.previous_attributes}.
     */
    static ObjectNode previous(ObjectNode before, ObjectNode after) {
        ObjectNode previous = object();
        Iterator<String> names = after.fieldNames();
        while (names.hasNext()) {
            String name = names.next();
            JsonNode was = before.get(name);
            JsonNode is = after.get(name);
            if (is.equals(was)) {
                continue;
            }
            if (was instanceof ObjectNode wasObject && is instanceof ObjectNode isObject) {
                previous.set(name, previous(wasObject, isObject));
            } else {
                previous.set(name, was);
            }
        }
        before.fieldNames().forEachRemaining(name -> {
            if (!after.has(name)) {
                previous.set(name, before.get(name));
            }
        });
        return previous;
    }
}
