package com.ytempire.hub.spending;

import com.ytempire.hub.platform.Problem;
import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The limits in force: those of the settings, unless an operator has changed them. */
@Component
class Limits {

    private final SpendingSettings settings;
    private final JdbcClient jdbc;
    private final Clock clock;

    Limits(SpendingSettings settings, JdbcClient jdbc, Clock clock) {
        this.settings = settings;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** Those of the settings, US dollars by name. */
    Map<String, BigDecimal> usual() {
        return new LinkedHashMap<>(settings.limits());
    }

    /** US dollars by name. */
    Map<String, BigDecimal> all() {
        Map<String, BigDecimal> limits = usual();
        jdbc.sql("select name, amount from spending.changed_limit").query().listOfRows().stream()
                .filter(row -> limits.containsKey((String) row.get("name")))
                .forEach(row -> limits.put((String) row.get("name"), (BigDecimal) row.get("amount")));
        return limits;
    }

    /** What warns, by the name of the limit: thresholds in US dollars, rising. */
    Map<String, List<BigDecimal>> warnings() {
        return settings.warnings();
    }

    /**
     * In force for the next reservation on every node.
     *
     * @param changes null for an amount brings back that of the settings
     * @throws Problem 422 that names an unknown limit or an amount that is none
     */
    void change(Map<String, BigDecimal> changes, String operator) {
        changes.forEach((name, amount) -> {
            if (!settings.limits().containsKey(name)) {
                throw new Problem(HttpStatus.UNPROCESSABLE_ENTITY, "validation_failed", "There is no such limit", name);
            }
            if (amount != null
                    && (amount.signum() < 0 || amount.stripTrailingZeros().scale() > Money.PLACES)) {
                throw new Problem(
                        HttpStatus.UNPROCESSABLE_ENTITY,
                        "validation_failed",
                        "A limit is an amount of US dollars with at most " + Money.PLACES + " places",
                        name);
            }
        });
        changes.forEach((name, amount) -> write(name, amount, operator));
    }

    private void write(String name, BigDecimal amount, String operator) {
        Timestamp now = Timestamp.from(clock.instant());
        if (amount == null) {
            jdbc.sql("""
                            with gone as (delete from spending.changed_limit where name = :name returning name)
                            insert into spending.limit_change (name, amount, changed_by, changed_at)
                            select name, null, :operator, :now::timestamptz from gone
                            """)
                    .param("name", name)
                    .param("operator", operator)
                    .param("now", now)
                    .update();
            return;
        }
        jdbc.sql("""
                        with kept as (
                            insert into spending.limit_change (name, amount, changed_by, changed_at)
                            values (:name, :amount, :operator, :now))
                        insert into spending.changed_limit (name, amount, changed_by, changed_at)
                        values (:name, :amount, :operator, :now)
                        on conflict (name) do update
                           set amount = excluded.amount, changed_by = excluded.changed_by,
                               changed_at = excluded.changed_at
                        """)
                .param("name", name)
                .param("amount", amount)
                .param("operator", operator)
                .param("now", now)
                .update();
    }

    /** Who has changed a limit, by its name; those as in the settings are left out. */
    Map<String, String> changedBy() {
        Map<String, String> by = new LinkedHashMap<>();
        jdbc.sql("select name, changed_by from spending.changed_limit").query(row -> {
            by.put(row.getString("name"), row.getString("changed_by"));
        });
        return by;
    }
}
