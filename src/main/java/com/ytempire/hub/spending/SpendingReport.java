package com.ytempire.hub.spending;

import java.math.BigDecimal;
import java.sql.Date;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What was spent, added up from the ledger; every breakdown adds up to the total. */
@Component
public class SpendingReport {

    private final JdbcClient jdbc;
    private final Clock clock;

    SpendingReport(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** US dollars of the days from {@code from} to {@code to}, both included. */
    Report between(LocalDate from, LocalDate to) {
        List<Line> lines = jdbc.sql("""
                        select business_date, service, kind, sum(amount) as amount, count(*) as entries
                          from spending.cost where business_date between :from and :to
                         group by business_date, service, kind order by business_date, service, kind
                        """)
                .param("from", Date.valueOf(from))
                .param("to", Date.valueOf(to))
                .query(Line.class)
                .list();
        Map<LocalDate, BigDecimal> byDay = new LinkedHashMap<>();
        Map<String, BigDecimal> byService = new LinkedHashMap<>();
        Map<String, BigDecimal> byKind = new LinkedHashMap<>();
        BigDecimal total = BigDecimal.ZERO.setScale(Money.PLACES);
        for (Line line : lines) {
            byDay.merge(line.businessDate(), line.amount(), BigDecimal::add);
            byService.merge(line.service(), line.amount(), BigDecimal::add);
            byKind.merge(line.kind(), line.amount(), BigDecimal::add);
            total = total.add(line.amount());
        }
        BigDecimal reserved = jdbc.sql(
                        "select coalesce(sum(bound), 0)::numeric(14, 6) from spending.attempt where state in ('reserved', 'sent')")
                .query(BigDecimal.class)
                .single();
        return new Report(from, to, Money.CURRENCY, total, reserved, byDay, byService, byKind, clock.instant());
    }

    /** What a video has cost, in all and by service; zero for one that cost nothing. */
    public VideoCost ofVideo(String videoId) {
        Map<String, BigDecimal> breakdown = new LinkedHashMap<>();
        jdbc.sql("select service, sum(amount) as amount from spending.cost where video_id = :video"
                        + " group by service order by service")
                .param("video", videoId)
                .query((row, number) -> breakdown.put(row.getString("service"), row.getBigDecimal("amount")))
                .list();
        BigDecimal total = breakdown.values().stream().reduce(BigDecimal.ZERO.setScale(Money.PLACES), BigDecimal::add);
        return new VideoCost(videoId, Money.CURRENCY, total, breakdown);
    }

    /** How much of each limit of a day and its month is used. */
    Map<String, Map<String, BigDecimal>> used(LocalDate day, Map<String, BigDecimal> limits) {
        Map<String, Map<String, BigDecimal>> used = new LinkedHashMap<>();
        limits.forEach((name, limit) -> used.put(name, new LinkedHashMap<>(Map.of("limit", limit))));
        jdbc.sql("""
                        select scope, spent, reserved from spending.budget
                         where scope = 'month' and key = :month or scope in ('day', 'text_day') and key = :day
                        """)
                .param("month", day.toString().substring(0, 7))
                .param("day", day.toString())
                .query((row, number) -> {
                    Map<String, BigDecimal> line = used.get(row.getString("scope"));
                    line.put("spent", row.getBigDecimal("spent"));
                    line.put("reserved", row.getBigDecimal("reserved"));
                    return line;
                })
                .list();
        return used;
    }

    record Line(LocalDate businessDate, String service, String kind, BigDecimal amount, long entries) {}

    /** @param reserved set aside for calls under way, on top of the total */
    record Report(
            LocalDate from,
            LocalDate to,
            String currency,
            BigDecimal total,
            BigDecimal reserved,
            Map<LocalDate, BigDecimal> byDay,
            Map<String, BigDecimal> byService,
            Map<String, BigDecimal> byKind,
            Instant asOf) {}

    /**
     * @param totalCost US dollars
     * @param breakdown US dollars by service; adds up to the total
     */
    public record VideoCost(String videoId, String currency, BigDecimal totalCost, Map<String, BigDecimal> breakdown) {}
}
