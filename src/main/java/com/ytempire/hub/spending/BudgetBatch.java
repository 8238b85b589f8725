package com.ytempire.hub.spending;

import static java.util.Comparator.comparing;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Changes that share a commit. */
final class BudgetBatch {

    private static final Logger LOG = LoggerFactory.getLogger(BudgetBatch.class);

    private BudgetBatch() {}

    /** @param done with null when it took effect, or with why it was refused */
    record Waiting(BudgetChange change, CompletableFuture<RuntimeException> done) {

        Waiting(BudgetChange change) {
            this(change, new CompletableFuture<>());
        }
    }

    /**
     * Tells each how it ended; when they fail together each is tried alone. A reservation whose caller has given up is left.
     *
     * @param budgets applies changes in one transaction
     * @param refused is told what has no room in its budget; all else has been told before
     */
    static void apply(
            List<Waiting> batch,
            Function<List<BudgetChange>, List<RuntimeException>> budgets,
            BiConsumer<Waiting, RuntimeException> refused) {
        List<Waiting> wanted = batch.stream()
                .filter(waiting -> !(waiting.change instanceof BudgetChange.Reserve && waiting.done.isDone()))
                .toList();
        if (wanted.isEmpty()) {
            return;
        }
        try {
            List<RuntimeException> refusals =
                    budgets.apply(wanted.stream().map(Waiting::change).toList());
            for (int i = 0; i < refusals.size(); i++) {
                if (refusals.get(i) instanceof BudgetRefused) {
                    refused.accept(wanted.get(i), refusals.get(i));
                } else {
                    wanted.get(i).done.complete(refusals.get(i));
                }
            }
        } catch (RuntimeException e) {
            if (wanted.size() == 1) {
                LOG.warn("a change of the budgets failed", e);
                wanted.get(0).done.completeExceptionally(e);
            } else {
                LOG.warn(
                        "{} changes of the budgets failed together, each is tried alone: {}",
                        wanted.size(),
                        e.getMessage());
                // what frees money before what takes it
                wanted.stream()
                        .sorted(comparing(waiting -> waiting.change instanceof BudgetChange.Reserve))
                        .forEach(waiting -> apply(List.of(waiting), budgets, refused));
            }
        }
    }

    /** Nothing more can be done for it. */
    static void tell(Waiting waiting, RuntimeException refusal) {
        waiting.done.complete(refusal);
    }
}
