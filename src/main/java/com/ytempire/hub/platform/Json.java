package com.ytempire.hub.platform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** JSON of the hub's own, which can always be written and read: what it made of its records, and what jsonb columns hold. */
public final class Json {

    private Json() {}

    /** @throws IllegalArgumentException when the value is no JSON, which is an error of the program */
    public static String text(ObjectMapper json, Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a value that is no JSON", e);
        }
    }

    /** The same JSON in UTF-8; not to the byte what {@link #text} is: characters beyond U+FFFF are written as escapes. */
    public static byte[] bytes(ObjectMapper json, Object value) {
        try {
            return json.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a value that is no JSON", e);
        }
    }

    /** @throws IllegalStateException when it is no JSON; a jsonb column always is */
    public static JsonNode tree(ObjectMapper json, String text) {
        return read(json, text, new TypeReference<>() {});
    }

    /** @throws IllegalStateException when it is no JSON of that type */
    public static <T> T read(ObjectMapper json, String text, TypeReference<T> type) {
        try {
            return json.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("jsonb is always JSON", e);
        }
    }
}
