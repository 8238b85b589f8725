package com.ytempire.hub.spending;

import static java.util.Comparator.comparing;

import com.ytempire.hub.platform.Problem;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes all that waits into one transaction. Every call counts in the budgets of its day and its month, so single
 * transactions would wait for each other's commit; together they lock those rows once. Whoever asks waits for the
 * commit, and meanwhile the next batch gathers. Settlements nobody waits for gather for {@link #SETTLING}, for a batch
 * costs far more than a settlement more in it; they are written before that when a reservation would be refused otherwise.
 */
class BudgetWriter {

    private static final Logger LOG = LoggerFactory.getLogger(BudgetWriter.class);
    private static final int RETRY_SECONDS = 5;

    /** So long settlements gather; a crash before they are written books them at their bound. */
    private static final Duration SETTLING = Duration.ofMillis(50);

    /** Wakes the writer, and is nothing to be written. */
    private static final Waiting NUDGE = new Waiting(null, new CompletableFuture<>());

    /** So often a settlement is tried, and so long it rests between: a server that crashed is there again by then. */
    static final int TRIES = 10;

    private static final Duration PAUSE = Duration.ofSeconds(3);

    private static final Duration REST = Duration.ofMillis(100);

    /** So long the first of several waits for the others; a commit takes ten times as long. */
    private static final Duration GATHERING = Duration.ofNanos(100_000);

    private final Function<List<BudgetChange>, List<RuntimeException>> budgets;
    private final SpendingSettings settings;
    private final Duration pause;
    private final BlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
    private final Queue<Waiting> soon = new ConcurrentLinkedQueue<>();
    private final Thread writer = new Thread(this::write, "spending-writer");

    /** How many shared the last commit that somebody waited for. */
    private int lastShared;

    /** When what gathers in {@link #soon} is to be written, by {@link System#nanoTime}; null when nothing was seen there. */
    private Long settleAt;

    /** Whether the writer sleeps until somebody asks: then the first settlement wakes it. */
    private final AtomicBoolean resting = new AtomicBoolean();

    private volatile boolean stopping;

    /** @param budgets applies changes in one transaction */
    BudgetWriter(Function<List<BudgetChange>, List<RuntimeException>> budgets, SpendingSettings settings) {
        this(budgets, settings, PAUSE);
    }

    /** @param pause between two tries of a settlement */
    BudgetWriter(
            Function<List<BudgetChange>, List<RuntimeException>> budgets, SpendingSettings settings, Duration pause) {
        this.budgets = budgets;
        this.settings = settings;
        this.pause = pause;
        writer.setDaemon(true);
        writer.start();
    }

    void reserve(Reservation reservation) {
        await(new BudgetChange.Reserve(reservation, false));
    }

    void reserveAndSend(Reservation reservation) {
        await(new BudgetChange.Reserve(reservation, true));
    }

    void send(Reservation reservation) {
        await(new BudgetChange.Send(reservation));
    }

    void settle(Reservation reservation, Usage usage) {
        await(new BudgetChange.Settle(reservation, usage));
    }

    /**
     * Does not wait for the commit; what this node reserves after it can have what it frees. The small budgets of a video
     * are used up sooner than those of a day, and its next call may come to another node: what frees them goes into the
     * next commit. One that could not be written is tried again for half a minute.
     */
    void settleSoon(Reservation reservation, Usage usage) {
        Waiting waiting = settlement(reservation, usage, TRIES);
        if (reservation.spend().videoId() != null) {
            queue.add(waiting);
        } else {
            addSoon(waiting);
        }
    }

    private void addSoon(Waiting waiting) {
        soon.add(waiting);
        if (resting.compareAndSet(true, false)) {
            queue.add(NUDGE);
        }
    }

    /** One that failed comes again, also when it was written and only the answer was lost: the first counts. */
    private Waiting settlement(Reservation reservation, Usage usage, int tries) {
        Waiting waiting = new Waiting(new BudgetChange.Settle(reservation, usage), new CompletableFuture<>());
        waiting.done.whenComplete((refused, failed) -> {
            if (failed != null && tries > 1 && !stopping) {
                CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS)
                        .execute(() -> addSoon(settlement(reservation, usage, tries - 1)));
            } else if (refused != null || failed != null) {
                LOG.warn(
                        "reservation {} could not be settled: {}",
                        reservation.id(),
                        (refused != null ? refused : failed).getMessage());
            }
        });
        return waiting;
    }

    void release(Reservation reservation) {
        await(new BudgetChange.Release(reservation));
    }

    void abandon(Reservation reservation) {
        await(new BudgetChange.Abandon(reservation));
    }

    private void await(BudgetChange change) {
        Waiting waiting = new Waiting(change, new CompletableFuture<>());
        queue.add(waiting);
        try {
            RuntimeException refused = waiting.done.get(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
            if (refused != null) {
                throw refused;
            }
        } catch (TimeoutException | ExecutionException e) {
            // whether it was committed is not known: an open attempt is cleared by the janitor
            throw Problem.retryLater("database_unavailable", "The database does not answer", RETRY_SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.retryLater("stopping", "The hub is stopping", RETRY_SECONDS);
        }
    }

    @PreDestroy
    void stop() throws InterruptedException {
        stopping = true;
        writer.join(Duration.ofSeconds(10).toMillis());
    }

    private void write() {
        List<Waiting> batch = new ArrayList<>(settings.batch());
        while (!stopping || !queue.isEmpty() || !soon.isEmpty()) {
            try {
                Waiting first = first();
                if (first != null) {
                    batch.add(first);
                    gather();
                    queue.drainTo(batch, settings.batch() - 1);
                    batch.removeIf(each -> each == NUDGE);
                    lastShared = batch.size();
                }
                if (isTimeToSettle()) {
                    addSettlements(batch);
                }
                if (!batch.isEmpty()) {
                    applyAll(batch);
                }
            } catch (InterruptedException e) {
                // stopping: what waits is still written
            } finally {
                batch.clear();
            }
        }
    }

    /** @return null when it is time for what nobody waits for, or for a look around */
    private Waiting first() throws InterruptedException {
        resting.set(true);
        Waiting first = soon.isEmpty() ? queue.poll(REST.toMillis(), TimeUnit.MILLISECONDS) : NUDGE;
        resting.set(false);
        if (first != NUDGE) {
            return first;
        }
        if (settleAt == null) {
            settleAt = System.nanoTime() + SETTLING.toNanos();
        }
        return queue.poll(settleAt - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    private boolean isTimeToSettle() {
        return stopping || settleAt != null && System.nanoTime() - settleAt >= 0;
    }

    private void addSettlements(List<Waiting> batch) {
        for (Waiting each = soon.poll(); each != null; each = soon.poll()) {
            batch.add(each);
        }
        settleAt = null;
    }

    /** While several ask at a time, the first of them waits a little for the others: a commit costs as much for all. */
    private void gather() {
        if (lastShared > 1) {
            LockSupport.parkNanos(GATHERING.toNanos());
        }
    }

    private void applyAll(List<Waiting> batch) {
        try {
            List<RuntimeException> refusals =
                    budgets.apply(batch.stream().map(Waiting::change).toList());
            List<Waiting> again = new ArrayList<>();
            for (int i = 0; i < batch.size(); i++) {
                if (refusals.get(i) instanceof BudgetRefused && !soon.isEmpty()) {
                    again.add(batch.get(i));
                } else {
                    batch.get(i).done.complete(refusals.get(i));
                }
            }
            if (!again.isEmpty()) {
                addSettlements(again);
                applyAll(again);
            }
        } catch (RuntimeException e) {
            if (batch.size() == 1) {
                LOG.warn("a change of the budgets failed", e);
                batch.get(0).done.completeExceptionally(e);
            } else {
                LOG.warn(
                        "{} changes of the budgets failed together, each is tried alone: {}",
                        batch.size(),
                        e.getMessage());
                // what frees money before what takes it
                batch.stream()
                        .sorted(comparing(waiting -> waiting.change instanceof BudgetChange.Reserve))
                        .forEach(waiting -> applyAll(List.of(waiting)));
            }
        }
    }

    /** @param done with null when it took effect, or with why it was refused */
    private record Waiting(BudgetChange change, CompletableFuture<RuntimeException> done) {}
}
