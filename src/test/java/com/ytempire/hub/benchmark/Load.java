package com.ytempire.hub.benchmark;

import java.time.Duration;
import java.util.Arrays;

/**
 * What a load showed.
 *
 * @param perSecond answered events a second
 * @param cpuMicros the server's processor time for one of them, in microseconds; 0 when it was not asked
 * @param sortedNanos the time each answer took, shortest first
 * @param sortedOwnNanos the same less what each answer says it had to wait for a vendor
 */
record Load(double perSecond, double cpuMicros, long[] sortedNanos, long[] sortedOwnNanos) {

    /** @param waitedNanos of each answer, in the order of {@code nanos} */
    static Load of(long elapsedNanos, long[] nanos, long[] waitedNanos) {
        long[] own = new long[nanos.length];
        Arrays.setAll(own, i -> nanos[i] - waitedNanos[i]);
        Arrays.sort(own);
        Arrays.sort(nanos);
        return new Load(nanos.length * 1e9 / elapsedNanos, 0, nanos, own);
    }

    Load withCpu(Duration cpu) {
        return new Load(perSecond, cpu.toNanos() / 1e3 / sortedNanos.length, sortedNanos, sortedOwnNanos);
    }

    /** @return milliseconds */
    double percentile(double percent) {
        return percentile(sortedNanos, percent);
    }

    /** @return milliseconds, without what was waited for a vendor */
    double ownPercentile(double percent) {
        return percentile(sortedOwnNanos, percent);
    }

    private static double percentile(long[] sorted, double percent) {
        int index = (int) Math.ceil(percent / 100 * sorted.length) - 1;
        return sorted[Math.max(index, 0)] / 1e6;
    }
}
