package com.ytempire.hub.platform;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Texts that may be kept and shown: enough to recognise what one knows, not enough to learn what one does not. */
public final class Masked {

    private static final Pattern MAIL = Pattern.compile("([^\\s@,;:<>\"'()])[^\\s@,;:<>\"'()]*(@[^\\s@,;:<>\"'()]+)");

    private Masked() {}

    /** With {@code a…@example.com} for each mail address in it; null for null. */
    public static String mails(String text) {
        if (text == null || text.indexOf('@') < 0) {
            return text;
        }
        Matcher mails = MAIL.matcher(text);
        return mails.replaceAll(found -> Matcher.quoteReplacement(found.group(1) + "…" + found.group(2)));
    }
}
