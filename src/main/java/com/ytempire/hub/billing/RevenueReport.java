package com.ytempire.hub.billing;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Date;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What the ledgers of revenue and of recurring revenue say of a period, each currency by itself. */
@Component
class RevenueReport {

    private static final int RATE_DIGITS = 4;

    private final JdbcClient jdbc;
    private final Clock clock;

    RevenueReport(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    Revenue revenue(Period period) {
        Instant asOf = clock.instant();
        return new Revenue(
                period.from(),
                period.to(),
                asOf,
                jdbc.sql("""
                                select currency,
                                       sum(amount) as net,
                                       coalesce(sum(amount) filter (where category = 'subscription'), 0) as net_subscription,
                                       coalesce(sum(amount) filter (where category = 'one_time'), 0) as net_one_time,
                                       coalesce(sum(amount) filter (where kind = 'payment'), 0) as gross,
                                       coalesce(sum(amount) filter (where kind = 'payment' and category = 'subscription'), 0)
                                           as gross_subscription,
                                       coalesce(sum(amount) filter (where kind = 'payment' and category = 'one_time'), 0)
                                           as gross_one_time,
                                       -coalesce(sum(amount) filter (where kind = 'refund'), 0) as refunds,
                                       -coalesce(sum(amount) filter (where kind = 'dispute'), 0) as disputes_lost,
                                       sum(orders) as orders,
                                       count(distinct customer) filter (where orders > 0) as customers
                                  from billing.revenue_entry where at >= :start and at < :end
                                 group by currency order by currency
                                """)
                        .param("start", period.startTime())
                        .param("end", period.endTime())
                        .query(RevenueReport::ofCurrency)
                        .list());
    }

    private static CurrencyRevenue ofCurrency(ResultSet row, int number) throws SQLException {
        long gross = row.getLong("gross");
        long orders = row.getLong("orders");
        return new CurrencyRevenue(
                row.getString("currency"),
                row.getLong("net"),
                row.getLong("net_subscription"),
                row.getLong("net_one_time"),
                gross,
                row.getLong("gross_subscription"),
                row.getLong("gross_one_time"),
                row.getLong("refunds"),
                row.getLong("disputes_lost"),
                row.getLong("customers"),
                orders,
                orders <= 0
                        ? null
                        : BigDecimal.valueOf(gross)
                                .divide(BigDecimal.valueOf(orders), 0, RoundingMode.HALF_UP)
                                .longValueExact());
    }

    SubscriptionMetrics subscriptions(Period period) {
        Instant asOf = clock.instant();
        Map<String, Map<String, Long>> reasons = reasons(period);
        return new SubscriptionMetrics(
                period.from(),
                period.to(),
                asOf,
                jdbc.sql("""
                                select currency,
                                       coalesce(sum(amount) filter (where at < :start), 0) as mrr_start,
                                       coalesce(sum(active) filter (where at < :start), 0) as active_start,
                                       sum(amount) as mrr_end,
                                       sum(active) as active_end,
                                       coalesce(sum(amount) filter (where at >= :start and kind = 'new'), 0) as new,
                                       coalesce(sum(amount) filter (where at >= :start and kind = 'expansion'), 0) as expansion,
                                       coalesce(sum(amount) filter (where at >= :start and kind = 'contraction'), 0)
                                           as contraction,
                                       coalesce(sum(amount) filter (where at >= :start and kind = 'churn'), 0) as churn,
                                       coalesce(sum(amount) filter (where at >= :start and kind = 'reactivation'), 0)
                                           as reactivation,
                                       count(*) filter (where at >= :start and kind = 'churn') as churned
                                  from billing.mrr_movement where at < :end group by currency order by currency
                                """)
                        .param("start", period.startTime())
                        .param("end", period.endTime())
                        .query((row, number) -> {
                            String currency = row.getString("currency");
                            return ofCurrency(row, currency, reasons.getOrDefault(currency, Map.of()));
                        })
                        .list());
    }

    private static CurrencySubscriptions ofCurrency(ResultSet row, String currency, Map<String, Long> reasons)
            throws SQLException {
        long atStart = row.getLong("active_start");
        long churned = row.getLong("churned");
        return new CurrencySubscriptions(
                currency,
                row.getLong("active_end"),
                churned,
                row.getLong("mrr_end"),
                row.getLong("mrr_start"),
                new Movements(
                        row.getLong("new"),
                        row.getLong("expansion"),
                        row.getLong("contraction"),
                        row.getLong("churn"),
                        row.getLong("reactivation")),
                atStart == 0
                        ? null
                        : BigDecimal.valueOf(churned)
                                .divide(BigDecimal.valueOf(atStart), RATE_DIGITS, RoundingMode.HALF_UP),
                reasons);
    }

    private Map<String, Map<String, Long>> reasons(Period period) {
        Map<String, Map<String, Long>> reasons = new LinkedHashMap<>();
        jdbc.sql("""
                        select currency, coalesce(reason, 'unknown') as reason, count(*) as number
                          from billing.mrr_movement
                         where kind = 'churn' and at >= :start and at < :end group by 1, 2 order by 1, 2
                        """)
                .param("start", period.startTime())
                .param("end", period.endTime())
                .query(row -> {
                    reasons.computeIfAbsent(row.getString("currency"), currency -> new LinkedHashMap<>())
                            .put(row.getString("reason"), row.getLong("number"));
                });
        return reasons;
    }

    /** How the period's days ended, as far as they were written down. */
    List<Snapshot> snapshots(Period period) {
        return jdbc.sql("select date, currency, mrr, active_subscriptions, computed_at from billing.mrr_snapshot"
                        + " where date between :from and :to order by date, currency")
                .param("from", Date.valueOf(period.from()))
                .param("to", Date.valueOf(period.to()))
                .query(Snapshot.class)
                .list();
    }

    /** @param asOf when it was computed */
    record Revenue(LocalDate from, LocalDate to, Instant asOf, List<CurrencyRevenue> currencies) {}

    /**
     * Amounts in the currency's smallest unit.
     *
     * @param totalRevenue after refunds and lost disputes of the period, as are the next two
     * @param customerCount who paid something in the period
     * @param averageOrderValue gross by paid orders, rounded half up; null without orders
     */
    record CurrencyRevenue(
            String currency,
            long totalRevenue,
            long subscriptionRevenue,
            long oneTimeRevenue,
            long grossTotalRevenue,
            long grossSubscriptionRevenue,
            long grossOneTimeRevenue,
            long refunds,
            long disputesLost,
            long customerCount,
            long paidOrders,
            Long averageOrderValue) {}

    /** @param asOf when it was computed */
    record SubscriptionMetrics(LocalDate from, LocalDate to, Instant asOf, List<CurrencySubscriptions> currencies) {}

    /**
     * Amounts a month, in the currency's smallest unit.
     *
     * @param activeSubscriptions when the period ended
     * @param subscriptionMrr when the period ended; that of its start and the movements add up to it
     * @param churnRate churned by active at the start, as a fraction; null when there were none
     */
    record CurrencySubscriptions(
            String currency,
            long activeSubscriptions,
            long churnedSubscriptions,
            long subscriptionMrr,
            long mrrAtStart,
            Movements movements,
            BigDecimal churnRate,
            Map<String, Long> churnReasons) {}

    record Movements(
            @JsonProperty("new") long newMrr, long expansion, long contraction, long churn, long reactivation) {}

    /** @param date as it ended */
    record Snapshot(LocalDate date, String currency, long mrr, long activeSubscriptions, Instant computedAt) {}
}
