package com.ytempire.hub.platform;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the embedded PostgreSQL again when it has ended by itself. It does so when it cannot write its log: on a full
 * disk it would otherwise stay away after there is room again. In a thread of its own, because everybody else may wait
 * for the database.
 */
final class EmbeddedPostgresWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgresWatch.class);

    private final EmbeddedPostgres postgres;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread daemon = new Thread(work, "postgres-watch");
        daemon.setDaemon(true);
        return daemon;
    });

    private String lastProblem = "";

    EmbeddedPostgresWatch(EmbeddedPostgres postgres, Duration pause) {
        this.postgres = postgres;
        thread.scheduleWithFixedDelay(this::look, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            if (postgres.hasEnded()) {
                postgres.startAgain();
                lastProblem = "";
                LOG.warn("PostgreSQL had ended by itself, see postgres.log in the data folder; it is started again");
            }
        } catch (IOException | RuntimeException e) {
            if (!String.valueOf(e.getMessage()).equals(lastProblem)
                    && !Thread.currentThread().isInterrupted()) {
                lastProblem = String.valueOf(e.getMessage());
                LOG.error(
                        "PostgreSQL has ended by itself and cannot be started again; it is tried on: {}", lastProblem);
            }
        }
    }

    /** Returns when nothing is being started any more. */
    @Override
    public void close() {
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(1, TimeUnit.MINUTES)) {
                LOG.warn("The PostgreSQL server is still being started");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
