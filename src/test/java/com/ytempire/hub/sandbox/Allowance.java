package com.ytempire.hub.sandbox;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** So many requests a vendor takes in so long a time. */
final class Allowance {

    private final MovableClock clock;
    private final int most;
    private final Duration within;
    private final Deque<Long> requests = new ArrayDeque<>();

    Allowance(MovableClock clock, int most, Duration within) {
        this.clock = clock;
        this.most = most;
        this.within = within;
    }

    /** @return how many are left; -1 when this one is too many */
    synchronized int take() {
        long begin = clock.epochSecond() - within.toSeconds();
        requests.removeIf(at -> at <= begin);
        if (requests.size() >= most) {
            return -1;
        }
        requests.add(clock.epochSecond());
        return most - requests.size();
    }

    /** All are left again. */
    synchronized void clear() {
        requests.clear();
    }
}
