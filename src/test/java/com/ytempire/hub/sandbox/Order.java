package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** What someone asks of the sandbox: JSON whose every field must be known; refusals say what was expected. */
final class Order {

    private static final List<String> VENDORS = List.of(
            StripeVendor.NAME,
            WebSubVendor.NAME,
            YoutubeVendor.NAME,
            N8nVendor.NAME,
            ResendVendor.NAME,
            MixpanelVendor.NAME,
            AmplitudeVendor.NAME,
            GoogleSpeechVendor.NAME,
            ElevenLabsVendor.NAME,
            OpenAiVendor.NAME,
            StabilityVendor.NAME,
            PexelsVendor.NAME,
            PixabayVendor.NAME,
            ShutterstockVendor.NAME);

    private final JsonNode given;

    /** @throws IllegalArgumentException for what is no JSON object or has a field not named here */
    Order(String text, String... known) {
        given = Json.read(text.isBlank() ? "{}" : text);
        if (!given.isObject()) {
            throw new IllegalArgumentException("A JSON object is expected");
        }
        known(known);
    }

    /** Narrows what is allowed, once the kind of the order is known. */
    void known(String... names) {
        for (Iterator<String> all = given.fieldNames(); all.hasNext(); ) {
            String name = all.next();
            if (!List.of(names).contains(name)) {
                throw new IllegalArgumentException(
                        "Unknown field " + name + "; known here: " + String.join(", ", names));
            }
        }
    }

    boolean has(String field) {
        return given.has(field);
    }

    Optional<String> text(String field) {
        if (given.has(field) && !given.get(field).isTextual()) {
            throw new IllegalArgumentException(field + " must be a text");
        }
        return Json.text(given, field);
    }

    String required(String field) {
        return text(field).orElseThrow(() -> new IllegalArgumentException(field + " is missing"));
    }

    String oneOf(String field, List<String> allowed) {
        String value = required(field);
        if (!allowed.contains(value)) {
            throw new IllegalArgumentException(field + " must be one of " + String.join(", ", allowed));
        }
        return value;
    }

    String vendor() {
        return oneOf("vendor", VENDORS);
    }

    long number(String field, long otherwise, long least) {
        if (!given.has(field)) {
            return otherwise;
        }
        if (!given.get(field).canConvertToExactIntegral() || given.get(field).asLong() < least) {
            throw new IllegalArgumentException(field + " must be a whole number, at least " + least);
        }
        return given.get(field).asLong();
    }

    int count(String field) {
        return Math.toIntExact(Math.min(number(field, 1, 1), Integer.MAX_VALUE));
    }

    Optional<Boolean> flag(String field) {
        if (given.has(field) && !given.get(field).isBoolean()) {
            throw new IllegalArgumentException(field + " must be true or false");
        }
        return Optional.ofNullable(given.get(field)).map(JsonNode::asBoolean);
    }

    /** ISO 8601, as in PT30S, P3D or P1M; months and years are counted from now. */
    Duration duration(String field, Instant now) {
        String text = required(field);
        try {
            if (text.matches("(?i)P[^T]*[YM][^T]*")) {
                return Duration.between(
                        now,
                        now.atOffset(ZoneOffset.UTC).plus(Period.parse(text)).toInstant());
            }
            return Duration.parse(text.matches("(?i)P\\d+W") ? weeks(text) : text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(field + " must be an ISO 8601 duration like PT30S, P3D or P1M", e);
        }
    }

    private static String weeks(String text) {
        return "P" + 7 * Long.parseLong(text.substring(1, text.length() - 1)) + "D";
    }

    List<String> texts(String field) {
        if (!given.path(field).isArray()) {
            throw new IllegalArgumentException(field + " must be a list of texts");
        }
        List<String> texts = new ArrayList<>();
        given.get(field).forEach(each -> texts.add(each.asText()));
        return texts;
    }

    ObjectNode object(String field) {
        if (given.has(field) && !given.get(field).isObject()) {
            throw new IllegalArgumentException(field + " must be a JSON object");
        }
        return given.has(field) ? (ObjectNode) given.get(field) : Json.object();
    }
}
