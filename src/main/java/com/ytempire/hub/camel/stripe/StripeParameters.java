package com.ytempire.hub.camel.stripe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.stripe.net.ApiRequestParams;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Message;

/** The parameters of a call, from the message that asks for it. */
final class StripeParameters {

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private StripeParameters() {}

    /**
     * Takes a Map, JSON text, or parameters of the library from the body, and the fields to expand from their header.
     * A null value empties the field at Stripe.
     *
     * @throws IllegalArgumentException when the method takes a body and this is none of them
     */
    static Map<String, Object> of(Message message, StripeMethod method) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        if (method.takesBody()) {
            parameters.putAll(body(message));
        }
        Object expand = message.getHeader(StripeConstants.EXPAND);
        if (expand instanceof Collection<?> fields) {
            parameters.put("expand", List.copyOf(fields));
        } else if (expand != null) {
            parameters.put("expand", Arrays.asList(expand.toString().strip().split("\\s*,\\s*")));
        }
        return parameters;
    }

    private static Map<String, Object> body(Message message) {
        Object body = message.getBody();
        if (body == null) {
            return Map.of();
        }
        if (body instanceof Map<?, ?> map) {
            Map<String, Object> parameters = new LinkedHashMap<>();
            map.forEach((name, value) -> parameters.put(String.valueOf(name), value));
            return parameters;
        }
        if (body instanceof ApiRequestParams parameters) {
            return parameters.toMap();
        }
        if (body instanceof CharSequence || body instanceof byte[] || body instanceof InputStream) {
            return parse(message.getBody(String.class));
        }
        throw new IllegalArgumentException("The body of a call to Stripe must be a Map or JSON text, not a "
                + body.getClass().getName());
    }

    private static Map<String, Object> parse(String text) {
        if (text.isBlank()) {
            return Map.of();
        }
        try {
            return JSON.readValue(text, new TypeReference<Map<String, Object>>() {});
        } catch (JsonProcessingException e) {
            // Without the parser's message and cause: they quote the body.
            throw new IllegalArgumentException("The body of a call to Stripe is not a JSON object");
        }
    }
}
