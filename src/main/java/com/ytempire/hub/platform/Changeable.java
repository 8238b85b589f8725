package com.ytempire.hub.platform;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A setting an operator can change while the hub runs.
 *
 * @param name stable: {@code plan.starter.channels}
 * @param group heading under which it is shown
 * @param title what it is, with its unit
 * @param usual as it stands in the hub's settings; empty for none
 * @param secret whether nobody may read it: it is sealed in the database and shown nowhere
 * @param check says what is wrong with a value; null when nothing is
 * @param actions those that change it, where it has actions of its own; null where it is changed as any other
 */
public record Changeable(
        String name,
        String group,
        String title,
        String usual,
        boolean secret,
        Function<String, String> check,
        String actions) {

    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}(\\.\\d{1,6})?");
    private static final Pattern WHOLE = Pattern.compile("\\d{1,9}");
    private static final Pattern ADDRESS = Pattern.compile("https?://[\\x21-\\x7e&&[^{}\"<>\\\\^`|]]{1,490}");
    private static final Pattern MAIL = Pattern.compile("[^\\s@,]{1,64}@[^\\s@,]{1,250}\\.[^\\s@,.]{2,}");

    /** One that is changed as any other. */
    public Changeable(
            String name, String group, String title, String usual, boolean secret, Function<String, String> check) {
        this(name, group, title, usual, secret, check, null);
    }

    /** A number of at most 9 digits and 6 places. */
    public static Changeable number(String name, String group, String title, String usual) {
        return matching(name, group, title, usual, NUMBER, "A number");
    }

    /** A whole number of at least 0. */
    public static Changeable whole(String name, String group, String title, long usual, long most) {
        return new Changeable(
                name,
                group,
                title,
                String.valueOf(usual),
                false,
                value -> WHOLE.matcher(value).matches() && new BigDecimal(value).longValue() <= most
                        ? null
                        : "A whole number up to " + most);
    }

    /** {@code true} or {@code false}. */
    public static Changeable onOff(String name, String group, String title, String usual) {
        return matching(name, group, title, usual, Pattern.compile("true|false"), "true or false");
    }

    /** An address of the web. */
    public static Changeable address(String name, String group, String title, String usual) {
        return matching(
                name,
                group,
                title,
                usual,
                ADDRESS,
                "An address begins with http:// or https:// and has no brace, quote or the like");
    }

    /** Mail addresses, by comma. */
    public static Changeable mails(String name, String group, String title, String usual) {
        return new Changeable(
                name,
                group,
                title,
                usual,
                false,
                value -> Arrays.stream(value.split(","))
                                .allMatch(each -> MAIL.matcher(each.strip()).matches())
                        ? null
                        : "Mail addresses, separated by commas");
    }

    /** What fits the pattern. */
    public static Changeable matching(
            String name, String group, String title, String usual, Pattern pattern, String otherwise) {
        return new Changeable(
                name,
                group,
                title,
                usual,
                false,
                value -> pattern.matcher(value).matches() ? null : otherwise);
    }

    /** What nobody may read. */
    public static Changeable secret(
            String name, String group, String title, String usual, Function<String, String> check) {
        return new Changeable(name, group, title, usual, true, check);
    }

    /** The same, which only these actions of its area change. */
    public Changeable changedBy(String actions) {
        return new Changeable(name, group, title, usual, secret, check, actions);
    }

    /** For the place of its group on a page. */
    public String anchor() {
        return group.toLowerCase(Locale.ROOT).replaceAll("[^a-z]+", "-");
    }

    @Override
    public String toString() {
        return name;
    }
}
