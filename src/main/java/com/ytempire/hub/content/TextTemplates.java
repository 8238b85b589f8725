package com.ytempire.hub.content;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** Texts of the hub itself, by type and style. They need nobody and always fit YouTube's limits. */
@Component
class TextTemplates {

    private static final String FOLDER = "/content/templates/";
    private static final int LONGEST_TOPIC = 70;
    private static final int LONGEST_TAGS = 500;
    private static final int MOST_TAGS = 15;
    private static final Set<String> NOT_A_TAG = Set.of(
            "about", "after", "again", "also", "because", "been", "before", "being", "between", "both", "could", "does",
            "each", "from", "have", "having", "here", "into", "just", "like", "more", "most", "much", "only", "other",
            "over", "same", "should", "some", "such", "than", "that", "their", "them", "then", "there", "these", "they",
            "this", "those", "through", "under", "until", "very", "want", "were", "what", "when", "where", "which",
            "while", "will", "with", "would", "your", "you're", "write", "make", "please", "script", "video",
            "youtube");

    private final Map<String, String> read = new ConcurrentHashMap<>();

    String fill(TextRequest request) {
        return request.type() == TextRequest.Type.TAGS
                ? tags(request.prompt())
                : template(request.type().column(), request.style()).replace("{topic}", topic(request.prompt()));
    }

    private String template(String type, String style) {
        String named = style == null ? "" : style.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
        return read.computeIfAbsent(type + "-" + named, name -> {
            String text = load(name);
            return text == null ? load(type) : text;
        });
    }

    private static String load(String name) {
        try (InputStream in = TextTemplates.class.getResourceAsStream(FOLDER + name + ".txt")) {
            return in == null ? null : new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new IllegalStateException("a template of the jar cannot be read", e);
        }
    }

    /** The first sentence, as long as a title may carry, cut between words. */
    static String topic(String prompt) {
        String first = PromptCompactor.compact(prompt)
                .split("(?<=[.!?])\\s|\\R", 2)[0]
                .replaceAll("[.!?]+$", "")
                .strip();
        if (first.codePointCount(0, first.length()) <= LONGEST_TOPIC) {
            return first;
        }
        String cut = first.substring(0, first.offsetByCodePoints(0, LONGEST_TOPIC));
        int space = cut.lastIndexOf(' ');
        return space > 0 ? cut.substring(0, space) : cut;
    }

    /** The words that stand out, most frequent first. */
    private static String tags(String prompt) {
        Map<String, Long> words = Arrays.stream(prompt.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}'-]+"))
                .filter(word -> word.codePointCount(0, word.length()) >= 4 && !NOT_A_TAG.contains(word))
                .collect(Collectors.groupingBy(word -> word, LinkedHashMap::new, Collectors.counting()));
        StringBuilder tags = new StringBuilder();
        words.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .limit(MOST_TAGS)
                .map(Map.Entry::getKey)
                .filter(word -> tags.length() + word.length() + 2 <= LONGEST_TAGS)
                .forEach(word -> tags.append(tags.isEmpty() ? "" : ", ").append(word));
        return tags.isEmpty() ? topic(prompt).toLowerCase(Locale.ROOT) : tags.toString();
    }
}
