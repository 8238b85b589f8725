package com.ytempire.hub.operations;

import com.ytempire.hub.billing.BillingFigures;
import com.ytempire.hub.platform.Amounts;
import com.ytempire.hub.spending.SpendingFigures;
import com.ytempire.hub.spending.SpendingFigures.Cost;
import com.ytempire.hub.webhooks.WebhookFigures;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** How the day went, at six in the evening: payments, costs, webhooks. */
@Component
class EveningReport implements CheckList {

    private final BillingFigures billing;
    private final SpendingFigures spending;
    private final WebhookFigures webhooks;
    private final Clock clock;
    private final ZoneId zone;

    EveningReport(
            BillingFigures billing,
            SpendingFigures spending,
            WebhookFigures webhooks,
            Clock clock,
            @Value("${hub.zone}") ZoneId zone) {
        this.billing = billing;
        this.spending = spending;
        this.webhooks = webhooks;
        this.clock = clock;
        this.zone = zone;
    }

    @Override
    public String job() {
        return "operations-report";
    }

    @Override
    public String title() {
        return "Daily report";
    }

    @Override
    public List<Line> lines() {
        return List.of(
                new Line("Payments", this::payments),
                new Line("Recurring revenue", day -> recurring()),
                new Line("Costs", this::costs),
                new Line("Webhooks", this::webhooks));
    }

    private Instant start(LocalDate day) {
        return day.atStartOfDay(zone).toInstant();
    }

    /** To the end of that day, or to now. */
    private Instant end(LocalDate day) {
        Instant end = start(day.plusDays(1));
        return end.isBefore(clock.instant()) ? end : clock.instant();
    }

    private Result payments(LocalDate day) {
        BillingFigures.Outcomes outcomes = billing.payments(start(day), end(day));
        String revenue = billing.revenue(day).entrySet().stream()
                .map(each -> Amounts.text(each.getValue(), each.getKey()))
                .collect(Collectors.joining(", "));
        BillingFigures.Dunning dunning = billing.dunning(clock.instant());
        return Result.told("Net revenue: " + (revenue.isEmpty() ? "none" : revenue) + "\n" + outcomes.succeeded()
                + " payments succeeded, " + outcomes.failed() + " failed, " + outcomes.declined()
                + " of them declined\n" + dunning.open() + " invoices in dunning, " + dunning.suspended()
                + " subscriptions suspended");
    }

    private Result recurring() {
        String mrr = billing.recurring().stream()
                .map(each ->
                        Amounts.text(each.mrr(), each.currency()) + " a month from " + each.active() + " subscriptions")
                .collect(Collectors.joining("\n"));
        return Result.told(mrr.isEmpty() ? "None." : mrr);
    }

    private Result costs(LocalDate day) {
        List<Cost> costs = spending.costs(day, day);
        BigDecimal total = costs.stream().map(Cost::amount).reduce(BigDecimal.ZERO, BigDecimal::add);
        String each = costs.stream()
                .map(cost -> cost.service() + ", " + cost.kind() + ": $" + cents(cost.amount()))
                .collect(Collectors.joining("\n"));
        return Result.told("$" + cents(total) + " in all" + (each.isEmpty() ? "" : "\n" + each));
    }

    private static BigDecimal cents(BigDecimal amount) {
        return amount.setScale(2, RoundingMode.UP);
    }

    private Result webhooks(LocalDate day) {
        String ends = webhooks.ends(start(day), end(day)).stream()
                .map(each -> "%s: %d came in, %d processed, %d ignored, %d dead, %d not done"
                        .formatted(
                                each.service(),
                                each.events(),
                                each.processed() + each.resolved(),
                                each.ignored(),
                                each.dead(),
                                each.waiting()))
                .collect(Collectors.joining("\n"));
        return Result.told(ends.isEmpty() ? "None came in." : ends);
    }
}
