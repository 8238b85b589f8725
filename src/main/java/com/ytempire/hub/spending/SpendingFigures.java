package com.ytempire.hub.spending;

import com.ytempire.hub.platform.AlertSource;
import com.ytempire.hub.platform.Trouble;
import com.ytempire.hub.platform.Trouble.Level;
import java.math.BigDecimal;
import java.sql.Date;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** How spending does, in figures; amounts are US dollars. */
@Component
public class SpendingFigures implements AlertSource {

    /** Spending never goes back: an alert is over when its day or month is. */
    private static final Duration QUIET = Duration.ofMinutes(2);

    private final JdbcClient jdbc;
    private final SpendingReport report;
    private final Limits limits;
    private final ZoneId zone;

    SpendingFigures(JdbcClient jdbc, SpendingReport report, Limits limits, @Value("${hub.zone}") ZoneId zone) {
        this.jdbc = jdbc;
        this.report = report;
        this.limits = limits;
        this.zone = zone;
    }

    /**
     * A limit that counts over all videos.
     *
     * @param name day, text_day or month
     * @param reserved for calls under way, on top of what was spent
     */
    public record Limit(String name, BigDecimal spent, BigDecimal reserved, BigDecimal limit) {

        /** Per cent of the limit, rounded down; 100 for a limit of nothing. */
        public int percent() {
            return limit.signum() == 0
                    ? 100
                    : spent.add(reserved)
                            .movePointRight(2)
                            .divideToIntegralValue(limit)
                            .intValue();
        }
    }

    /** What is used of the limits of a day and its month. */
    public List<Limit> limits(LocalDate day) {
        Map<String, Map<String, BigDecimal>> used = report.used(day, limits.all());
        return List.of("day", "text_day", "month").stream()
                .map(name -> new Limit(
                        name,
                        used.get(name).getOrDefault("spent", BigDecimal.ZERO),
                        used.get(name).getOrDefault("reserved", BigDecimal.ZERO),
                        used.get(name).get("limit")))
                .toList();
    }

    /** @param kind text, speech, image or media */
    public record Cost(LocalDate day, String service, String kind, BigDecimal amount, long entries) {}

    /** What was paid on the days, both included. */
    public List<Cost> costs(LocalDate from, LocalDate to) {
        return jdbc.sql("""
                        select business_date as day, service, kind, sum(amount) as amount, count(*) as entries
                          from spending.cost where business_date between :from and :to
                         group by 1, 2, 3 order by 1, 2, 3
                        """)
                .param("from", Date.valueOf(from))
                .param("to", Date.valueOf(to))
                .query(Cost.class)
                .list();
    }

    /**
     * Changes a limit; in force for the next reservation on every node.
     *
     * @param amount null: as in the settings
     * @throws com.ytempire.hub.platform.Problem 422 for an unknown limit, or an amount that is none
     */
    public void changeLimit(String name, BigDecimal amount, String operator) {
        limits.change(Collections.singletonMap(name, amount), operator);
    }

    /** @param changedBy null when it is as usual */
    public record LimitSetting(String name, BigDecimal amount, BigDecimal usual, String changedBy) {}

    /** All limits, with what they are in the settings. */
    public List<LimitSetting> limitSettings() {
        Map<String, String> by = limits.changedBy();
        Map<String, BigDecimal> usual = limits.usual();
        return limits.all().entrySet().stream()
                .map(limit -> new LimitSetting(
                        limit.getKey(), limit.getValue(), usual.get(limit.getKey()), by.get(limit.getKey())))
                .toList();
    }

    /** All limits in force, by name. */
    public Map<String, BigDecimal> allLimits() {
        return limits.all();
    }

    /** Thresholds of the present day and month that were reached. */
    @Override
    public List<Trouble> troubles(Instant now) {
        LocalDate today = LocalDate.ofInstant(now, zone);
        Map<String, BigDecimal> all = limits.all();
        return jdbc.sql("""
                        select name, max(threshold) as threshold, max(amount) as amount from spending.warning
                         where key in (:day, :month) group by name
                        """)
                .param("day", today.toString())
                .param("month", today.toString().substring(0, 7))
                .query((row, number) -> {
                    String name = row.getString("name");
                    BigDecimal threshold = row.getBigDecimal("threshold");
                    boolean isLimit = all.containsKey(name) && threshold.compareTo(all.get(name)) >= 0;
                    return Trouble.of(
                            "spending",
                            "hub",
                            name,
                            isLimit ? Level.CRITICAL : Level.WARNING,
                            "Spending of this %s has reached $%s%s"
                                    .formatted(
                                            name.equals("month") ? "month" : "day",
                                            threshold.stripTrailingZeros().toPlainString(),
                                            name.equals("text_day") ? " for text" : ""),
                            "/operations#spending",
                            QUIET);
                })
                .list();
    }
}
