package com.ytempire.hub.operations;

import com.ytempire.hub.billing.BillingFigures;
import com.ytempire.hub.billing.BillingOffline;
import com.ytempire.hub.billing.RefundDesk;
import com.ytempire.hub.notifications.OutboxFigures;
import com.ytempire.hub.platform.Alerts;
import com.ytempire.hub.platform.FigureSource;
import com.ytempire.hub.platform.Measures;
import com.ytempire.hub.platform.Measures.Window;
import com.ytempire.hub.spending.LinkDesk;
import com.ytempire.hub.spending.SpendingFigures;
import com.ytempire.hub.webhooks.EndpointRegistry;
import com.ytempire.hub.webhooks.WebhookFigures;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * The figures of the page's first view. Each part is taken by itself and kept for a few seconds, however many people
 * look; one that cannot be taken keeps its last figures, and their age shows.
 */
@Component
class NowFigures {

    private static final Logger LOG = LoggerFactory.getLogger(NowFigures.class);
    private static final Duration FRESH = Duration.ofSeconds(4);
    private static final Duration DAY = Duration.ofHours(24);
    private static final String NO_KEY = "not_configured";
    private static final int MINUTES = 60;
    private static final int TENTHS = 10;

    private final Alerts alerts;
    private final VendorHealth vendors;
    private final VendorBreakers breakers;
    private final WebhookFigures webhooks;
    private final EndpointRegistry endpoints;
    private final Measures measures;
    private final SpendingFigures spending;
    private final LinkDesk links;
    private final BillingFigures billing;
    private final BillingOffline offline;
    private final RefundDesk refunds;
    private final OutboxFigures outbox;
    private final List<FigureSource> more;
    private final OperationsSettings settings;
    private final Clock clock;
    private final ZoneId zone;
    private final Map<String, Part<?>> parts = new ConcurrentHashMap<>();

    NowFigures(
            Alerts alerts,
            VendorHealth vendors,
            VendorBreakers breakers,
            WebhookFigures webhooks,
            EndpointRegistry endpoints,
            Measures measures,
            SpendingFigures spending,
            LinkDesk links,
            BillingFigures billing,
            BillingOffline offline,
            RefundDesk refunds,
            OutboxFigures outbox,
            ObjectProvider<FigureSource> more,
            OperationsSettings settings,
            Clock clock,
            @Value("${hub.zone}") ZoneId zone) {
        this.alerts = alerts;
        this.vendors = vendors;
        this.breakers = breakers;
        this.webhooks = webhooks;
        this.endpoints = endpoints;
        this.measures = measures;
        this.spending = spending;
        this.links = links;
        this.billing = billing;
        this.offline = offline;
        this.refunds = refunds;
        this.outbox = outbox;
        this.more = more.orderedStream().toList();
        this.settings = settings;
        this.clock = clock;
        this.zone = zone;
    }

    /**
     * A part of the page.
     *
     * @param value null when it could never be taken
     * @param asOf when it was taken
     * @param stale whether that is too long ago
     */
    record Part<T>(T value, Instant asOf, boolean stale) {}

    /** @param breakers by the vendor's name; none for one without */
    record Vendors(List<VendorHealth.Vendor> all, Map<String, String> breakers) {}

    record Webhooks(
            List<Bar> minutes,
            long lastMinute,
            Long acceptP95,
            WebhookFigures.Processing processing,
            WebhookFigures.Backlog backlog,
            List<WebhookFigures.Dead> dead,
            List<String> closed) {

        public long deadEvents() {
            return dead.stream().mapToLong(WebhookFigures.Dead::events).sum();
        }
    }

    /** @param tenths its height, 0 to 10 */
    record Bar(Instant minute, long calls, int tenths) {}

    record Spent(List<SpendingFigures.Limit> limits, List<SpendingFigures.Cost> today) {}

    record Chain(String name, long answers, Double fallbacks, Double cached, Long p95) {}

    /** @param without links that have no key */
    record Content(List<Chain> chains, List<LinkDesk.Provider> notWell, long without, int links) {}

    record Payments(
            BillingFigures.Outcomes outcomes,
            List<BillingFigures.FailedPayment> failed,
            BillingFigures.Dunning dunning,
            BillingFigures.Queue queue,
            List<BillingFigures.OpenDispute> disputes,
            List<RefundDesk.Pending> refunds,
            BillingOffline.Offline offline,
            String breaker) {}

    record Recurring(List<BillingFigures.Recurring> currencies, Map<String, Long> today) {}

    record More(String title, List<FigureSource.Figure> figures) {}

    record Now(
            Part<List<Alerts.Alert>> alerts,
            Part<Vendors> vendors,
            Part<Webhooks> webhooks,
            Part<Spent> spending,
            Part<Content> content,
            Part<Payments> payments,
            Part<Recurring> recurring,
            Part<List<OutboxFigures.Waiting>> outbox,
            List<Part<More>> more) {}

    Now now() {
        List<Part<More>> others = new ArrayList<>();
        for (FigureSource source : more) {
            others.add(part("more-" + source.title(), () -> new More(source.title(), source.figures())));
        }
        return new Now(
                part("alerts", alerts::open),
                part("vendors", () -> new Vendors(vendors.vendors(), breakers.states())),
                part("webhooks", this::webhooks),
                part("spending", this::spending),
                part("content", this::content),
                part("payments", this::payments),
                part("recurring", () -> new Recurring(billing.recurring(), billing.revenue(today()))),
                part("outbox", outbox::waiting),
                others);
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), zone);
    }

    @SuppressWarnings("unchecked") // a name always has the same kind of part
    private <T> Part<T> part(String name, Supplier<T> figures) {
        Instant now = clock.instant();
        Part<T> known = (Part<T>) parts.get(name);
        if (known != null && known.asOf().plus(FRESH).isAfter(now)) {
            return known;
        }
        try {
            Part<T> taken = new Part<>(figures.get(), now, false);
            parts.put(name, taken);
            return taken;
        } catch (RuntimeException e) {
            LOG.warn("the figures of {} could not be taken: {}", name, e.getMessage());
            return known == null
                    ? new Part<>(null, null, true)
                    : new Part<>(
                            known.value(),
                            known.asOf(),
                            known.asOf().plus(settings.stale()).isBefore(now));
        }
    }

    private Webhooks webhooks() {
        Instant now = clock.instant();
        Instant begin = now.truncatedTo(ChronoUnit.MINUTES).minus(MINUTES - 1, ChronoUnit.MINUTES);
        Map<Instant, Long> byMinute = new HashMap<>();
        measures.series(Measures.INTAKE, begin, now.plusSeconds(1), "minute", zone)
                .forEach(point -> byMinute.merge(point.from(), point.calls(), Long::sum));
        long most = Math.max(
                1, byMinute.values().stream().max(Comparator.naturalOrder()).orElse(1L));
        List<Bar> bars = new ArrayList<>();
        for (int i = 0; i < MINUTES; i++) {
            Instant minute = begin.plus(i, ChronoUnit.MINUTES);
            long calls = byMinute.getOrDefault(minute, 0L);
            bars.add(new Bar(minute, calls, (int) ((calls * TENTHS + most - 1) / most)));
        }
        Window all = measures
                .between(Measures.INTAKE, now.minus(settings.alerts().latencies()), now.plusSeconds(1))
                .values()
                .stream()
                .max(Comparator.comparingLong(Window::calls))
                .orElse(null);
        return new Webhooks(
                bars,
                bars.get(MINUTES - 2).calls(),
                all == null ? null : all.within(0.95),
                webhooks.processing(now.minus(settings.alerts().latencies()), now),
                webhooks.backlog(),
                webhooks.dead(),
                endpoints.endpoints().stream()
                        .filter(endpoint -> !endpoint.open())
                        .map(endpoint ->
                                endpoint.service() + ", by " + endpoint.closed().by())
                        .toList());
    }

    private Spent spending() {
        return new Spent(spending.limits(today()), spending.costs(today(), today()));
    }

    private Content content() {
        Instant now = clock.instant();
        Instant from = now.minus(DAY);
        Map<String, Window> answers = measures.between(Measures.ANSWER, from, now.plusSeconds(1));
        Map<String, Window> cached = measures.between(Measures.CACHED, from, now.plusSeconds(1));
        List<LinkDesk.Provider> all = links.list();
        return new Content(
                answers.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(chain -> new Chain(
                                chain.getKey(),
                                chain.getValue().calls(),
                                chain.getValue().errorRate(),
                                cached.containsKey(chain.getKey())
                                        ? (double) cached.get(chain.getKey()).calls()
                                                / chain.getValue().calls()
                                        : 0.0,
                                chain.getValue().within(0.95)))
                        .toList(),
                all.stream()
                        .filter(link -> !NO_KEY.equals(link.reason())
                                && (link.state().equals("off")
                                        || !link.breaker().equals("closed")))
                        .toList(),
                all.stream().filter(link -> NO_KEY.equals(link.reason())).count(),
                all.size());
    }

    private Payments payments() {
        Instant now = clock.instant();
        return new Payments(
                billing.payments(now.minus(DAY), now.plusSeconds(1)),
                billing.failedPayments(now.minus(DAY), 5),
                billing.dunning(now),
                billing.queue(),
                billing.disputes(),
                refunds.pending(),
                offline.state().orElse(null),
                offline.breaker());
    }
}
