package com.ytempire.hub.benchmark;

import java.time.Duration;
import java.util.Arrays;

/**
 * What a load showed.
 *
 * @param perSecond answered events a second
 * @param cpuMicros the server's processor time for one of them, in microseconds; 0 when it was not asked
 * @param sortedNanos the time each answer took, shortest first
 */
record Load(double perSecond, double cpuMicros, long[] sortedNanos) {

    static Load of(long elapsedNanos, long[] nanos) {
        Arrays.sort(nanos);
        return new Load(nanos.length * 1e9 / elapsedNanos, 0, nanos);
    }

    Load withCpu(Duration cpu) {
        return new Load(perSecond, cpu.toNanos() / 1e3 / sortedNanos.length, sortedNanos);
    }

    /** @return milliseconds */
    double percentile(double percent) {
        int index = (int) Math.ceil(percent / 100 * sortedNanos.length) - 1;
        return sortedNanos[Math.max(index, 0)] / 1e6;
    }
}
