package com.ytempire.hub.operations;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.ytempire.hub.billing.BillingFigures;
import com.ytempire.hub.platform.Measures;
import com.ytempire.hub.platform.Measures.Window;
import com.ytempire.hub.spending.SpendingFigures;
import com.ytempire.hub.spending.SpendingFigures.Cost;
import com.ytempire.hub.youtube.YoutubeFigures;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** The business in a dozen figures of the present day in {@code hub.zone}. */
@Component
class BusinessMetrics {

    private final BillingFigures billing;
    private final SpendingFigures spending;
    private final Measures measures;
    private final YoutubeFigures channels;
    private final Clock clock;
    private final ZoneId zone;

    BusinessMetrics(
            BillingFigures billing,
            SpendingFigures spending,
            Measures measures,
            YoutubeFigures channels,
            Clock clock,
            @Value("${hub.zone}") ZoneId zone) {
        this.billing = billing;
        this.spending = spending;
        this.measures = measures;
        this.channels = channels;
        this.clock = clock;
        this.zone = zone;
    }

    record Metrics(Youtube youtube, AiServices aiServices, Payments payments) {}

    /** @param quotaUsed units of the present day of quota, over all buckets */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Youtube(long accountsHealthy, long quotaUsed, Double uploadSuccessRate, Instant asOf) {}

    /**
     * @param openaiCostToday US dollars
     * @param ttsRequests narrations answered today
     * @param cacheHitRate of all answers of today's chains, 0 to 1; null without any
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record AiServices(BigDecimal openaiCostToday, long ttsRequests, Double cacheHitRate, Instant asOf) {}

    /** @param dailyRevenue net, by currency, in its smallest unit */
    record Payments(Map<String, Long> dailyRevenue, long failedPayments, long activeSubscriptions, Instant asOf) {}

    Metrics now() {
        Instant now = clock.instant();
        LocalDate today = LocalDate.ofInstant(now, zone);
        Instant midnight = today.atStartOfDay(zone).toInstant();
        YoutubeFigures.Summary youtube = channels.summary();
        return new Metrics(
                new Youtube(youtube.channelsHealthy(), youtube.quotaUsed(), youtube.uploadSuccessRate(), now),
                aiServices(today, midnight, now),
                new Payments(
                        billing.revenue(today),
                        billing.payments(midnight, now.plusSeconds(1)).failed(),
                        billing.recurring().stream()
                                .mapToLong(BillingFigures.Recurring::active)
                                .sum(),
                        now));
    }

    private AiServices aiServices(LocalDate today, Instant midnight, Instant now) {
        Map<String, Window> answers = measures.between(Measures.ANSWER, midnight, now.plusSeconds(1));
        Map<String, Window> cached = measures.between(Measures.CACHED, midnight, now.plusSeconds(1));
        long all = answers.values().stream().mapToLong(Window::calls).sum();
        long hits = cached.values().stream().mapToLong(Window::calls).sum();
        return new AiServices(
                spending.costs(today, today).stream()
                        .filter(cost -> cost.service().equals("openai"))
                        .map(Cost::amount)
                        .reduce(BigDecimal.ZERO.setScale(6), BigDecimal::add),
                answers.containsKey("speech") ? answers.get("speech").calls() : 0,
                all == 0 ? null : (double) hits / all,
                now);
    }
}
