package com.ytempire.hub.billing;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Set;

/**
 * What of a subscription matters to its user.
 *
 * @param status Stripe's, but {@code paused} also while its collection is paused
 * @param plan as it is called; the product's name when it is none of the table
 * @param amount for a period, in the smallest unit of the currency, before discounts and taxes
 * @param interval {@code day}, {@code week}, {@code month} or {@code year}
 * @param periodEnd until when it is paid; null when Stripe does not say
 * @param cancelling whether it ends with its period
 */
record SubscriptionState(
        String status,
        String plan,
        String price,
        long quantity,
        long amount,
        String currency,
        String interval,
        long intervalCount,
        Instant periodEnd,
        Instant trialEnd,
        boolean cancelling) {

    static final String PAUSED = "paused";
    private static final Set<String> LIVE = Set.of("trialing", "active", "past_due");
    private static final Set<String> ENDED = Set.of("canceled", "incomplete_expired");

    /** Whether it grants what its plan promises, dunning apart. */
    @JsonIgnore
    boolean isLive() {
        return LIVE.contains(status);
    }

    /** Whether nothing will come of it any more. */
    @JsonIgnore
    boolean isEnded() {
        return ENDED.contains(status);
    }

    /** The amount of a month: a year is twelve of them, and weeks and days as many as there are in a twelfth of it. */
    @JsonIgnore
    long monthlyAmount() {
        BigDecimal periodsAYear = BigDecimal.valueOf(
                switch (interval == null ? "month" : interval) {
                    case "day" -> 365;
                    case "week" -> 52;
                    case "year" -> 1;
                    default -> 12;
                });
        return BigDecimal.valueOf(amount)
                .multiply(periodsAYear)
                .divide(BigDecimal.valueOf(12 * Math.max(1, intervalCount)), 0, RoundingMode.HALF_UP)
                .longValueExact();
    }
}
