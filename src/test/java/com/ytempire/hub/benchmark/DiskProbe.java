package com.ytempire.hub.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * How long the disk takes to have a page, while something else is measured that waits for the same disk: twenty times a
 * second a page is written over and forced, as PostgreSQL forces its log.
 */
final class DiskProbe implements AutoCloseable {

    private static final int PAGE = 8192;
    private static final int PAGES = 256;
    private static final Duration EVERY = Duration.ofMillis(50);

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final FileChannel file;
    private final List<Long> nanos = new ArrayList<>();

    /** Begins at once. */
    DiskProbe(Path folder) throws IOException {
        file = FileChannel.open(
                folder.resolve("disk-probe"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE);
        file.write(ByteBuffer.allocate(PAGE * PAGES));
        file.force(true);
        thread.scheduleWithFixedDelay(this::force, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void force() {
        try {
            file.write(ByteBuffer.allocate(PAGE), (long) nanos.size() % PAGES * PAGE);
            long begin = System.nanoTime();
            file.force(false);
            nanos.add(System.nanoTime() - begin);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @return what was measured until now; it measures no more */
    Load end() throws InterruptedException {
        thread.shutdown();
        thread.awaitTermination(1, TimeUnit.MINUTES);
        long[] all = nanos.stream().mapToLong(Long::longValue).toArray();
        return Load.of(1, all, new long[all.length]);
    }

    @Override
    public void close() throws IOException {
        thread.shutdownNow();
        file.close();
    }
}
