package com.ytempire.hub.spending;

import com.ytempire.hub.platform.Problem;
import com.ytempire.hub.spending.PriceSource.From;
import com.ytempire.hub.spending.PriceSource.Price;
import java.math.BigDecimal;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What vendors charge, by the day from which it holds: as set, and as operators have set since. Of two prices from the
 * same day the operator's holds, else the younger one. A change holds on every node within a second, and for what is
 * reserved from then on; what was booked stays as it was booked.
 *
 * <p>Days are those of UTC, as vendors publish them. Safe for concurrent use.
 */
@Component
public class Prices {

    private static final long FRESH = Duration.ofSeconds(1).toNanos();
    private static final int MOST_YEARS = 100;

    private final ObjectProvider<PriceSource> sources;
    private final JdbcClient jdbc;
    private final Clock clock;
    private volatile Snapshot snapshot;

    Prices(ObjectProvider<PriceSource> sources, JdbcClient jdbc, Clock clock) {
        this.sources = sources;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    private record Snapshot(Map<String, List<Term>> byName, long taken) {}

    private Map<String, List<Term>> changed() {
        Snapshot known = snapshot;
        return known == null || System.nanoTime() - known.taken() > FRESH ? load() : known.byName();
    }

    private Map<String, List<Term>> load() {
        long now = System.nanoTime();
        Map<String, List<Term>> byName = new HashMap<>();
        jdbc.sql("select name, valid_from, amount, changed_by, changed_at from spending.changed_price"
                        + " order by name, valid_from")
                .query(row -> {
                    byName.computeIfAbsent(row.getString("name"), name -> new ArrayList<>())
                            .add(new Term(
                                    row.getDate("valid_from").toLocalDate(),
                                    row.getBigDecimal("amount"),
                                    row.getString("changed_by"),
                                    row.getTimestamp("changed_at").toInstant()));
                });
        snapshot = new Snapshot(byName, now);
        return byName;
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    /**
     * US dollars, today.
     *
     * @param usual as the settings say, in any order
     * @return empty when none holds yet
     */
    public Optional<BigDecimal> now(String name, List<From> usual) {
        List<Term> set = changed().getOrDefault(name, List.of());
        return set.isEmpty() ? usual(today(), usual) : on(today(), terms(usual, set));
    }

    static Optional<BigDecimal> usual(LocalDate day, List<From> usual) {
        From latest = null;
        for (From from : usual) {
            if (!from.day().isAfter(day) && (latest == null || !from.day().isBefore(latest.day()))) {
                latest = from;
            }
        }
        return Optional.ofNullable(latest).map(From::amount);
    }

    static Optional<BigDecimal> on(LocalDate day, List<Term> terms) {
        return terms.stream()
                .filter(term -> !term.from().isAfter(day))
                .reduce((earlier, later) -> later)
                .map(Term::amount);
    }

    /** @param changedBy null for one of the settings */
    public record Term(LocalDate from, BigDecimal amount, String changedBy, Instant changedAt) {}

    /** Rising by day. */
    static List<Term> terms(List<From> usual, List<Term> set) {
        List<Term> terms = new ArrayList<>(set);
        usual.stream()
                .filter(each -> set.stream().noneMatch(other -> other.from().equals(each.day())))
                .forEach(each -> terms.add(new Term(each.day(), each.amount(), null, null)));
        terms.sort(Comparator.comparing(Term::from));
        return terms;
    }

    /**
     * A price.
     *
     * @param now US dollars; null when none holds yet
     * @param terms all that is known, by the day from which they hold
     */
    public record Listed(String name, String title, String unit, BigDecimal now, List<Term> terms) {}

    /** All there are. */
    public List<Listed> all() {
        Map<String, List<Term>> changed = load();
        return prices().stream()
                .map(price -> new Listed(
                        price.name(),
                        price.title(),
                        price.unit(),
                        now(price.name(), price.usual()).orElse(null),
                        terms(price.usual(), changed.getOrDefault(price.name(), List.of()))))
                .toList();
    }

    private List<Price> prices() {
        return sources.orderedStream()
                .flatMap(source -> source.prices().stream())
                .toList();
    }

    /**
     * Sets what holds from a day on, or takes back what an operator had set for that day. Every change is kept.
     *
     * @param from today or later: what is past was paid at what was known then
     * @param amount US dollars; null: as the settings say
     * @throws Problem 422 for an unknown price, a past day, or an amount that is none
     */
    public Listed change(String name, LocalDate from, BigDecimal amount, String operator) {
        if (prices().stream().noneMatch(price -> price.name().equals(name))) {
            throw invalid(name, "There is no such price");
        }
        if (from.isBefore(LocalDate.EPOCH) || from.isAfter(today().plusYears(MOST_YEARS))) {
            throw invalid("from", "A day of the next " + MOST_YEARS + " years");
        }
        if (from.isBefore(today()) && amount != null) {
            throw invalid("from", "A price holds from today on at the earliest");
        }
        if (amount == null) {
            takeBack(name, from, operator);
        } else {
            set(name, from, amount, operator);
        }
        return all().stream()
                .filter(price -> price.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private void takeBack(String name, LocalDate from, String operator) {
        jdbc.sql("""
                        with gone as (
                            delete from spending.changed_price where name = :name and valid_from = :from
                            returning name, valid_from)
                        insert into spending.price_change (name, valid_from, amount, changed_by, changed_at)
                        select name, valid_from, null, :operator, :now::timestamptz from gone
                        """)
                .param("name", name)
                .param("from", Date.valueOf(from))
                .param("operator", operator)
                .param("now", Timestamp.from(clock.instant()))
                .update();
    }

    private void set(String name, LocalDate from, BigDecimal amount, String operator) {
        if (amount.signum() < 0
                || amount.stripTrailingZeros().scale() > Money.PLACES
                || amount.compareTo(BigDecimal.valueOf(100_000)) > 0) {
            throw invalid(
                    "amount",
                    "A price is an amount of US dollars up to 100000 with at most " + Money.PLACES + " places");
        }
        jdbc.sql("""
                        with kept as (
                            insert into spending.price_change (name, valid_from, amount, changed_by, changed_at)
                            values (:name, :from, :amount, :operator, :now))
                        insert into spending.changed_price (name, valid_from, amount, changed_by, changed_at)
                        values (:name, :from, :amount, :operator, :now)
                        on conflict (name, valid_from) do update set amount = excluded.amount,
                            changed_by = excluded.changed_by, changed_at = excluded.changed_at
                        """)
                .param("name", name)
                .param("from", Date.valueOf(from))
                .param("amount", amount)
                .param("operator", operator)
                .param("now", Timestamp.from(clock.instant()))
                .update();
    }

    private static Problem invalid(String field, String detail) {
        return new Problem(HttpStatus.UNPROCESSABLE_ENTITY, "validation_failed", detail, field);
    }
}
