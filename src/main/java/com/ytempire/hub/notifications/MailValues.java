package com.ytempire.hub.notifications;

import com.ytempire.hub.platform.Amounts;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** How values of mails are written for people: amounts exact and with their currency, times with their zone. */
final class MailValues {

    /** What a value is. */
    enum Kind {
        TEXT,
        /** {@code {"amount": 9700, "currency": "usd"}} in the smallest unit, or text that ends with the currency. */
        MONEY,
        /** An instant or a date in ISO 8601, or a date already written out. */
        TIME,
        LINK,
        NUMBER
    }

    private static final Pattern MONEY_TEXT = Pattern.compile("-?[0-9][0-9.,]* [A-Z]{3}");

    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMMM uuuu", Locale.ENGLISH);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm zzz", Locale.ENGLISH);

    private MailValues() {}

    static boolean isAbsent(Object value) {
        return value == null || value instanceof String text && text.isBlank();
    }

    /** What is wrong with a value of this kind; null when nothing is. */
    static String wrong(Kind kind, Object value) {
        return switch (kind) {
            case MONEY -> isMoney(value) ? null : "is no amount with its currency";
            case LINK -> value instanceof String link && link.matches("https?://\\S+") ? null : "is no link";
            case NUMBER -> value instanceof Number ? null : "is no number";
            case TIME ->
                value instanceof String || value instanceof Instant || value instanceof LocalDate ? null : "is no time";
            case TEXT -> value instanceof Map || value instanceof Iterable ? "is no text" : null;
        };
    }

    private static boolean isMoney(Object value) {
        if (value instanceof Map<?, ?> money) {
            return (money.get("amount") instanceof Long || money.get("amount") instanceof Integer)
                    && money.get("currency") instanceof String currency
                    && currency.matches("[A-Za-z]{3}");
        }
        return value instanceof String text && MONEY_TEXT.matcher(text).matches();
    }

    /** All values as text. */
    static Map<String, Object> written(Map<String, Object> values, ZoneId zone) {
        Map<String, Object> written = new LinkedHashMap<>();
        values.forEach((name, value) -> written.put(name, value == null ? "" : written(value, zone)));
        return written;
    }

    private static String written(Object value, ZoneId zone) {
        if (value instanceof Map<?, ?> map && map.get("amount") instanceof Number amount) {
            return money(amount.longValue(), String.valueOf(map.get("currency")));
        }
        return time(value.toString(), zone);
    }

    /** {@code 1,297.00 USD}, {@code 500 JPY}. */
    static String money(long amount, String currency) {
        return Amounts.text(amount, currency);
    }

    /** What is an instant or a date is written out; all else stays as it is. */
    private static String time(String text, ZoneId zone) {
        if (text.length() < 10 || !Character.isDigit(text.charAt(0)) || text.charAt(4) != '-') {
            return text;
        }
        try {
            return text.length() == 10
                    ? DAY.format(LocalDate.parse(text))
                    : TIME.withZone(zone).format(Instant.parse(text));
        } catch (DateTimeException e) {
            return text;
        }
    }

    static Object example(MailTemplate.Field field) {
        return switch (field.kind()) {
            case MONEY -> Map.of("amount", field.name().startsWith("new_") ? 29700 : 9700, "currency", "usd");
            case LINK -> "https://hub.example.com/account";
            case NUMBER -> 30;
            case TIME -> field.name().equals("at") ? "2026-11-21T14:05:00Z" : "2026-12-21";
            case TEXT ->
                switch (field.name()) {
                    case "name" -> "Ada";
                    case "plan", "old_plan" -> "starter";
                    case "new_plan" -> "growth";
                    case "interval" -> "month";
                    case "invoice", "invoice_number" -> "YT-2026-0042";
                    case "dispute" -> "dp_1";
                    case "payment" -> "pi_1";
                    case "customer" -> "cus_1";
                    case "reason" -> "fraudulent";
                    case "subject" -> "A payment waits for a decision";
                    case "text" -> "Command 17 failed five times and is in the manual queue.";
                    default -> "Growth plan, December 2026";
                };
        };
    }
}
