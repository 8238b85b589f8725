package com.ytempire.hub.billing;

import java.time.Instant;
import java.util.Objects;
import java.util.Set;

/**
 * An invoice of a subscription, and what dunning has to know around it, as the mirror holds it now.
 *
 * @param status null when the invoice was deleted
 * @param amount what is still to be paid, in the smallest unit of the currency
 * @param number as the customer knows the invoice; null before it is finalized
 * @param payPage Stripe's page where the invoice can be paid; null before it is finalized
 * @param stripeTriesAt when Stripe means to try again by itself; null when it does not
 * @param attempts Stripe's count; it leaves out what was tried by a call after the first
 * @param subscriptionStatus null when the subscription is not known yet
 * @param attempt names the failed attempt; null when the last one did not fail
 * @param failedAt by Stripe's clock
 * @param isFresh whether the failure is surely of lately, and not found in a mirror just filled
 * @param stateAt Stripe's time of the invoice's state
 * @param paidAt by Stripe's clock; null while it is not paid
 * @param subscriptionEndedAt by Stripe's clock; null when the subscription is not known yet
 * @param subscriptionStateAt Stripe's time of the subscription's state; null when it is not known yet
 */
record DunningFacts(
        String invoice,
        String subscription,
        String customer,
        String status,
        long amount,
        String currency,
        String number,
        String payPage,
        Instant stripeTriesAt,
        int attempts,
        String subscriptionStatus,
        Cards cards,
        String attempt,
        String declineCode,
        DunningCase.Hold hold,
        Instant failedAt,
        boolean isFresh,
        Instant stateAt,
        Instant paidAt,
        Instant subscriptionEndedAt,
        Instant subscriptionStateAt) {

    private static final Set<String> NEVER_BEGUN = Set.of("incomplete", "incomplete_expired");
    private static final Set<String> OVER = Set.of("canceled", "incomplete_expired");

    /** Default cards: Stripe charges the subscription's before the customer's. */
    record Cards(String ofCustomer, String ofSubscription) {

        /** The one that was not there before; null when there is none. */
        String newSince(Cards before) {
            if (ofSubscription != null && !Objects.equals(ofSubscription, before.ofSubscription())) {
                return ofSubscription;
            }
            return ofCustomer != null && !Objects.equals(ofCustomer, before.ofCustomer()) ? ofCustomer : null;
        }
    }

    /**
     * Whether it is for dunning: a first payment that fails ends a purchase and no subscription, and of a subscription
     * that is not known yet nobody can tell.
     */
    boolean isFailed() {
        return "open".equals(status)
                && attempt != null
                && subscriptionStatus != null
                && !NEVER_BEGUN.contains(subscriptionStatus)
                && !OVER.contains(subscriptionStatus);
    }

    DunningCase.Failure failure() {
        return new DunningCase.Failure(failedAt, declineCode, hold);
    }

    /**
     * Why dunning ends; null while it goes on. What happened first decides, and not what was told first: what is paid
     * only after its subscription has ended was not recovered.
     */
    String endReason() {
        if (status == null || status.equals("void")) {
            return "voided";
        }
        boolean over = OVER.contains(subscriptionStatus);
        if (status.equals("paid")) {
            boolean tooLate =
                    over && paidAt != null && subscriptionEndedAt != null && paidAt.isAfter(subscriptionEndedAt);
            return tooLate ? "cancelled" : "paid";
        }
        if (status.equals("uncollectible")) {
            return status;
        }
        return over ? "cancelled" : null;
    }

    /** Whether the invoice may have been paid before its subscription ended: the state held of it is the older one. */
    boolean mayHaveBeenPaid() {
        return "open".equals(status)
                && OVER.contains(subscriptionStatus)
                && subscriptionEndedAt != null
                && !stateAt.isAfter(subscriptionEndedAt);
    }

    /**
     * Whether its subscription may have ended before it was paid: the state held of that is the older one. Held against
     * the time of the invoice's own state as well: with a test clock of Stripe's it may be paid months ahead.
     */
    boolean mayHaveBeenCancelled() {
        return "paid".equals(status)
                && paidAt != null
                && subscriptionStateAt != null
                && !OVER.contains(subscriptionStatus)
                && subscriptionStateAt.isBefore(paidAt)
                && subscriptionStateAt.isBefore(stateAt);
    }
}
