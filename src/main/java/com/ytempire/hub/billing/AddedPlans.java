package com.ytempire.hub.billing;

import com.ytempire.hub.billing.PlanSettings.Terms;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Plans operators have added to those of the settings, with the terms they began with. */
@Component
class AddedPlans {

    private static final long FRESH = Duration.ofSeconds(1).toNanos();

    private final JdbcClient jdbc;
    private final Clock clock;
    private volatile Snapshot snapshot;

    AddedPlans(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    private record Snapshot(Map<String, Terms> plans, long taken) {}

    /** By name, the oldest first; from memory, which is a second old at most. */
    Map<String, Terms> all() {
        Snapshot known = snapshot;
        return known == null || System.nanoTime() - known.taken() > FRESH ? load() : known.plans();
    }

    private Map<String, Terms> load() {
        long now = System.nanoTime();
        Map<String, Terms> plans = new LinkedHashMap<>();
        jdbc.sql("select name, price, amount, currency, channels, videos_per_day, trial_days, features"
                        + " from billing.added_plan order by added_at, name")
                .query(row -> {
                    plans.put(
                            row.getString("name"),
                            new Terms(
                                    row.getString("price"),
                                    row.getLong("amount"),
                                    row.getString("currency"),
                                    row.getInt("channels"),
                                    row.getInt("videos_per_day"),
                                    row.getInt("trial_days"),
                                    PlanTable.list(row.getString("features")),
                                    true));
                });
        snapshot = new Snapshot(plans, now);
        return plans;
    }

    /** @return false when there is one of that name, or at that price */
    boolean add(String name, Terms terms, String operator) {
        int added = jdbc.sql("""
                        insert into billing.added_plan (name, price, amount, currency, channels, videos_per_day, trial_days,
                            features, added_by, added_at)
                        values (:name, :price, :amount, :currency, :channels, :videos, :trial, :features, :operator, :now)
                        on conflict do nothing
                        """)
                .param("name", name)
                .param("price", terms.price())
                .param("amount", terms.amount())
                .param("currency", terms.currency())
                .param("channels", terms.channels())
                .param("videos", terms.videosPerDay())
                .param("trial", terms.trialDays())
                .param("features", terms.features().isEmpty() ? PlanTable.NONE : String.join(", ", terms.features()))
                .param("operator", operator)
                .param("now", Timestamp.from(clock.instant()))
                .update();
        load();
        return added == 1;
    }
}
