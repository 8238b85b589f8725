package com.ytempire.hub.spending;

import com.ytempire.hub.platform.NodeId;
import com.ytempire.hub.spending.BudgetTables.Attempt;
import com.ytempire.hub.spending.BudgetTables.Budget;
import com.ytempire.hub.spending.BudgetTables.Cost;
import com.ytempire.hub.spending.BudgetTables.Held;
import com.ytempire.hub.spending.BudgetTables.Raised;
import com.ytempire.hub.spending.BudgetTables.Wanted;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Changes budgets, attempts and the cost ledger together. Attempts are locked first, then the budgets, always in the
 * order of {@link Scope.Key}, so that nodes wait for each other and never in a circle; under the locks the limits are
 * looked at, so that together they cannot be passed. The budgets, which all calls need, are locked as late as can be.
 *
 * <p>The bean takes part in the transaction of whoever calls it, for what is cleared and corrected now and then; calls on
 * their way go through {@link BudgetWriter}, whose own one works on {@link BudgetConnection}.
 */
@Component
class Budgets {

    private static final Logger LOG = LoggerFactory.getLogger(Budgets.class);

    private final BudgetTables tables;
    private final Limits limits;
    private final Clock clock;

    Budgets(JdbcClient jdbc, Limits limits, SpendingSettings settings, Clock clock, NodeId node) {
        this.tables = new BudgetTables(jdbc, settings.lease(), node);
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * As {@link #apply(List)}; what only reserves takes the straight way first.
     *
     * @param transactions on the connection of this bean
     */
    List<RuntimeException> apply(List<BudgetChange> changes, TransactionOperations transactions) {
        return reserveTogether(changes)
                ? Collections.nCopies(changes.size(), null)
                : transactions.execute(status -> apply(changes));
    }

    /**
     * Sets money aside for all of them by {@link BudgetTables#reserveTogether}.
     *
     * @return false when they are not all reservations, or it does
     */
    private boolean reserveTogether(List<BudgetChange> changes) {
        List<BudgetChange.Reserve> reserves = reservesOf(changes);
        if (reserves.size() < changes.size()) {
            return false;
        }
        SortedMap<Scope.Key, Wanted> wanted = new TreeMap<>();
        Map<String, BigDecimal> usual = limits.usual();
        reserves.forEach(reserve -> {
            Spend spend = reserve.reservation().spend();
            for (Scope.Key key : Scope.of(spend, reserve.reservation().date())) {
                BigDecimal limit = isHeldBy(key, spend) ? usual.get(key.scope().column()) : null;
                wanted.merge(key, new Wanted(spend.bound(), limit), Wanted::and);
            }
        });
        return tables.reserveTogether(wanted, reserves, clock.instant());
    }

    /**
     * Settlements before reservations, so that what they free can be had at once.
     *
     * @return for each change null, or why it was refused
     */
    @Transactional
    public List<RuntimeException> apply(List<BudgetChange> changes) {
        Instant now = clock.instant();
        Map<UUID, Attempt> attempts = tables.lockAttempts(changes.stream()
                .filter(change -> !(change instanceof BudgetChange.Reserve))
                .map(change -> change.reservation().id())
                .toList());
        RuntimeException[] refusals = new RuntimeException[changes.size()];
        SortedMap<Scope.Key, Ended> ends = new TreeMap<>();
        List<Cost> costs = new ArrayList<>();
        for (int i = 0; i < refusals.length; i++) {
            if (!(changes.get(i) instanceof BudgetChange.Reserve)) {
                refusals[i] = end(
                        changes.get(i),
                        attempts.get(changes.get(i).reservation().id()),
                        ends,
                        costs);
            }
        }
        tables.writeEnded(attempts.values().stream().filter(Attempt::isChanged).toList(), costs, now);
        Held held = lockBudgets(changes, ends.keySet());
        ends.forEach((key, ended) -> held.budgets().get(key).end(ended.bound, ended.cost));
        List<BudgetChange.Reserve> reserved = new ArrayList<>();
        for (int i = 0; i < refusals.length; i++) {
            if (changes.get(i) instanceof BudgetChange.Reserve reserve) {
                refusals[i] = reserve(reserve.reservation(), held);
                if (refusals[i] == null) {
                    reserved.add(reserve);
                }
            }
        }
        List<Raised> raised = raise(held.budgets(), now);
        tables.writeBudgets(held.budgets());
        tables.writeReserved(reserved, clock.instant());
        raised.forEach(Budgets::tell);
        return Arrays.asList(refusals);
    }

    private RuntimeException reserve(Reservation reservation, Held held) {
        Spend spend = reservation.spend();
        List<Scope.Key> keys = Scope.of(spend, reservation.date());
        for (Scope.Key key : keys) {
            BigDecimal limit = held.limits().get(key.scope().column());
            if (limit != null
                    && isHeldBy(key, spend)
                    && held.budgets().get(key).used().add(spend.bound()).compareTo(limit) > 0) {
                return new BudgetRefused(key.scope().column());
            }
        }
        keys.forEach(key -> held.budgets().get(key).reserve(spend.bound()));
        return null;
    }

    private static List<BudgetChange.Reserve> reservesOf(List<BudgetChange> changes) {
        return changes.stream()
                .filter(BudgetChange.Reserve.class::isInstance)
                .map(BudgetChange.Reserve.class::cast)
                .toList();
    }

    /** Above the soft limit text is still made at the cheapest level. */
    private static boolean isHeldBy(Scope.Key key, Spend spend) {
        return key.scope() != Scope.TEXT_DAY || !spend.cheapest();
    }

    private RuntimeException end(BudgetChange change, Attempt attempt, Map<Scope.Key, Ended> ends, List<Cost> costs) {
        if (attempt == null) {
            return new IllegalStateException("there is no such reservation");
        }
        List<Scope.Key> keys =
                Scope.of(change.reservation().spend(), change.reservation().date());
        BigDecimal bound = change.reservation().spend().bound();
        if (change instanceof BudgetChange.Send) {
            if (!attempt.is("reserved")) {
                return new IllegalStateException("the reservation is " + attempt.state());
            }
            attempt.become("sent", null);
        } else if (change instanceof BudgetChange.Release && attempt.isOpen()
                || change instanceof BudgetChange.Abandon && attempt.is("reserved")) {
            keys.forEach(key -> ends.merge(key, new Ended(bound, BigDecimal.ZERO), Ended::and));
            attempt.become("released", null);
        } else if (change instanceof BudgetChange.Abandon && attempt.is("sent")) {
            keys.forEach(key -> ends.merge(key, new Ended(bound, bound), Ended::and));
            attempt.become("booked", bound);
            costs.add(new Cost(change.reservation(), new Usage(bound, BigDecimal.ONE, "call"), "booked at its bound"));
        } else if (change instanceof BudgetChange.Settle settle) {
            settle(settle, attempt, keys, ends, costs);
        }
        return null;
    }

    private void settle(
            BudgetChange.Settle settle,
            Attempt attempt,
            List<Scope.Key> keys,
            Map<Scope.Key, Ended> ends,
            List<Cost> costs) {
        Usage usage = settle.usage();
        BigDecimal bound = settle.reservation().spend().bound();
        if (attempt.isOpen()) {
            keys.forEach(key -> ends.merge(key, new Ended(bound, usage.amount()), Ended::and));
            costs.add(new Cost(settle.reservation(), usage, null));
        } else if (attempt.is("booked")) {
            BigDecimal correction = usage.amount().subtract(attempt.cost());
            keys.forEach(key -> ends.merge(key, new Ended(BigDecimal.ZERO, correction), Ended::and));
            costs.add(new Cost(
                    settle.reservation(),
                    new Usage(correction, usage.units(), usage.unit()),
                    "corrects what was booked"));
        } else {
            return; // the first settlement counts
        }
        attempt.become("settled", usage.amount());
        if (usage.amount().compareTo(bound) > 0) {
            LOG.warn(
                    "{} {} cost {} and was reserved with {}: its bound is too low",
                    settle.reservation().spend().service(),
                    settle.reservation().spend().operation(),
                    usage.amount(),
                    bound);
        }
    }

    private Held lockBudgets(List<BudgetChange> changes, Set<Scope.Key> ended) {
        SortedSet<Scope.Key> keys = new TreeSet<>(ended);
        reservesOf(changes)
                .forEach(reserve -> keys.addAll(Scope.of(
                        reserve.reservation().spend(), reserve.reservation().date())));
        return tables.lockBudgets(keys, limits.usual());
    }

    /** @return the thresholds that are reached now, each of them once */
    private List<Raised> raise(Map<Scope.Key, Budget> budgets, Instant now) {
        List<Raised> raised = new ArrayList<>();
        budgets.forEach((key, budget) -> {
            if (budget.isChanged()) {
                limits.warnings().getOrDefault(key.scope().column(), List.of()).stream()
                        .filter(budget::reaches)
                        .map(threshold -> new Raised(key, threshold, budget.spent()))
                        .filter(warning -> tables.note(warning, now))
                        .forEach(raised::add);
            }
        });
        return raised;
    }

    private static void tell(Raised warning) {
        LOG.warn(
                "spending of {} {} has reached {} of its threshold {}",
                warning.key().scope().column(),
                warning.key().key(),
                warning.spent(),
                warning.threshold());
    }

    /**
     * What has ended in a budget.
     *
     * @param bound that is no longer set aside
     * @param cost that is spent now
     */
    private record Ended(BigDecimal bound, BigDecimal cost) {

        Ended and(Ended other) {
            return new Ended(bound.add(other.bound), cost.add(other.cost));
        }
    }
}
