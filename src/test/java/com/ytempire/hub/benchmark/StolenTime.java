package com.ytempire.hub.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What part of the processors' time a virtual machine's host gave to others, while something was measured on it: what
 * waits for a processor that is away is slow through no fault of its own. Only Linux tells; elsewhere it is nothing.
 *
 * @param stolen in the kernel's ticks, since the machine started
 * @param all the same
 */
record StolenTime(long stolen, long all) {

    private static final Path TICKS = Path.of("/proc/stat");
    private static final int STOLEN = 7;

    static StolenTime now() throws IOException {
        if (!Files.isReadable(TICKS)) {
            return new StolenTime(0, 0);
        }
        // cpu user nice system idle iowait irq softirq steal, and what is in user already
        long[] ticks = Arrays.stream(Files.readAllLines(TICKS).get(0).split(" +"))
                .skip(1)
                .limit(STOLEN + 1)
                .mapToLong(Long::parseLong)
                .toArray();
        return new StolenTime(ticks[STOLEN], Arrays.stream(ticks).sum());
    }

    /** @return percent of the time since then */
    double since(StolenTime then) {
        return all == then.all ? 0 : 100.0 * (stolen - then.stolen) / (all - then.all);
    }
}
