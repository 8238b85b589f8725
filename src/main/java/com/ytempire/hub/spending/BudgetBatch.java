package com.ytempire.hub.spending;

import static java.util.Comparator.comparing;

import java.util.List;
import java.util.concurrent.CompletableFuture;
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
     * Tells each how it ended; when they fail together each is tried alone.
     *
     * @param budgets applies changes in one transaction
     */
    static void apply(List<Waiting> batch, Function<List<BudgetChange>, List<RuntimeException>> budgets) {
        try {
            List<RuntimeException> refusals =
                    budgets.apply(batch.stream().map(Waiting::change).toList());
            for (int i = 0; i < batch.size(); i++) {
                batch.get(i).done.complete(refusals.get(i));
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
                        .forEach(waiting -> apply(List.of(waiting), budgets));
            }
        }
    }
}
