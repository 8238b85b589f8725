package com.ytempire.hub.operations;

import com.ytempire.hub.billing.BillingFigures;
import com.ytempire.hub.billing.BillingFigures.Movement;
import com.ytempire.hub.platform.Amounts;
import com.ytempire.hub.platform.Measures;
import com.ytempire.hub.platform.Measures.Point;
import com.ytempire.hub.platform.TrendSource;
import com.ytempire.hub.platform.TrendSource.Trend;
import com.ytempire.hub.spending.SpendingFigures;
import com.ytempire.hub.spending.SpendingFigures.Cost;
import com.ytempire.hub.spending.SpendingFigures.Limit;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** How the last seven days went, as plots and as the sentence each of them says. */
@Component
class TrendFigures {

    private static final int DAYS = 7;
    private static final int HOURS_A_BAR = 4;
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("EEE d", Locale.ENGLISH);
    private static final DateTimeFormatter HOUR = DateTimeFormatter.ofPattern("EEE HH:mm", Locale.ENGLISH);
    private static final List<String> MOVEMENTS = List.of("new", "expansion", "reactivation", "contraction", "churn");
    private static final BigDecimal CENTS = BigDecimal.valueOf(100);

    private final Measures measures;
    private final SpendingFigures spending;
    private final BillingFigures billing;
    private final List<TrendSource> more;
    private final Clock clock;
    private final ZoneId zone;

    TrendFigures(
            Measures measures,
            SpendingFigures spending,
            BillingFigures billing,
            ObjectProvider<TrendSource> more,
            Clock clock,
            @Value("${hub.zone}") ZoneId zone) {
        this.measures = measures;
        this.spending = spending;
        this.billing = billing;
        this.more = more.orderedStream().toList();
        this.clock = clock;
        this.zone = zone;
    }

    record Week(Instant asOf, List<Chart> charts) {}

    /**
     * A plot.
     *
     * @param says what it shows, in a sentence
     * @param kind stacked or lines
     * @param limit drawn as a line across; null for none
     */
    record Chart(
            String id,
            String title,
            String says,
            String kind,
            String unit,
            List<String> labels,
            List<Series> series,
            BigDecimal limit) {}

    /** @param values one for each label; null where nothing is known */
    record Series(String name, List<BigDecimal> values) {}

    Week week() {
        LocalDate today = LocalDate.ofInstant(clock.instant(), zone);
        List<LocalDate> days = IntStream.range(0, DAYS)
                .mapToObj(i -> today.minusDays(DAYS - 1L - i))
                .toList();
        List<Chart> charts = new ArrayList<>(List.of(webhooks(), spend(days), fallbacks(days), mrr(days)));
        more.forEach(source -> charts.add(chart(source.trend(days.get(0), today), days)));
        return new Week(clock.instant(), charts);
    }

    private Chart chart(Trend trend, List<LocalDate> days) {
        Map<String, BigDecimal[]> series = new TreeMap<>();
        BigDecimal all = BigDecimal.ZERO;
        for (Map.Entry<String, Map<LocalDate, BigDecimal>> each : trend.counts().entrySet()) {
            for (Map.Entry<LocalDate, BigDecimal> day : each.getValue().entrySet()) {
                add(series, each.getKey(), DAYS, days.indexOf(day.getKey()), day.getValue());
                all = all.add(day.getValue());
            }
        }
        return new Chart(
                trend.id(),
                trend.title(),
                all.toPlainString() + " over the week.",
                "stacked",
                trend.unit(),
                labels(days),
                series(series),
                null);
    }

    private Chart webhooks() {
        ZonedDateTime end =
                clock.instant().atZone(zone).truncatedTo(ChronoUnit.HOURS).plusHours(1);
        int bars = DAYS * 24 / HOURS_A_BAR;
        Instant begin = end.minusHours((long) bars * HOURS_A_BAR).toInstant();
        Map<String, BigDecimal[]> series = new TreeMap<>();
        long all = 0;
        for (Point point : measures.series(Measures.INTAKE, begin, end.toInstant(), "hour", zone)) {
            int bar = (int) (ChronoUnit.HOURS.between(begin, point.from()) / HOURS_A_BAR);
            add(series, point.subject(), bars, bar, BigDecimal.valueOf(point.calls()));
            all += point.calls();
        }
        List<String> labels = IntStream.range(0, bars)
                .mapToObj(i -> HOUR.withZone(zone).format(begin.plus((long) i * HOURS_A_BAR, ChronoUnit.HOURS)))
                .toList();
        return new Chart(
                "webhooks",
                "Webhooks",
                String.format(Locale.ROOT, "%,d came in over the week.", all),
                "stacked",
                "webhooks in " + HOURS_A_BAR + " hours",
                labels,
                series(series),
                null);
    }

    private static void add(Map<String, BigDecimal[]> series, String name, int size, int at, BigDecimal more) {
        BigDecimal[] values = series.computeIfAbsent(name, key -> {
            BigDecimal[] none = new BigDecimal[size];
            Arrays.fill(none, BigDecimal.ZERO);
            return none;
        });
        if (at >= 0 && at < size) {
            values[at] = values[at].add(more);
        }
    }

    private static List<Series> series(Map<String, BigDecimal[]> values) {
        List<Series> all = new ArrayList<>();
        values.forEach((name, each) -> all.add(new Series(name, Arrays.asList(each))));
        return all;
    }

    private List<String> labels(List<LocalDate> days) {
        return days.stream().map(DAY::format).toList();
    }

    private Chart spend(List<LocalDate> days) {
        Map<String, BigDecimal[]> series = new TreeMap<>();
        BigDecimal total = BigDecimal.ZERO;
        for (Cost cost : spending.costs(days.get(0), days.get(DAYS - 1))) {
            add(series, cost.service(), DAYS, days.indexOf(cost.day()), cost.amount());
            total = total.add(cost.amount());
        }
        BigDecimal limit = spending.limits(days.get(DAYS - 1)).stream()
                .filter(each -> each.name().equals("day"))
                .map(Limit::limit)
                .findFirst()
                .orElse(null);
        return new Chart(
                "spend",
                "Spend",
                "$" + total.setScale(2, RoundingMode.UP) + " was paid to providers over the week; the limit is $"
                        + (limit == null ? "–" : limit.stripTrailingZeros().toPlainString()) + " a day.",
                "stacked",
                "US dollars a day",
                labels(days),
                series(series),
                limit);
    }

    private Chart fallbacks(List<LocalDate> days) {
        Instant begin = days.get(0).atStartOfDay(zone).toInstant();
        Map<String, BigDecimal[]> series = new TreeMap<>();
        long calls = 0;
        long less = 0;
        for (Point point :
                measures.series(Measures.ANSWER, begin, clock.instant().plusSeconds(1), "day", zone)) {
            BigDecimal[] values = series.computeIfAbsent(point.subject(), key -> new BigDecimal[DAYS]);
            int day = days.indexOf(LocalDate.ofInstant(point.from(), zone));
            if (day >= 0) {
                values[day] = percent(point.errors(), point.calls());
            }
            calls += point.calls();
            less += point.errors();
        }
        return new Chart(
                "fallbacks",
                "Fallback share",
                calls == 0
                        ? "Nothing was made over the week."
                        : percent(less, calls) + " % of " + calls
                                + " answers were less than what was wanted; below 5 % is" + " the aim.",
                "lines",
                "per cent of answers",
                labels(days),
                series(series),
                BigDecimal.valueOf(5));
    }

    private static BigDecimal percent(long part, long all) {
        return BigDecimal.valueOf(part)
                .movePointRight(2)
                .divide(BigDecimal.valueOf(Math.max(1, all)), 1, RoundingMode.HALF_UP);
    }

    /** Of the currency with the most active subscriptions; others are in the figures of now. */
    private Chart mrr(List<LocalDate> days) {
        String currency = billing.recurring().stream()
                .findFirst()
                .map(BillingFigures.Recurring::currency)
                .orElse("usd");
        Map<String, BigDecimal[]> series = new LinkedHashMap<>();
        MOVEMENTS.forEach(kind -> add(series, kind, DAYS, -1, BigDecimal.ZERO));
        long net = 0;
        for (Movement movement : billing.movements(days.get(0), days.get(DAYS - 1))) {
            if (movement.currency().equals(currency)) {
                add(
                        series,
                        movement.kind(),
                        DAYS,
                        days.indexOf(movement.day()),
                        BigDecimal.valueOf(movement.amount()).divide(CENTS, 2, RoundingMode.HALF_UP));
                net += movement.amount();
            }
        }
        return new Chart(
                "mrr",
                "Recurring revenue",
                "Over the week it changed by " + (net > 0 ? "+" : "") + Amounts.text(net, currency) + " a month.",
                "stacked",
                currency.toUpperCase(Locale.ROOT) + " a month",
                labels(days),
                series(series),
                null);
    }
}
