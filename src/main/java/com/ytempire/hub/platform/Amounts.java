package com.ytempire.hub.platform;

import java.math.BigDecimal;
import java.util.Currency;
import java.util.Locale;
import java.util.Map;

/** Amounts in the smallest unit of their currency, as people read them. */
public final class Amounts {

    /** Where Stripe counts otherwise than ISO 4217 (docs.stripe.com/currencies#special-cases). */
    private static final Map<String, Integer> DIGITS_AT_STRIPE = Map.of("ISK", 2, "UGX", 2, "MGA", 0);

    private Amounts() {}

    /** {@code 1,297.00 USD}, {@code 500 JPY}. */
    public static String text(long amount, String currency) {
        String code = currency.toUpperCase(Locale.ROOT);
        int digits = digits(code);
        return grouped(BigDecimal.valueOf(amount, digits).toPlainString()) + " " + code;
    }

    /** A comma before every third of the digits in front of the point; formatting by a pattern takes far longer. */
    private static String grouped(String number) {
        int point = number.indexOf('.');
        StringBuilder text = new StringBuilder(number);
        int first = number.charAt(0) == '-' ? 1 : 0;
        for (int i = (point < 0 ? number.length() : point) - 3; i > first; i -= 3) {
            text.insert(i, ',');
        }
        return text.toString();
    }

    private static int digits(String code) {
        Integer special = DIGITS_AT_STRIPE.get(code);
        if (special != null) {
            return special;
        }
        try {
            return Math.max(0, Currency.getInstance(code).getDefaultFractionDigits());
        } catch (IllegalArgumentException e) {
            return 2; // a currency Java does not know
        }
    }
}
