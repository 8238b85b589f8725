package com.ytempire.hub.spending;

import com.ytempire.hub.spending.BudgetBatch.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settlements nobody waits for. They gather for {@link #GATHERING}, for a batch costs far more than a settlement more in
 * it, and are written beside the reservations.
 */
class Settlements {

    private static final Logger LOG = LoggerFactory.getLogger(Settlements.class);

    /** A crash before they are written books them at their bound. */
    private static final Duration GATHERING = Duration.ofMillis(50);

    /** So long the end of the hub waits for the last of them. */
    private static final Duration STOPPING = Duration.ofSeconds(10);

    /** So often a settlement is tried. */
    static final int TRIES = 10;

    private final Function<List<BudgetChange>, List<RuntimeException>> budgets;
    private final Duration pause;
    private final Queue<Waiting> queue = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();

    /** One that is asked for something after its end does nothing: what was not settled is booked at its bound. */
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
            1,
            task -> {
                Thread thread = new Thread(task, "spending-settlements");
                thread.setDaemon(true);
                return thread;
            },
            new ThreadPoolExecutor.DiscardPolicy());

    private volatile long batches;

    /** Those that failed and are tried again after the pause. */
    private final AtomicInteger resting = new AtomicInteger();

    /**
     * @param budgets applies changes in one transaction
     * @param pause between two tries of a settlement
     */
    Settlements(Function<List<BudgetChange>, List<RuntimeException>> budgets, Duration pause) {
        this.budgets = budgets;
        this.pause = pause;
    }

    /** Returns at once. One that could not be written is tried again for half a minute. */
    void add(Reservation reservation, Usage usage) {
        add(of(reservation, usage));
    }

    /** One that is tried again here when it could not be written. */
    Waiting of(Reservation reservation, Usage usage) {
        return of(reservation, usage, TRIES);
    }

    /** One that failed comes again, also when it was written and only the answer was lost: the first counts. */
    private Waiting of(Reservation reservation, Usage usage, int tries) {
        Waiting waiting = new Waiting(new BudgetChange.Settle(reservation, usage));
        waiting.done().whenComplete((refused, failed) -> {
            if (failed != null && tries > 1 && !timer.isShutdown()) {
                resting.incrementAndGet();
                timer.schedule(
                        () -> {
                            resting.decrementAndGet();
                            add(of(reservation, usage, tries - 1));
                        },
                        pause.toMillis(),
                        TimeUnit.MILLISECONDS);
            } else if (refused != null || failed != null) {
                LOG.warn(
                        "reservation {} could not be settled: {}",
                        reservation.id(),
                        (refused != null ? refused : failed).getMessage());
            }
        });
        return waiting;
    }

    private void add(Waiting waiting) {
        queue.add(waiting);
        if (scheduled.compareAndSet(false, true)) {
            timer.schedule(
                    () -> {
                        scheduled.set(false);
                        write();
                    },
                    GATHERING.toMillis(),
                    TimeUnit.MILLISECONDS);
        }
    }

    /** How many batches were written until now. */
    long batches() {
        return batches;
    }

    /** Writes what was added, and returns when also what was under way is written. */
    synchronized void write() {
        List<Waiting> batch = new ArrayList<>();
        for (Waiting each = queue.poll(); each != null; each = queue.poll()) {
            batch.add(each);
        }
        if (!batch.isEmpty()) {
            BudgetBatch.apply(batch, budgets, BudgetBatch::tell);
            batches++;
        }
    }

    /** What was added is still written, as far as the database answers; what fails now is not tried again. */
    void stop() throws InterruptedException {
        Future<?> last = timer.submit(this::write);
        try {
            last.get(STOPPING.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn("settlements could not be written before the hub stopped; they are booked at their bounds", e);
        } finally {
            timer.shutdownNow();
        }
        if (resting.get() > 0) {
            LOG.warn("{} settlements that failed are not tried again; they are booked at their bounds", resting.get());
        }
    }
}
