package com.ytempire.hub.platform;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What written text is made of, in any script. */
public final class WrittenText {

    /** A syllable sign takes as long as three letters. */
    private static final int LETTERS_OF_A_SIGN = 3;

    private static final Pattern BLANK = Pattern.compile("[\\p{Cc}\\p{Zs}\\p{Zl}\\p{Zp}]+");

    /** Formats but those that join letters, private and unassigned characters. */
    private static final Pattern UNSEEN = Pattern.compile("[[\\p{Cf}\\p{Co}\\p{Cn}\\p{Cs}]&&[^\\x{200C}\\x{200D}]]");

    /** Forms and skins. */
    private static final Pattern VARIANT = Pattern.compile("[\\x{FE0E}\\x{FE0F}\\x{1F3FB}-\\x{1F3FF}]");

    private WrittenText() {}

    /** All of it, cut where the iterator breaks. */
    public static List<String> pieces(String text, BreakIterator breaks) {
        List<String> pieces = new ArrayList<>();
        breaks.setText(text);
        int from = breaks.first();
        for (int to = breaks.next(); to != BreakIterator.DONE; to = breaks.next()) {
            pieces.add(text.substring(from, to));
            from = to;
        }
        return pieces;
    }

    /** What is seen of it, with single spaces. */
    public static String seen(String text) {
        return UNSEEN.matcher(BLANK.matcher(text).replaceAll(" "))
                .replaceAll("")
                .strip();
    }

    /** Without the variants of emoji, which are of no use to fonts with one colour. */
    public static String withoutVariants(String text) {
        return VARIANT.matcher(text).replaceAll("");
    }

    /** How many letters take as long to be spoken. */
    public static int spokenLength(String text) {
        return text.codePoints().map(c -> isSyllable(c) ? LETTERS_OF_A_SIGN : 1).sum();
    }

    /** Whether a sign of the text stands for a syllable, not for a sound. */
    public static boolean isSyllable(int c) {
        return switch (Character.UnicodeScript.of(c)) {
            case HAN, HIRAGANA, KATAKANA, HANGUL -> true;
            default -> false;
        };
    }
}
