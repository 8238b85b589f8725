package com.ytempire.hub.spending;

import com.ytempire.hub.platform.NodeId;
import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/** The SQL of {@link Budgets}, in whose transaction it runs, and the rows that are locked by it. */
final class BudgetTables {

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
    private final Duration lease;
    private final NodeId node;

    /** @param lease of an attempt, by which other nodes know that its own is gone */
    BudgetTables(JdbcClient jdbc, Duration lease, NodeId node) {
        this.jdbc = jdbc;
        this.lease = lease;
        this.node = node;
    }

    /**
     * Sets money aside for all of them in one statement, which is a transaction of its own.
     *
     * @param wanted what they want of each budget, together
     * @return false when they do not fit all together, or a budget is new: nothing was changed
     */
    boolean reserveTogether(SortedMap<Scope.Key, Wanted> wanted, List<BudgetChange.Reserve> reserves, Instant now) {
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
                        reserves,
                        now)
                == reserves.size();
    }

    /** @return those that there are, by their ids */
    Map<UUID, Attempt> lockAttempts(List<UUID> ids) {
        Map<UUID, Attempt> attempts = new HashMap<>();
        if (!ids.isEmpty()) {
            jdbc.sql("select id, state, cost from spending.attempt where id = any(:ids::uuid[]) order by id for update")
                    .param("ids", texts(ids, UUID::toString))
                    .query(row -> {
                        UUID id = row.getObject("id", UUID.class);
                        attempts.put(id, new Attempt(id, row.getString("state"), row.getBigDecimal("cost")));
                    });
        }
        return attempts;
    }

    /**
     * All of them; those that are new begin at nothing.
     *
     * @param usual the limits by name, as the settings have them
     */
    Held lockBudgets(SortedSet<Scope.Key> keys, Map<String, BigDecimal> usual) {
        if (keys.isEmpty()) {
            return new Held(Map.of(), Map.of());
        }
        Held held = read(keys, usual);
        if (held.budgets.size() < keys.size()) {
            insertMissing(keys);
            held = read(keys, usual);
        }
        return held;
    }

    /** Budgets, then the limits, in one round trip; a batch holds the rows that every call needs. */
    private Held read(SortedSet<Scope.Key> keys, Map<String, BigDecimal> usual) {
        Held held = new Held(new TreeMap<>(), new HashMap<>(usual));
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
                        held.limits.computeIfPresent(name, (limit, before) -> amount);
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

    /** Those of them that have changed. */
    void writeBudgets(Map<Scope.Key, Budget> held) {
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

    void writeReserved(List<BudgetChange.Reserve> reserves, Instant now) {
        if (!reserves.isEmpty()) {
            insert(jdbc.sql(ATTEMPTS), reserves, now);
        }
    }

    /** @return how many were inserted */
    private int insert(StatementSpec statement, List<BudgetChange.Reserve> reserves, Instant now) {
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
                .param("lease", lease.toSeconds())
                .param("now", Timestamp.from(now))
                .update();
    }

    /** Attempts that have changed, and what they cost. */
    void writeEnded(List<Attempt> ended, List<Cost> costs, Instant now) {
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
                .param("lease", lease.toSeconds())
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

    /** @return whether this is the first time */
    boolean note(Raised warning, Instant now) {
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

    private static <T> String[] texts(Collection<T> items, Function<T, String> text) {
        return items.stream().map(text).toArray(String[]::new);
    }

    /**
     * What a batch wants of one budget.
     *
     * @param limit US dollars; null when none holds
     */
    record Wanted(BigDecimal amount, BigDecimal limit) {

        Wanted and(Wanted other) {
            return new Wanted(amount.add(other.amount), limit == null ? other.limit : limit);
        }
    }

    /** A threshold that a budget has reached. */
    record Raised(Scope.Key key, BigDecimal threshold, BigDecimal spent) {}

    /** The budgets a batch has locked, and the limits in force. */
    record Held(Map<Scope.Key, Budget> budgets, Map<String, BigDecimal> limits) {}

    /** A budget under its lock. */
    static final class Budget {
        private final BigDecimal before;
        private BigDecimal spent;
        private BigDecimal reserved;
        private boolean changed;

        Budget(BigDecimal spent, BigDecimal reserved) {
            this.before = spent;
            this.spent = spent;
            this.reserved = reserved;
        }

        /** Spent or set aside. */
        BigDecimal used() {
            return spent.add(reserved);
        }

        BigDecimal spent() {
            return spent;
        }

        boolean isChanged() {
            return changed;
        }

        /** Whether the threshold is reached now and was not before. */
        boolean reaches(BigDecimal threshold) {
            return spent.compareTo(threshold) >= 0 && before.compareTo(threshold) < 0;
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
    static final class Attempt {
        private final UUID id;
        private String state;
        private BigDecimal cost;
        private boolean changed;

        Attempt(UUID id, String state, BigDecimal cost) {
            this.id = id;
            this.state = state;
            this.cost = cost;
        }

        String state() {
            return state;
        }

        BigDecimal cost() {
            return cost;
        }

        boolean isChanged() {
            return changed;
        }

        boolean is(String wanted) {
            return state.equals(wanted);
        }

        boolean isOpen() {
            return is("reserved") || is("sent");
        }

        void become(String next, BigDecimal nextCost) {
            state = next;
            cost = nextCost;
            changed = true;
        }
    }

    /** @param note why, unless it is what the vendor counted */
    record Cost(Reservation reservation, Usage usage, String note) {}
}
