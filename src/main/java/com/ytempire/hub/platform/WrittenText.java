package com.ytempire.hub.platform;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;

/** What written text is made of, in any script. */
public final class WrittenText {

    /** A syllable sign takes as long as three letters. */
    private static final int LETTERS_OF_A_SIGN = 3;

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
