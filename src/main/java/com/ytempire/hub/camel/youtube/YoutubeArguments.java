package com.ytempire.hub.camel.youtube;

import static com.ytempire.hub.camel.youtube.YoutubeMethod.CONTENT;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.api.client.json.GenericJson;
import com.google.api.client.json.gson.GsonFactory;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.camel.Message;

/** The arguments of one call: the endpoint's options, and over them the message's headers and body. */
final class YoutubeArguments {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final YoutubeMethod method;
    private final Map<String, Object> options;
    private final String inBody;
    private final Message message;

    /** @param inBody name of the parameter the body is; null for the method's usual one */
    YoutubeArguments(YoutubeMethod method, Map<String, Object> options, String inBody, Message message) {
        this.method = method;
        this.options = options;
        this.inBody = inBody;
        this.message = message;
    }

    /** @throws IllegalArgumentException when the header is missing */
    String channel() {
        String channel = message.getHeader(YoutubeConstants.CHANNEL, String.class);
        if (channel == null || channel.isBlank()) {
            throw new IllegalArgumentException(method + " needs a channel in header " + YoutubeConstants.CHANNEL);
        }
        return channel;
    }

    /** As the method needs it; null when it is not given. */
    Object value(String name) {
        Object given = given(name);
        return given == null ? null : convert(name, given, method.parameters().get(name));
    }

    /** @throws IllegalArgumentException when it is not given */
    <T> T required(String name, Class<T> type) {
        Object value = value(name);
        if (value == null) {
            throw new IllegalArgumentException(method + " needs " + name + ", as an option or in header "
                    + YoutubeConstants.PROPERTY_PREFIX + name);
        }
        return type.cast(value);
    }

    <T> T optional(String name, Class<T> type, T otherwise) {
        Object value = value(name);
        return value == null ? otherwise : type.cast(value);
    }

    @SuppressWarnings("unchecked")
    List<String> part() {
        return required("part", List.class);
    }

    /** The resource to send. */
    <T extends GenericJson> T content(Class<T> type) {
        return required(CONTENT, type);
    }

    /** What was given, as bytes. */
    byte[] bytes(Object given) {
        byte[] bytes = message.getExchange()
                .getContext()
                .getTypeConverter()
                .tryConvertTo(byte[].class, message.getExchange(), given);
        if (bytes == null) {
            throw new IllegalArgumentException(
                    method + " needs a file or bytes, not a " + given.getClass().getName());
        }
        return bytes;
    }

    private Object given(String name) {
        Object header = message.getHeader(YoutubeConstants.PROPERTY_PREFIX + name);
        if (header != null) {
            return header;
        }
        if (name.equals(inBody == null ? method.body() : inBody)) {
            return message.getBody();
        }
        return options.get(name);
    }

    private Object convert(String name, Object given, Class<?> type) {
        if (type == List.class) {
            return list(given);
        }
        if (type == YoutubeSession.class) {
            return session(given);
        }
        if (type == Path.class) {
            return path(given);
        }
        if (name.equals(CONTENT)) {
            return content(given, type);
        }
        if (type.isInstance(given)) {
            return given;
        }
        Object converted =
                message.getExchange().getContext().getTypeConverter().tryConvertTo(type, message.getExchange(), given);
        if (converted == null) {
            // the value is not repeated: it may be personal
            throw new IllegalArgumentException(name + " of " + method + " must be a " + type.getSimpleName());
        }
        return converted;
    }

    private static List<String> list(Object given) {
        return given instanceof Collection<?> all
                ? all.stream().map(String::valueOf).toList()
                : Arrays.asList(given.toString().strip().split("\\s*,\\s*"));
    }

    private static YoutubeSession session(Object given) {
        if (given instanceof YoutubeSession session) {
            return session;
        }
        try {
            return new YoutubeSession(URI.create(given.toString()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("Not the address of an upload"); // without the cause, which repeats it
        }
    }

    private static Path path(Object given) {
        if (given instanceof Path path) {
            return path;
        }
        return given instanceof File file ? file.toPath() : Path.of(given.toString());
    }

    private Object content(Object given, Class<?> type) {
        if (type.isInstance(given)) {
            return given;
        }
        if (given instanceof Map<?, ?> map && !(given instanceof GenericJson)) {
            return parse(json(map), type);
        }
        if (given instanceof CharSequence || given instanceof byte[] || given instanceof InputStream) {
            return parse(
                    message.getExchange()
                            .getContext()
                            .getTypeConverter()
                            .convertTo(String.class, message.getExchange(), given),
                    type);
        }
        throw new IllegalArgumentException("The body of " + method + " must be a " + type.getSimpleName()
                + ", a Map or JSON text, not a " + given.getClass().getName());
    }

    private String json(Map<?, ?> map) {
        try {
            return JSON.writeValueAsString(map);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("The body of " + method + " has values that are not JSON's");
        }
    }

    private Object parse(String text, Class<?> type) {
        try {
            return GsonFactory.getDefaultInstance().fromString(text, type);
        } catch (IOException | IllegalArgumentException e) {
            // without the parser's message and cause: they quote the body
            throw new IllegalArgumentException("The body of " + method + " is not a " + type.getSimpleName());
        }
    }
}
