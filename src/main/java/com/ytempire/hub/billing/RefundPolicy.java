package com.ytempire.hub.billing;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;

/**
 * How much of a payment may go back. Days are of 24 hours from the payment, and the last moment of a span belongs to it.
 * Parts are rounded down to the currency's smallest unit.
 *
 * @param fullDays up to then all
 * @param partialDays up to then a part: of a subscription the unused share of the paid period, of a one-time payment
 *     {@code oneTimePercent}; later nothing
 * @param atOnce up to so much of one payment, in {@code atOnceCurrency}, needs no approval; any amount of another
 *     currency needs it
 */
record RefundPolicy(
        Instant validFrom, int fullDays, int partialDays, int oneTimePercent, long atOnce, String atOnceCurrency) {

    /**
     * @param periodStart of what was paid; null for a one-time payment
     * @return what the policy lets go back of it in all, earlier refunds included
     */
    long most(long paid, Instant paidAt, Instant periodStart, Instant periodEnd, Instant at) {
        Duration age = Duration.between(paidAt, at);
        if (age.compareTo(Duration.ofDays(fullDays)) <= 0) {
            return paid;
        }
        if (age.compareTo(Duration.ofDays(partialDays)) > 0) {
            return 0;
        }
        if (periodStart == null || periodEnd == null) {
            return share(paid, oneTimePercent, 100);
        }
        long whole = Duration.between(periodStart, periodEnd).toSeconds();
        long unused =
                Math.min(whole, Math.max(0, Duration.between(at, periodEnd).toSeconds()));
        return whole <= 0 ? 0 : share(paid, unused, whole);
    }

    private static long share(long amount, long part, long whole) {
        return BigInteger.valueOf(amount)
                .multiply(BigInteger.valueOf(part))
                .divide(BigInteger.valueOf(whole))
                .longValueExact();
    }

    /** @param inAll what has gone back of the payment before, and this */
    boolean needsApproval(long inAll, String currency) {
        return !atOnceCurrency.equalsIgnoreCase(currency) || inAll > atOnce;
    }
}
