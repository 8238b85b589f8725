package com.ytempire.hub.videos;

import java.nio.charset.StandardCharsets;
import java.text.BreakIterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Texts as YouTube takes them (developers.google.com/youtube/v3/docs/videos): a title of at most 100 characters, a
 * description of at most 5,000 bytes, tags of at most 500 characters together, no angle brackets in any.
 */
final class VideoText {

    static final int LONGEST_TITLE = 100;
    static final int LONGEST_DESCRIPTION = 5000;

    /** A tag with a blank is counted with quotation marks, and each but the last with a comma. */
    private static final int LONGEST_TAGS = 500;

    private static final int FRAME_OF_A_TAG = 3;

    private VideoText() {}

    /** The first line that says something, without the quotation marks models like to add. */
    static String title(String text) {
        String line = text.lines()
                .map(String::strip)
                .filter(one -> !one.isEmpty())
                .findFirst()
                .orElse("");
        String bare = line.replaceAll("[<>\\p{Cntrl}]", "")
                .replaceAll("^[\"“”«»#*\\s]+|[\"“”«»*\\s]+$", "")
                .strip();
        return cut(bare, LONGEST_TITLE);
    }

    static String description(String text) {
        String bare = text.replaceAll("[<>\u0000]", "").strip();
        while (bare.getBytes(StandardCharsets.UTF_8).length > LONGEST_DESCRIPTION) {
            bare = cut(bare, bare.length() - Math.max(1, bare.length() / 20)).strip();
        }
        return bare;
    }

    /** As many as fit, each once. */
    static List<String> tags(String text) {
        Set<String> tags = new LinkedHashSet<>();
        int length = 0;
        for (String part : text.split("[,\\n]")) {
            String tag = part.replaceAll("[<>\"\\p{Cntrl}]", "")
                    .replaceAll("^[#*\\-\\s]+", "")
                    .strip();
            int more = tag.length() + FRAME_OF_A_TAG;
            if (!tag.isEmpty() && length + more <= LONGEST_TAGS && tags.add(tag.toLowerCase(Locale.ROOT))) {
                length += more;
            }
        }
        return List.copyOf(tags);
    }

    /** At most so many UTF-16 units, never in the middle of what people see as one character. */
    static String cut(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        BreakIterator characters = BreakIterator.getCharacterInstance(Locale.ROOT);
        characters.setText(text);
        int end = characters.isBoundary(most) ? most : characters.preceding(most);
        return text.substring(0, Math.max(0, end)).strip();
    }
}
