package com.ytempire.hub.spending;

import com.ytempire.hub.platform.NodeId;
import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;
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

    private static final String ATTEMPTS = """
            insert into spending.attempt (id, service, kind, operation, link, model, video_id, user_id,
                                          bound, business_date, state, node, lease_until, created_at)
            select id, service, kind, operation, link, model, video_id, user_id, bound, business_date,
                   state, :node, now() + make_interval(secs => :lease), :now
              from unnest(:ids::uuid[], :services::text[], :kinds::text[], :operations::text[],
                          :links::text[], :models::text[], :videos::text[], :users::uuid[],
                          :bounds::numeric[], :dates::date[], :states::text[])
                as n (id, service, kind, operation, link, model, video_id, user_id, bound, business_date, state)
            """;

    private static final String TOGETHER = """
            with held as materialized (
                select b.scope, b.key, b.spent + b.reserved + w.amount as used, w.amount, w."limit"
                  from unnest(:scopes::text[], :keys::text[], :wanted::numeric[], :limits::numeric[])
                       with ordinality as w (scope, key, amount, "limit", position)
                  join spending.budget b using (scope, key)
                 order by w.position
                   for update of b
            ), verdict as materialized (
                select count(*) = :budgets
                       and bool_and(held."limit" is null or used <= coalesce(changed.amount, held."limit")) as fits
                  from held left join spending.changed_limit changed on changed.name = held.scope
            ), reserved as (
                update spending.budget b set reserved = b.reserved + held.amount
                  from held
                 where b.scope = held.scope and b.key = held.key and (select fits from verdict)
            )
            """ + ATTEMPTS + "where (select fits from verdict)";

    private final JdbcClient jdbc;
    private final Limits limits;
    private final SpendingSettings settings;
    private final Clock clock;
    private final NodeId node;

    Budgets(JdbcClient jdbc, Limits limits, SpendingSettings settings, Clock clock, NodeId node) {
        this.jdbc = jdbc;
        this.limits = limits;
        this.settings = settings;
        this.clock = clock;
        this.node = node;
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
     * Sets money aside for all of them in one statement, which is a transaction of its own.
     *
     * @return false when they are not all reservations or do not fit all together, or a budget is new: nothing was changed
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
        return insert(
                        jdbc.sql(TOGETHER)
                                .param(
                                        "scopes",
                                        texts(
                                                wanted.keySet(),
                                                key -> key.scope().column()))
                                .param("keys", texts(wanted.keySet(), Scope.Key::key))
                                .param("wanted", texts(wanted.values(), budget -> budget.amount.toPlainString()))
                                .param(
                                        "limits",
                                        texts(
                                                wanted.values(),
                                                budget -> budget.limit == null ? null : budget.limit.toPlainString()))
                                .param("budgets", wanted.size()),
                        reserves)
                == reserves.size();
    }

    /**
     * Settlements before reservations, so that what they free can be had at once.
     *
     * @return for each change null, or why it was refused
     */
    @Transactional
    public List<RuntimeException> apply(List<BudgetChange> changes) {
        Instant now = clock.instant();
        Map<UUID, Attempt> attempts = lockAttempts(changes);
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
        writeEnded(attempts.values().stream().filter(attempt -> attempt.changed).toList(), costs, now);
        Held held = lockBudgets(changes, ends.keySet());
        ends.forEach((key, ended) -> held.budgets.get(key).end(ended.bound, ended.cost));
        List<BudgetChange.Reserve> reserved = new ArrayList<>();
        for (int i = 0; i < refusals.length; i++) {
            if (changes.get(i) instanceof BudgetChange.Reserve reserve) {
                refusals[i] = reserve(reserve.reservation(), held);
                if (refusals[i] == null) {
                    reserved.add(reserve);
                }
            }
        }
        List<Raised> raised = raise(held.budgets, now);
        writeBudgets(held.budgets);
        if (!reserved.isEmpty()) {
            insert(jdbc.sql(ATTEMPTS), reserved);
        }
        raised.forEach(Budgets::tell);
        return Arrays.asList(refusals);
    }

    private RuntimeException reserve(Reservation reservation, Held held) {
        Spend spend = reservation.spend();
        List<Scope.Key> keys = Scope.of(spend, reservation.date());
        for (Scope.Key key : keys) {
            BigDecimal limit = held.limits.get(key.scope().column());
            if (limit != null
                    && isHeldBy(key, spend)
                    && held.budgets.get(key).used().add(spend.bound()).compareTo(limit) > 0) {
                return new BudgetRefused(key.scope().column());
            }
        }
        keys.forEach(key -> held.budgets.get(key).reserve(spend.bound()));
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
            if (!attempt.state.equals("reserved")) {
                return new IllegalStateException("the reservation is " + attempt.state);
            }
            attempt.become("sent", null);
        } else if (change instanceof BudgetChange.Release && attempt.isOpen()
                || change instanceof BudgetChange.Abandon && attempt.state.equals("reserved")) {
            keys.forEach(key -> ends.merge(key, new Ended(bound, BigDecimal.ZERO), Ended::and));
            attempt.become("released", null);
        } else if (change instanceof BudgetChange.Abandon && attempt.state.equals("sent")) {
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
        } else if (attempt.state.equals("booked")) {
            BigDecimal correction = usage.amount().subtract(attempt.cost);
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

    private Map<UUID, Attempt> lockAttempts(List<BudgetChange> changes) {
        Map<UUID, Attempt> attempts = new HashMap<>();
        String[] ids = changes.stream()
                .filter(change -> !(change instanceof BudgetChange.Reserve))
                .map(change -> change.reservation().id().toString())
                .toArray(String[]::new);
        if (ids.length > 0) {
            jdbc.sql("select id, state, cost from spending.attempt where id = any(:ids::uuid[]) order by id for update")
                    .param("ids", ids)
                    .query(row -> {
                        UUID id = row.getObject("id", UUID.class);
                        attempts.put(id, new Attempt(id, row.getString("state"), row.getBigDecimal("cost")));
                    });
        }
        return attempts;
    }

    private Held lockBudgets(List<BudgetChange> changes, Set<Scope.Key> ended) {
        SortedSet<Scope.Key> keys = new TreeSet<>(ended);
        reservesOf(changes)
                .forEach(reserve -> keys.addAll(Scope.of(
                        reserve.reservation().spend(), reserve.reservation().date())));
        if (keys.isEmpty()) {
            return new Held(Map.of(), Map.of());
        }
        Held held = read(keys);
        if (held.budgets.size() < keys.size()) {
            insertMissing(keys);
            held = read(keys);
        }
        return held;
    }

    /** Budgets, then the limits, in one round trip; a batch holds the rows that every call needs. */
    private Held read(SortedSet<Scope.Key> keys) {
        Held held = new Held(new TreeMap<>(), limits.usual());
        jdbc.sql("""
                        with budgets as materialized (
                            select b.scope, b.key, b.spent, b.reserved
                              from unnest(:scopes::text[], :keys::text[]) with ordinality as wanted (scope, key, position)
                              join spending.budget b using (scope, key)
                             order by wanted.position
                               for update of b
                        )
                        select 'budget' as what, scope as name, key, spent as amount, reserved from budgets
                        union all
                        select 'limit', name, null, amount, null from spending.changed_limit
                        """)
                .param("scopes", texts(keys, key -> key.scope().column()))
                .param("keys", texts(keys, Scope.Key::key))
                .query(row -> {
                    String name = row.getString("name");
                    BigDecimal amount = row.getBigDecimal("amount");
                    if (row.getString("what").equals("budget")) {
                        held.budgets.put(
                                new Scope.Key(Scope.of(name), row.getString("key")),
                                new Budget(amount, row.getBigDecimal("reserved")));
                    } else {
                        held.limits.computeIfPresent(name, (limit, usual) -> amount);
                    }
                });
        return held;
    }

    private void insertMissing(SortedSet<Scope.Key> keys) {
        jdbc.sql("""
                        insert into spending.budget (scope, key)
                        select scope, key
                          from unnest(:scopes::text[], :keys::text[]) with ordinality as wanted (scope, key, position)
                         order by position
                        on conflict do nothing
                        """)
                .param("scopes", texts(keys, key -> key.scope().column()))
                .param("keys", texts(keys, Scope.Key::key))
                .update();
    }

    private void writeBudgets(Map<Scope.Key, Budget> held) {
        List<Map.Entry<Scope.Key, Budget>> budgets = held.entrySet().stream()
                .filter(budget -> budget.getValue().changed)
                .toList();
        if (budgets.isEmpty()) {
            return;
        }
        jdbc.sql("""
                        update spending.budget b set spent = n.spent, reserved = n.reserved
                          from unnest(:scopes::text[], :keys::text[], :spent::numeric[], :reserved::numeric[])
                            as n (scope, key, spent, reserved)
                         where b.scope = n.scope and b.key = n.key
                        """)
                .param(
                        "scopes",
                        texts(budgets, budget -> budget.getKey().scope().column()))
                .param("keys", texts(budgets, budget -> budget.getKey().key()))
                .param("spent", texts(budgets, budget -> budget.getValue().spent.toPlainString()))
                .param(
                        "reserved",
                        texts(budgets, budget -> budget.getValue().reserved.toPlainString()))
                .update();
    }

    /** @return how many were inserted */
    private int insert(StatementSpec statement, List<BudgetChange.Reserve> reserves) {
        List<Reservation> reserved =
                reserves.stream().map(BudgetChange.Reserve::reservation).toList();
        return statement
                .param("ids", texts(reserved, r -> r.id().toString()))
                .param("services", texts(reserved, r -> r.spend().service()))
                .param("kinds", texts(reserved, r -> r.spend().kind().column()))
                .param("operations", texts(reserved, r -> r.spend().operation()))
                .param("links", texts(reserved, r -> r.spend().link()))
                .param("models", texts(reserved, r -> r.spend().model()))
                .param("videos", texts(reserved, r -> r.spend().videoId()))
                .param(
                        "users",
                        texts(
                                reserved,
                                r -> r.spend().userId() == null
                                        ? null
                                        : r.spend().userId().toString()))
                .param("bounds", texts(reserved, r -> r.spend().bound().toPlainString()))
                .param("dates", texts(reserved, r -> r.date().toString()))
                .param("states", texts(reserves, reserve -> reserve.sent() ? "sent" : "reserved"))
                .param("node", node.value())
                .param("lease", settings.lease().toSeconds())
                .param("now", Timestamp.from(clock.instant()))
                .update();
    }

    private void writeEnded(List<Attempt> ended, List<Cost> costs, Instant now) {
        if (ended.isEmpty()) {
            return;
        }
        jdbc.sql("""
                        with ended as (
                            update spending.attempt a
                               set state = n.state, cost = n.cost, lease_until = now() + make_interval(secs => :lease),
                                   ended_at = case when n.state = 'sent' then null else :now::timestamptz end
                              from unnest(:ended::uuid[], :ends::text[], :costs::numeric[]) as n (id, state, cost)
                             where a.id = n.id
                        )
                        insert into spending.cost (attempt_id, service, kind, operation, video_id, user_id, units, unit,
                                                   amount, business_date, at, note)
                        select id, a.service, a.kind, a.operation, a.video_id, a.user_id, n.units, n.unit, n.amount,
                               a.business_date, :now, n.note
                          from unnest(:paid::uuid[], :units::numeric[], :unit::text[], :amounts::numeric[],
                                      :notes::text[]) as n (id, units, unit, amount, note)
                          join spending.attempt a using (id)
                        """)
                .param("lease", settings.lease().toSeconds())
                .param("now", Timestamp.from(now))
                .param("ended", texts(ended, attempt -> attempt.id.toString()))
                .param("ends", texts(ended, attempt -> attempt.state))
                .param("costs", texts(ended, attempt -> attempt.cost == null ? null : attempt.cost.toPlainString()))
                .param("paid", texts(costs, cost -> cost.reservation.id().toString()))
                .param("units", texts(costs, cost -> cost.usage.units().toPlainString()))
                .param("unit", texts(costs, cost -> cost.usage.unit()))
                .param("amounts", texts(costs, cost -> cost.usage.amount().toPlainString()))
                .param("notes", texts(costs, cost -> cost.note))
                .update();
    }

    /** @return the thresholds that are reached now, each of them once */
    private List<Raised> raise(Map<Scope.Key, Budget> budgets, Instant now) {
        List<Raised> raised = new ArrayList<>();
        budgets.forEach((key, budget) -> {
            if (budget.changed) {
                limits.warnings().getOrDefault(key.scope().column(), List.of()).stream()
                        .filter(threshold ->
                                budget.spent.compareTo(threshold) >= 0 && budget.before.compareTo(threshold) < 0)
                        .map(threshold -> new Raised(key, threshold, budget.spent))
                        .filter(warning -> isNew(warning, now))
                        .forEach(raised::add);
            }
        });
        return raised;
    }

    private boolean isNew(Raised warning, Instant now) {
        return jdbc.sql("""
                        insert into spending.warning (name, key, threshold, amount, raised_at)
                        values (:name, :key, :threshold, :amount, :now) on conflict do nothing
                        """)
                        .param("name", warning.key.scope().column())
                        .param("key", warning.key.key())
                        .param("threshold", warning.threshold)
                        .param("amount", warning.spent)
                        .param("now", Timestamp.from(now))
                        .update()
                == 1;
    }

    private static void tell(Raised warning) {
        LOG.warn(
                "spending of {} {} has reached {} of its threshold {}",
                warning.key.scope().column(),
                warning.key.key(),
                warning.spent,
                warning.threshold);
    }

    private static <T> String[] texts(Collection<T> items, Function<T, String> text) {
        return items.stream().map(text).toArray(String[]::new);
    }

    /**
     * What a batch wants of one budget.
     *
     * @param limit US dollars; null when none holds
     */
    private record Wanted(BigDecimal amount, BigDecimal limit) {

        Wanted and(Wanted other) {
            return new Wanted(amount.add(other.amount), limit == null ? other.limit : limit);
        }
    }

    private record Raised(Scope.Key key, BigDecimal threshold, BigDecimal spent) {}

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

    /** The budgets a batch has locked, and the limits in force. */
    private record Held(Map<Scope.Key, Budget> budgets, Map<String, BigDecimal> limits) {}

    /** A budget under its lock. */
    private static final class Budget {
        private final BigDecimal before;
        private BigDecimal spent;
        private BigDecimal reserved;
        private boolean changed;

        Budget(BigDecimal spent, BigDecimal reserved) {
            this.before = spent;
            this.spent = spent;
            this.reserved = reserved;
        }

        BigDecimal used() {
            return spent.add(reserved);
        }

        void reserve(BigDecimal bound) {
            reserved = reserved.add(bound);
            changed = true;
        }

        void end(BigDecimal bound, BigDecimal cost) {
            reserved = reserved.subtract(bound);
            spent = spent.add(cost);
            changed = true;
        }
    }

    /** An attempt under its lock. */
    private static final class Attempt {
        private final UUID id;
        private String state;
        private BigDecimal cost;
        private boolean changed;

        Attempt(UUID id, String state, BigDecimal cost) {
            this.id = id;
            this.state = state;
            this.cost = cost;
        }

        boolean isOpen() {
            return state.equals("reserved") || state.equals("sent");
        }

        void become(String next, BigDecimal nextCost) {
            state = next;
            cost = nextCost;
            changed = true;
        }
    }

    private record Cost(Reservation reservation, Usage usage, String note) {}
}
