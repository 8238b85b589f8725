package com.ytempire.hub.operations;

import com.ytempire.hub.billing.BillingFigures;
import com.ytempire.hub.operations.Thresholds.Values;
import com.ytempire.hub.platform.AlertSource;
import com.ytempire.hub.platform.Measures;
import com.ytempire.hub.platform.Measures.Window;
import com.ytempire.hub.platform.Trouble;
import com.ytempire.hub.platform.Trouble.Level;
import com.ytempire.hub.webhooks.WebhookFigures;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * The troubles that show in rates and times. A rate counts from so many calls on; an alert is over when two of its
 * windows were good.
 */
@Component
class AlertRules implements AlertSource {

    private final BillingFigures billing;
    private final WebhookFigures webhooks;
    private final Measures measures;
    private final VendorHealth vendors;
    private final Thresholds thresholds;
    private final OperationsSettings.Alerting settings;

    AlertRules(
            BillingFigures billing,
            WebhookFigures webhooks,
            Measures measures,
            VendorHealth vendors,
            Thresholds thresholds,
            OperationsSettings settings) {
        this.billing = billing;
        this.webhooks = webhooks;
        this.measures = measures;
        this.vendors = vendors;
        this.thresholds = thresholds;
        this.settings = settings.alerts();
    }

    @Override
    public List<Trouble> troubles(Instant now) {
        Values values = thresholds.values();
        List<Trouble> troubles = new ArrayList<>();
        payments(values, now).ifPresent(troubles::add);
        processing(values, now).ifPresent(troubles::add);
        Map<String, Window> calls = measures.between(Measures.VENDOR, now.minus(settings.rates()), now.plusSeconds(1));
        calls.forEach((vendor, window) -> vendor(values, vendor, window).ifPresent(troubles::add));
        vendors.vendors().stream()
                .filter(vendor -> vendor.status().equals("unhealthy"))
                .forEach(vendor -> troubles.add(Trouble.of(
                        "vendor_down",
                        vendor.name(),
                        "",
                        Level.CRITICAL,
                        vendor.name() + " is not well: " + vendor.error(),
                        "/operations#vendors",
                        settings.latencies())));
        return troubles;
    }

    private Optional<Trouble> payments(Values values, Instant now) {
        BillingFigures.Outcomes outcomes = billing.payments(now.minus(settings.rates()), now.plusSeconds(1));
        return level(values, "payment-failures", outcomes.all(), outcomes.failureRate())
                .map(level -> Trouble.of(
                        "payment_failures",
                        "stripe",
                        "",
                        level,
                        "%s of %d payments of the last %d minutes failed"
                                .formatted(
                                        percent(outcomes.failureRate()),
                                        outcomes.all(),
                                        settings.rates().toMinutes()),
                        "/operations#payments",
                        settings.rates().multipliedBy(2)));
    }

    private Optional<Trouble> vendor(Values values, String vendor, Window window) {
        return level(values, "vendor-errors", window.calls(), window.errorRate())
                .map(level -> Trouble.of(
                        "vendor_errors",
                        vendor,
                        "",
                        level,
                        "%s of %d calls of %s failed in the last %d minutes"
                                .formatted(
                                        percent(window.errorRate()),
                                        window.calls(),
                                        vendor,
                                        settings.rates().toMinutes()),
                        "/operations#vendors",
                        settings.rates().multipliedBy(2)));
    }

    /** At the threshold is beyond it; a rate of few calls says nothing. */
    private static Optional<Level> level(Values values, String name, long calls, Double rate) {
        if (rate == null || calls < values.number("least-calls").longValue()) {
            return Optional.empty();
        }
        return level(values, name, BigDecimal.valueOf(rate).movePointRight(2));
    }

    private static Optional<Level> level(Values values, String name, BigDecimal measured) {
        if (measured.compareTo(values.number(name + "-critical")) >= 0) {
            return Optional.of(Level.CRITICAL);
        }
        return measured.compareTo(values.number(name + "-warning")) >= 0
                ? Optional.of(Level.WARNING)
                : Optional.empty();
    }

    private Optional<Trouble> processing(Values values, Instant now) {
        Duration window = settings.latencies();
        WebhookFigures.Processing taken = webhooks.processing(now.minus(window), now);
        if (taken.p95() == null
                || taken.events() < values.number("least-events").longValue()) {
            return Optional.empty();
        }
        return level(
                        values,
                        "webhook-processing",
                        BigDecimal.valueOf(taken.p95()).movePointLeft(3))
                .map(level -> Trouble.of(
                        "webhook_processing",
                        "hub",
                        "",
                        level,
                        String.format(
                                Locale.ROOT,
                                "%d events of the last %d minutes took %.1f s (95th percentile)",
                                taken.events(),
                                window.toMinutes(),
                                taken.p95() / 1000.0),
                        "/operations#webhooks",
                        window.multipliedBy(2)));
    }

    private static String percent(double rate) {
        return BigDecimal.valueOf(rate).movePointRight(2).setScale(1, RoundingMode.HALF_UP) + " %";
    }
}
