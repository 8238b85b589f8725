package com.ytempire.hub.benchmark;

/**
 * How much is measured.
 *
 * @param stored events that lie there already when growth is measured
 */
record Scale(int rounds, int events, int warmUps, int steadySeconds, int stored) {

    static final Scale FULL = new Scale(5, 15_000, 3, 60, 1_000_000);
    static final Scale QUICK = new Scale(3, 5_000, 2, 15, 100_000);
}
