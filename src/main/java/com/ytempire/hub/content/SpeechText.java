package com.ytempire.hub.content;

import com.ytempire.hub.platform.WrittenText;
import java.nio.charset.StandardCharsets;
import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;
import org.apache.commons.codec.digest.DigestUtils;

/** What a text is made of, for those who speak it. */
final class SpeechText {

    private static final int MILLIS = 1000;

    private SpeechText() {}

    /** The size of a text as UTF-8. */
    static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    static int characters(String text) {
        return text.codePointCount(0, text.length());
    }

    /**
     * Parts that are not larger than allowed, as few as possible: cut between sentences; inside one that is too large,
     * between words; inside a word that is too large, between characters as people see them.
     *
     * @param size of a text, the larger the longer
     */
    static List<String> split(String text, ToIntFunction<String> size, int most) {
        return split(text.strip(), size, most, 0);
    }

    private static List<String> split(String text, ToIntFunction<String> size, int most, int level) {
        if (size.applyAsInt(text) <= most) {
            return text.isBlank() ? List.of() : List.of(text.strip());
        }
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        for (String piece : pieces(text, level)) {
            if (size.applyAsInt((part + piece).strip()) <= most) {
                part.append(piece);
                continue;
            }
            add(parts, part);
            if (size.applyAsInt(piece.strip()) <= most) {
                part.append(piece);
            } else {
                List<String> smaller = split(piece.strip(), size, most, level + 1);
                parts.addAll(smaller.subList(0, smaller.size() - 1));
                part.append(smaller.get(smaller.size() - 1)).append(' ');
            }
        }
        add(parts, part);
        return parts;
    }

    private static void add(List<String> parts, StringBuilder part) {
        if (!part.toString().isBlank()) {
            parts.add(part.toString().strip());
        }
        part.setLength(0);
    }

    private static List<String> pieces(String text, int level) {
        return switch (level) {
            case 0 -> WrittenText.pieces(text, BreakIterator.getSentenceInstance(Locale.ROOT));
            case 1 -> WrittenText.pieces(text, BreakIterator.getLineInstance(Locale.ROOT));
            case 2 -> WrittenText.pieces(text, BreakIterator.getCharacterInstance(Locale.ROOT));
            default -> text.codePoints().mapToObj(Character::toString).toList();
        };
    }

    static List<String> sentences(String text) {
        return pieces(text, 0).stream()
                .map(String::strip)
                .filter(sentence -> !sentence.isEmpty())
                .toList();
    }

    /** As a listener hears it: blanks, capital letters and the full stop make no difference. */
    static String heard(String text) {
        return text.strip()
                .replaceAll("\\s+", " ")
                .replace('’', '\'')
                .replaceAll("[.!]+$", "")
                .toLowerCase(Locale.ROOT);
    }

    static boolean canBeSpoken(String text) {
        return text.codePoints().anyMatch(Character::isLetterOrDigit);
    }

    /**
     * How long it would take to speak.
     *
     * @param pace letters in a second
     */
    static long millis(String text, int pace) {
        return Math.max(MILLIS, (long) WrittenText.spokenLength(text) * MILLIS / pace);
    }

    static String hash(String text) {
        return DigestUtils.sha256Hex(text);
    }
}
