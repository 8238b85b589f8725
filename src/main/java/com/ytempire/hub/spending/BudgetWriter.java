package com.ytempire.hub.spending;

import com.ytempire.hub.platform.Problem;
import com.ytempire.hub.spending.BudgetBatch.Waiting;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * Takes all that waits into one commit. Every call counts in the budgets of its day and its month, so single
 * transactions would wait for each other's commit; together they lock those rows once. Whoever asks waits for the
 * commit, and meanwhile the next batch gathers. {@link Settlements} nobody waits for are written beside that, and before
 * a reservation is refused for want of what they free.
 */
class BudgetWriter {

    private static final int RETRY_SECONDS = 5;

    /** So long a settlement that failed rests: with all tries a server that crashed is there again. */
    private static final Duration PAUSE = Duration.ofSeconds(3);

    /** So often the writer looks whether the hub stops. */
    private static final Duration REST = Duration.ofMillis(100);

    /** So long the first of several waits for the others; a commit takes ten times as long. */
    private static final Duration GATHERING = Duration.ofNanos(100_000);

    private final Function<List<BudgetChange>, List<RuntimeException>> budgets;
    private final SpendingSettings settings;
    private final Settlements settlements;
    private final BlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
    private final Thread writer = new Thread(this::write, "spending-writer");

    /** How many shared the last commit. */
    private int lastShared;

    private volatile boolean stopping;

    /** @param budgets applies changes in one transaction; two threads ask it */
    BudgetWriter(Function<List<BudgetChange>, List<RuntimeException>> budgets, SpendingSettings settings) {
        this(budgets, settings, PAUSE);
    }

    /** @param pause between two tries of a settlement */
    BudgetWriter(
            Function<List<BudgetChange>, List<RuntimeException>> budgets, SpendingSettings settings, Duration pause) {
        this.budgets = budgets;
        this.settings = settings;
        this.settlements = new Settlements(budgets, pause);
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
        if (reservation.spend().videoId() != null) {
            queue.add(settlements.of(reservation, usage));
        } else {
            settlements.add(reservation, usage);
        }
    }

    void release(Reservation reservation) {
        await(new BudgetChange.Release(reservation));
    }

    void abandon(Reservation reservation) {
        await(new BudgetChange.Abandon(reservation));
    }

    private void await(BudgetChange change) {
        Waiting waiting = new Waiting(change);
        queue.add(waiting);
        try {
            RuntimeException refused = waiting.done().get(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
            if (refused != null) {
                throw refused;
            }
        } catch (TimeoutException | ExecutionException e) {
            waiting.done().cancel(false); // when it was not begun, it need not be
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
        try {
            writer.join(Duration.ofSeconds(10).toMillis());
        } finally {
            settlements.stop();
        }
    }

    private void write() {
        List<Waiting> batch = new ArrayList<>(settings.batch());
        while (!stopping || !queue.isEmpty()) {
            try {
                Waiting first = queue.poll(REST.toMillis(), TimeUnit.MILLISECONDS);
                if (first != null) {
                    batch.add(first);
                    gather();
                    queue.drainTo(batch, settings.batch() - 1);
                    lastShared = batch.size();
                    apply(batch);
                }
            } catch (InterruptedException e) {
                // stopping: what waits is still written
            } finally {
                batch.clear();
            }
        }
    }

    /** While several ask at a time, the first of them waits a little for the others: a commit costs as much for all. */
    private void gather() {
        if (lastShared > 1) {
            LockSupport.parkNanos(GATHERING.toNanos());
        }
    }

    /** What is refused is tried once more when settlements were written since, or are waiting. */
    private void apply(List<Waiting> batch) {
        long before = settlements.batches();
        Map<Waiting, RuntimeException> refused = new LinkedHashMap<>();
        BudgetBatch.apply(batch, budgets, refused::put);
        if (refused.isEmpty()) {
            return;
        }
        settlements.write();
        if (settlements.batches() > before) {
            BudgetBatch.apply(List.copyOf(refused.keySet()), budgets, BudgetBatch::tell);
        } else {
            refused.forEach(BudgetBatch::tell);
        }
    }
}
