package com.ytempire.hub.youtube;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Makes the words about a video fit what YouTube takes, by the reference of the video resource: a title of 100
 * characters, a description of 5,000 bytes, neither with angle brackets, and tags of 500 characters in all, of which
 * one with a space counts two more and each but the first one more for its comma.
 */
final class UploadText {

    private static final int LONGEST_TITLE = 100;
    private static final int LONGEST_DESCRIPTION = 5000;
    private static final int LONGEST_TAGS = 500;
    private static final int QUOTES = 2;
    private static final String ELLIPSIS = "…";

    private UploadText() {}

    static String title(String wanted) {
        String title = plain(wanted).replaceAll("\\s+", " ").strip();
        if (title.isEmpty()) {
            return ELLIPSIS;
        }
        return title.codePointCount(0, title.length()) <= LONGEST_TITLE
                ? title
                : title.substring(0, title.offsetByCodePoints(0, LONGEST_TITLE - 1))
                                .strip()
                        + ELLIPSIS;
    }

    /** @param credits are kept whole: what is too long is cut from the description, and only then from them */
    static String description(String wanted, String credits) {
        String text = plain(wanted == null ? "" : wanted).strip();
        if (credits == null || credits.isBlank()) {
            return cut(text, LONGEST_DESCRIPTION);
        }
        String below = cut(plain(credits).strip(), LONGEST_DESCRIPTION);
        String gap = text.isEmpty() ? "" : "\n\n";
        int room = LONGEST_DESCRIPTION - below.getBytes(UTF_8).length - gap.length();
        return room < 1 ? below : cut(text, room) + gap + below;
    }

    /** Without doubles, the first ones first. @param room what has to be left for the marker */
    static List<String> tags(List<String> wanted, int room) {
        Map<String, String> fitting = new LinkedHashMap<>();
        int left = LONGEST_TAGS - room;
        for (String each : wanted) {
            String tag = plain(each)
                    .replace(',', ' ')
                    .replace('"', ' ')
                    .replaceAll("\\s+", " ")
                    .strip();
            int length = length(tag);
            String key = tag.toLowerCase(Locale.ROOT);
            if (!tag.isEmpty() && length <= left && !fitting.containsKey(key)) {
                fitting.put(key, tag);
                left -= length;
            }
        }
        return List.copyOf(fitting.values());
    }

    /** The same tags and the marker, first: it must not be the one that is cut off. */
    static List<String> marked(List<String> tags, String marker) {
        List<String> all = new ArrayList<>();
        all.add(marker);
        all.addAll(tags);
        return all;
    }

    /** How much of the limit a tag takes, its comma included. */
    static int length(String tag) {
        return tag.length() + (tag.indexOf(' ') >= 0 ? QUOTES : 0) + 1;
    }

    private static String plain(String text) {
        return text.replace("\u0000", "").replaceAll("[<>]", "");
    }

    private static String cut(String text, int bytes) {
        if (text.getBytes(UTF_8).length <= bytes) {
            return text;
        }
        int room = bytes - ELLIPSIS.getBytes(UTF_8).length;
        int end = 0;
        int used = 0;
        while (end < text.length()) {
            int point = text.codePointAt(end);
            int size = Character.toString(point).getBytes(UTF_8).length;
            if (used + size > room) {
                break;
            }
            used += size;
            end += Character.charCount(point);
        }
        return room < 0 ? "" : text.substring(0, end).strip() + ELLIPSIS;
    }
}
