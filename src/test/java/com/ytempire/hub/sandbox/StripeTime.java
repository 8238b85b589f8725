package com.ytempire.hub.sandbox;

import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * The account's time and what is to happen at some moment of it. When the clock jumps, everything that fell due on the
 * way happens in its order and at its own time, as if somebody had waited. Not thread-safe: {@link StripeVendor} holds
 * its lock around every use.
 */
final class StripeTime {

    private record Due(long at, long order, Runnable work) {}

    private final PriorityQueue<Due> agenda =
            new PriorityQueue<>(Comparator.comparingLong(Due::at).thenComparingLong(Due::order));
    private final MovableClock clock;
    private long entered;
    private long latest;
    private boolean catchingUp;

    StripeTime(MovableClock clock) {
        this.clock = clock;
    }

    /** Seconds since 1970, as Stripe writes its times; never before what it said last. */
    long epochSecond() {
        if (!catchingUp) {
            latest = Math.max(latest, clock.epochSecond());
        }
        return latest;
    }

    Instant instant() {
        return Instant.ofEpochSecond(epochSecond());
    }

    /** The work itself looks whether it still is to be done. */
    void at(long second, Runnable work) {
        agenda.add(new Due(second, entered++, work));
    }

    /** Nothing of what was to happen happens any more. */
    void forget() {
        agenda.clear();
    }

    /** What Stripe would refuse to somebody it does not do by itself either: the customer may be gone by now. */
    private static void run(Due due) {
        try {
            due.work().run();
        } catch (StripeError refused) {
            System.getLogger(StripeTime.class.getName())
                    .log(System.Logger.Level.DEBUG, "Due at " + due.at() + ", but refused", refused);
        }
    }

    /** Lets happen what has come due. */
    void pass() {
        if (catchingUp) {
            return;
        }
        long now = clock.epochSecond();
        catchingUp = true;
        try {
            while (!agenda.isEmpty() && agenda.peek().at() <= now) {
                Due due = agenda.remove();
                latest = Math.max(latest, due.at());
                run(due);
            }
        } finally {
            catchingUp = false;
        }
    }
}
