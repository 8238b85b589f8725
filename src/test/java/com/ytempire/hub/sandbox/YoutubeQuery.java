package com.ytempire.hub.sandbox;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The parameters of a request to YouTube: unknown, doubled and missing ones are refused. */
final class YoutubeQuery {

    private static final Set<String> COMMON = Set.of("alt", "fields", "prettyPrint", "quotaUser");
    private static final Set<String> LISTS = Set.of("part", "id", "type");

    private final Map<String, List<String>> values = new LinkedHashMap<>();

    YoutubeQuery(String query) {
        for (String pair : query.split("&")) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = decode(equals < 0 ? pair : pair.substring(0, equals));
                values.computeIfAbsent(name, first -> new ArrayList<>())
                        .add(equals < 0 ? "" : decode(pair.substring(equals + 1)));
            }
        }
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    /** @throws YoutubeError for a parameter the method does not have */
    YoutubeQuery known(String... names) {
        values.forEach((name, given) -> {
            if (!COMMON.contains(name) && !Arrays.asList(names).contains(name)) {
                throw YoutubeError.malformed("Unknown name \"" + name + "\": Cannot bind query parameter.");
            }
            if (given.size() > 1 && !LISTS.contains(name)) {
                throw YoutubeError.malformed("Parameter " + name + " is given more than once.");
            }
        });
        return this;
    }

    Optional<String> one(String name) {
        return Optional.ofNullable(values.get(name)).map(all -> all.get(0)).filter(text -> !text.isEmpty());
    }

    String required(String name) {
        return one(name)
                .orElseThrow(() ->
                        YoutubeError.of(400, "global", "missingRequiredParameter", "Required parameter: " + name));
    }

    /** Repeated or separated by commas. */
    Set<String> all(String name) {
        Set<String> all = new LinkedHashSet<>();
        values.getOrDefault(name, List.of()).forEach(text -> all.addAll(Arrays.asList(text.split(","))));
        all.remove("");
        return all;
    }

    boolean flag(String name) {
        String text = one(name).orElse("false");
        if (!text.equals("true") && !text.equals("false")) {
            throw YoutubeError.malformed("Invalid value at '" + name + "' (TYPE_BOOL)");
        }
        return text.equals("true");
    }

    int number(String name, int otherwise, int least, int most) {
        String text = one(name).orElse(String.valueOf(otherwise));
        if (!text.matches("\\d{1,9}") || Integer.parseInt(text) < least || Integer.parseInt(text) > most) {
            throw YoutubeError.of(
                    400,
                    "global",
                    "invalidParameter",
                    "Invalid value '" + text + "'. Values must be within the range: [" + least + ", " + most + "]");
        }
        return Integer.parseInt(text);
    }

    /** The parts asked for, of those there are. */
    Set<String> parts(Set<String> known) {
        required("part");
        Set<String> parts = all("part");
        for (String part : parts) {
            if (!known.contains(part)) {
                throw YoutubeError.of(400, "youtube.part", "unknownPart", part);
            }
        }
        return parts;
    }
}
