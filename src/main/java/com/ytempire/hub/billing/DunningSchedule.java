package com.ytempire.hub.billing;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * When an unpaid invoice is tried again and when its subscription is suspended, both counted from the first failure.
 *
 * @param gaps from each try to the next; the first try is Stripe's own, on day 0
 * @param grace from the last try to the suspension
 */
record DunningSchedule(List<Duration> gaps, Duration grace) {

    /** So much time at least between a late last try and the suspension. */
    static final Duration LEAST_GRACE = Duration.ofDays(1);

    /** How many tries the hub plans. */
    int slots() {
        return gaps.size();
    }

    /** @param slot from 0 */
    Instant slotAt(Instant firstFailure, int slot) {
        return firstFailure.plus(gaps.subList(0, slot + 1).stream().reduce(Duration.ZERO, Duration::plus));
    }

    Instant suspensionAt(Instant firstFailure) {
        return (slots() == 0 ? firstFailure : slotAt(firstFailure, slots() - 1)).plus(grace);
    }

    /** The first slot from {@code slot} on whose time is after {@code after}; {@link #slots} when there is none. */
    int slotAfter(Instant firstFailure, int slot, Instant after) {
        int next = slot;
        while (next < slots() && !slotAt(firstFailure, next).isAfter(after)) {
            next++;
        }
        return next;
    }
}
