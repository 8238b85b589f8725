package com.ytempire.hub.operations;

import com.ytempire.hub.billing.BillingFigures;
import com.ytempire.hub.notifications.OutboxFigures;
import com.ytempire.hub.platform.Alerts;
import com.ytempire.hub.spending.LinkDesk;
import com.ytempire.hub.spending.SpendingFigures;
import com.ytempire.hub.videos.VideoFigures;
import com.ytempire.hub.webhooks.WebhookFigures;
import com.ytempire.hub.youtube.YoutubeFigures;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * The business for Prometheus, with few labels. The figures are of all nodes together, and each node tells them: take
 * the largest, not the sum.
 */
@Component("businessGauges")
class BusinessGauges {

    private static final Map<String, Double> OPEN = Map.of("closed", 0.0, "half_open", 0.5);

    private final BillingFigures billing;
    private final SpendingFigures spending;
    private final WebhookFigures webhooks;
    private final OutboxFigures outbox;
    private final VendorHealth vendors;
    private final LinkDesk links;
    private final List<CircuitBreaker> breakers;
    private final YoutubeFigures youtube;
    private final VideoFigures made;
    private final Alerts alerts;
    private final OperationsSettings.Alerting settings;
    private final Clock clock;
    private final ZoneId zone;
    private final MultiGauge backlog;
    private final MultiGauge dead;
    private final MultiGauge processing;
    private final MultiGauge processed;
    private final MultiGauge payments;
    private final MultiGauge recurring;
    private final MultiGauge spent;
    private final MultiGauge waiting;
    private final MultiGauge well;
    private final MultiGauge open;
    private final MultiGauge quota;
    private final MultiGauge videos;
    private final MultiGauge breaker;

    BusinessGauges(
            BillingFigures billing,
            SpendingFigures spending,
            WebhookFigures webhooks,
            OutboxFigures outbox,
            VendorHealth vendors,
            LinkDesk links,
            ObjectProvider<CircuitBreaker> breakers,
            YoutubeFigures youtube,
            VideoFigures made,
            Alerts alerts,
            OperationsSettings settings,
            MeterRegistry registry,
            Clock clock,
            @Value("${hub.zone}") ZoneId zone) {
        this.billing = billing;
        this.spending = spending;
        this.webhooks = webhooks;
        this.outbox = outbox;
        this.vendors = vendors;
        this.links = links;
        this.breakers = breakers.stream().toList();
        this.youtube = youtube;
        this.made = made;
        this.alerts = alerts;
        this.settings = settings.alerts();
        this.clock = clock;
        this.zone = zone;
        this.backlog = gauge(registry, "hub.webhooks.backlog", "events that are not done, by state");
        this.dead = gauge(registry, "hub.webhooks.dead", "dead letters nobody has dealt with, by service");
        this.processing = gauge(
                registry, "hub.webhooks.processing.p95", "seconds from arrival to end of events of the last 5 minutes");
        this.processed = gauge(registry, "hub.webhooks.processing.events", "events of the last 5 minutes at their end");
        this.payments = gauge(registry, "hub.payments.recent", "payments of the last 15 minutes, by outcome");
        this.recurring = gauge(registry, "hub.mrr", "recurring revenue a month, in the currency's smallest unit");
        this.spent = gauge(registry, "hub.spending.used", "share of a limit that is used, 0 to 1 and beyond");
        this.waiting = gauge(registry, "hub.outbox.waiting", "messages that have not left, by channel");
        this.well = gauge(registry, "hub.vendor.well", "1 when the last probe found it well, 0 when not");
        this.quota = gauge(
                registry,
                "hub.youtube.quota.used",
                "share of a bucket's units that is used, of its fullest owner, by bucket");
        this.videos =
                gauge(registry, "hub.videos", "videos that are not done, and those that ended in a day, by state");
        this.breaker = gauge(registry, "hub.breaker.open", "1 while it is open, 0.5 while it tries, 0 when closed");
        this.open = gauge(registry, "hub.alerts.open", "open alerts, by level");
    }

    private static MultiGauge gauge(MeterRegistry registry, String name, String description) {
        return MultiGauge.builder(name).description(description).register(registry);
    }

    /** Takes all figures once; called every few seconds on each node. */
    public void refresh() {
        Instant now = clock.instant();
        WebhookFigures.Backlog events = webhooks.backlog();
        set(backlog, "state", Map.of("received", events.received(), "retrying", events.retrying()));
        set(
                dead,
                "service",
                webhooks.dead().stream()
                        .collect(Collectors.groupingBy(
                                WebhookFigures.Dead::service, Collectors.summingLong(WebhookFigures.Dead::events))));
        WebhookFigures.Processing taken = webhooks.processing(now.minus(settings.latencies()), now);
        processing.register(
                taken.p95() == null ? List.of() : List.of(Row.of(Tags.empty(), taken.p95() / 1000.0)), true);
        processed.register(List.of(Row.of(Tags.empty(), taken.events())), true);
        BillingFigures.Outcomes outcomes = billing.payments(now.minus(settings.rates()), now.plusSeconds(1));
        set(payments, "outcome", Map.of("succeeded", outcomes.succeeded(), "failed", outcomes.failed()));
        set(
                recurring,
                "currency",
                billing.recurring().stream()
                        .collect(Collectors.toMap(BillingFigures.Recurring::currency, BillingFigures.Recurring::mrr)));
        LocalDate today = LocalDate.ofInstant(now, zone);
        set(
                spent,
                "limit",
                spending.limits(today).stream()
                        .collect(Collectors.toMap(SpendingFigures.Limit::name, limit -> limit.percent() / 100.0)));
        set(
                waiting,
                "channel",
                outbox.waiting().stream()
                        .collect(Collectors.toMap(OutboxFigures.Waiting::channel, OutboxFigures.Waiting::waiting)));
        set(
                well,
                "vendor",
                vendors.vendors().stream()
                        .filter(vendor ->
                                Stream.of("healthy", "degraded", "unhealthy").anyMatch(vendor.status()::equals))
                        .collect(Collectors.toMap(
                                VendorHealth.Vendor::name,
                                vendor -> vendor.status().equals("unhealthy") ? 0 : 1)));
        set(
                quota,
                "bucket",
                youtube.buckets().stream()
                        .collect(Collectors.toMap(
                                YoutubeFigures.BucketUse::bucket, bucket -> bucket.percent() / 100.0, Math::max)));
        set(videos, "state", made.byState());
        Map<String, Double> states = new TreeMap<>();
        links.breakers().forEach((link, state) -> states.put(link, OPEN.getOrDefault(state, 1.0)));
        breakers.forEach(each -> states.put(
                each.getName(), OPEN.getOrDefault(each.getState().name().toLowerCase(Locale.ROOT), 1.0)));
        set(breaker, "breaker", states);
        set(
                open,
                "level",
                alerts.open().stream().collect(Collectors.groupingBy(Alerts.Alert::level, Collectors.counting())));
    }

    /** What is not there any more is told no more. */
    private static void set(MultiGauge gauge, String label, Map<String, ? extends Number> values) {
        gauge.register(
                values.entrySet().stream()
                        .map(each -> Row.of(Tags.of(label, each.getKey()), each.getValue()))
                        .toList(),
                true);
    }
}
