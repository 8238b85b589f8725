package com.ytempire.hub.platform;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Texts that may be kept and shown: enough to recognise what one knows, not enough to learn what one does not. */
public final class Masked {

    private static final Pattern MAIL = Pattern.compile("[^\\s@,;:<>\"'()]+@[^\\s@,;:<>\"'()]+");

    private Masked() {}

    /** {@code a…@example.com}. */
    public static String mail(String address) {
        int at = address.lastIndexOf('@');
        return at < 1 ? "…" : address.charAt(0) + "…" + address.substring(at);
    }

    /** With each mail address in it masked; null for null. */
    public static String mails(String text) {
        if (text == null || text.indexOf('@') < 0) {
            return text;
        }
        return MAIL.matcher(text).replaceAll(found -> Matcher.quoteReplacement(mail(found.group())));
    }
}
