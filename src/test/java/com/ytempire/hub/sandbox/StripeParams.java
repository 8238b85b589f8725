package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.google.gson.annotations.SerializedName;
import com.stripe.net.ApiRequestParams;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Holds parameters against what stripe-java's parameter classes declare, which are generated from Stripe's own
 * description of its API.
 */
final class StripeParams {

    private static final Map<Class<?>, Map<String, Type>> DECLARED = new ConcurrentHashMap<>();

    private StripeParams() {}

    /**
     * The same parameters, typed.
     *
     * @param declaring one of stripe-java's parameter classes
     * @throws StripeError for a parameter it does not know or a value of another type
     */
    static ObjectNode check(ObjectNode params, Class<?> declaring) {
        return object(params, declaring, "");
    }

    private static ObjectNode object(JsonNode given, Class<?> declaring, String path) {
        ObjectNode typed = Json.object();
        Map<String, Type> declared = DECLARED.computeIfAbsent(declaring, StripeParams::fields);
        given.properties().forEach(field -> {
            String name = path.isEmpty() ? field.getKey() : path + "[" + field.getKey() + "]";
            Type type = declared.get(field.getKey());
            if (type == null) {
                throw StripeError.invalid("parameter_unknown", "Received unknown parameter: " + name, name);
            }
            typed.set(field.getKey(), value(field.getValue(), type, name, declaring));
        });
        return typed;
    }

    private static Map<String, Type> fields(Class<?> declaring) {
        Map<String, Type> declared = new LinkedHashMap<>();
        for (Field field : declaring.getDeclaredFields()) {
            SerializedName name = field.getAnnotation(SerializedName.class);
            if (name != null && !name.value().equals(ApiRequestParams.EXTRA_PARAMS_KEY)) {
                declared.put(name.value(), field.getGenericType());
            }
        }
        return declared;
    }

    private static JsonNode value(JsonNode given, Type type, String name, Class<?> declaring) {
        if (type instanceof ParameterizedType generic) {
            if (generic.getRawType() == Map.class) {
                return hash(given, generic.getActualTypeArguments()[1], name, declaring);
            }
            expect(given, given.isArray(), "Invalid array", name);
            ArrayNode list = Json.array();
            for (int i = 0; i < given.size(); i++) {
                list.add(value(given.get(i), generic.getActualTypeArguments()[0], name + "[" + i + "]", declaring));
            }
            return list;
        }
        if (type == Object.class) {
            return union(given, name, declaring);
        }
        Class<?> raw = (Class<?>) type;
        if (raw == ApiRequestParams.EnumParam.class) {
            return clearable(given, name, declaring);
        }
        if (raw == String.class || raw.isEnum() || Number.class.isAssignableFrom(raw) || raw == Boolean.class) {
            return scalar(given, raw, name);
        }
        return object(expect(given, given.isObject(), "Invalid object", name), raw, name);
    }

    /** Names and values, or an empty text that takes all of them out. */
    private static JsonNode hash(JsonNode given, Type values, String name, Class<?> declaring) {
        if (!given.isObject()) {
            return expect(given, given.asText("?").isEmpty(), "Invalid hash", name);
        }
        ObjectNode typed = Json.object();
        given.properties().forEach(field -> {
            String of = name + "[" + field.getKey() + "]";
            typed.set(
                    field.getKey(),
                    values == Object.class ? field.getValue() : value(field.getValue(), values, of, declaring));
        });
        return typed;
    }

    /**
     * A union: empty text, plain text, a time, or what the nested type of the parameter's name allows when there is
     * one.
     */
    private static JsonNode union(JsonNode given, String name, Class<?> declaring) {
        String last = name.replaceAll(".*\\[|\\]", "").replace("_", "");
        if (given.isArray()) {
            return elements(given, last, name, declaring);
        }
        if (given.isObject() && last.equals("metadata")) {
            return hash(given, String.class, name, declaring);
        }
        Class<?> nested = Arrays.stream(declaring.getDeclaredClasses())
                .filter(type -> type.getSimpleName().equalsIgnoreCase(last))
                .findFirst()
                .orElse(null);
        if (given.isObject()) {
            expect(given, nested == null || !nested.isEnum(), "Invalid string", name);
            return nested == null ? given : object(given, nested, name);
        }
        String text = given.asText();
        boolean number = text.matches("\\d{1,18}");
        if (nested != null && !text.isEmpty() && !number) {
            boolean flag = nested.isEnum() && (text.equals("true") || text.equals("false"));
            expect(given, nested.isEnum(), "Invalid object", name);
            return flag ? given : scalar(given, nested, name);
        }
        boolean time = last.equals("created") || last.equals("trialend") || last.equals("cancelat");
        return time && number ? LongNode.valueOf(Long.parseLong(text)) : given;
    }

    /** A list within a union: its elements are of the nested class of the parameter's name in the singular. */
    private static JsonNode elements(JsonNode given, String last, String name, Class<?> declaring) {
        for (Class<?> nested : declaring.getDeclaredClasses()) {
            boolean named = (nested.getSimpleName() + "s").equalsIgnoreCase(last) && !nested.isEnum();
            if (named && given.path(0).isObject()) {
                ArrayNode list = Json.array();
                for (int i = 0; i < given.size(); i++) {
                    String element = name + "[" + i + "]";
                    list.add(object(
                            expect(given.get(i), given.get(i).isObject(), "Invalid object", element), nested, element));
                }
                return list;
            }
        }
        return given;
    }

    /** One of an enum's values, or an empty text that unsets it. */
    private static JsonNode clearable(JsonNode given, String name, Class<?> declaring) {
        String last = name.replaceAll(".*\\[|\\]", "").replace("_", "");
        for (Class<?> nested : declaring.getDeclaredClasses()) {
            if (nested.isEnum()
                    && nested.getSimpleName().equalsIgnoreCase(last)
                    && !given.asText("?").isEmpty()) {
                return scalar(given, nested, name);
            }
        }
        return scalar(given, String.class, name);
    }

    private static JsonNode scalar(JsonNode given, Class<?> type, String name) {
        expect(given, !given.isContainerNode(), "Invalid string", name);
        String text = given.asText();
        if (type == Boolean.class) {
            expect(given, text.equals("true") || text.equals("false"), "Invalid boolean: " + text, name);
            return BooleanNode.valueOf(text.equals("true"));
        }
        if (type == Long.class) {
            if (!text.matches("-?\\d{1,18}")) {
                throw StripeError.invalid("parameter_invalid_integer", "Invalid integer: " + text, name);
            }
            return LongNode.valueOf(Long.parseLong(text));
        }
        if (Number.class.isAssignableFrom(type)) {
            try {
                return TextNode.valueOf(new BigDecimal(text).toPlainString());
            } catch (NumberFormatException e) {
                throw StripeError.invalid("parameter_invalid_decimal", "Invalid decimal: " + text, name);
            }
        }
        if (type.isEnum()) {
            List<String> allowed = Arrays.stream(type.getEnumConstants())
                    .map(constant -> ((ApiRequestParams.EnumParam) constant).getValue())
                    .toList();
            expect(given, allowed.contains(text), "Invalid " + name + ": must be one of " + allowed, name);
        }
        return TextNode.valueOf(text);
    }

    private static JsonNode expect(JsonNode given, boolean right, String message, String name) {
        if (!right) {
            throw StripeError.invalid(null, message, name);
        }
        return given;
    }
}
