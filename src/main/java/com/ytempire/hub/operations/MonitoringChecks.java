package com.ytempire.hub.operations;

import com.ytempire.hub.billing.BillingFigures;
import com.ytempire.hub.notifications.OutboxFigures;
import com.ytempire.hub.platform.Measures;
import com.ytempire.hub.platform.Measures.Window;
import com.ytempire.hub.spending.LinkDesk;
import com.ytempire.hub.spending.LinkDesk.Provider;
import com.ytempire.hub.spending.LinkDesk.Quota;
import com.ytempire.hub.spending.LinkProbe;
import com.ytempire.hub.spending.LinkTrial;
import com.ytempire.hub.spending.ProbeAnswer;
import com.ytempire.hub.spending.SpendingFigures;
import com.ytempire.hub.webhooks.Endpoint;
import com.ytempire.hub.webhooks.EndpointRegistry;
import com.ytempire.hub.webhooks.TestDeliveries;
import com.ytempire.hub.webhooks.WebhookFigures;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What somebody wants to know at two in the afternoon: whether all that is seldom needed would work. */
@Component
class MonitoringChecks implements CheckList {

    private static final Duration RECENT = Duration.ofHours(24);
    private static final Duration SOON = Duration.ofDays(3);
    private static final Duration A_DAY_AND_A_BIT = Duration.ofHours(26);

    /** Calls that succeed, in per cent; what a target is not said for has the one of text. */
    private static final Map<String, Double> AIMS =
            Map.of("youtube", 99.0, "openai", 98.0, "google_tts", 99.5, "elevenlabs", 99.5, "stripe", 99.9);

    private static final BigDecimal TRIALS = new BigDecimal("0.05"); // US dollars a day

    private static final double USUAL_AIM = 98.0;
    private static final double MOST_FALLBACKS = 0.05;

    private final WebhookFigures webhooks;
    private final OutboxFigures outbox;
    private final EndpointRegistry endpoints;
    private final TestDeliveries deliveries;
    private final SelfTest selfTest;
    private final PaymentTest paymentTest;
    private final Measures measures;
    private final SpendingFigures spending;
    private final LinkDesk links;
    private final List<LinkProbe> probes;
    private final List<LinkTrial> trials;
    private final BillingFigures billing;
    private final JdbcClient jdbc;
    private final Clock clock;

    MonitoringChecks(
            WebhookFigures webhooks,
            OutboxFigures outbox,
            EndpointRegistry endpoints,
            TestDeliveries deliveries,
            SelfTest selfTest,
            PaymentTest paymentTest,
            Measures measures,
            SpendingFigures spending,
            LinkDesk links,
            ObjectProvider<LinkProbe> probes,
            ObjectProvider<LinkTrial> trials,
            BillingFigures billing,
            JdbcClient jdbc,
            Clock clock) {
        this.webhooks = webhooks;
        this.outbox = outbox;
        this.endpoints = endpoints;
        this.deliveries = deliveries;
        this.selfTest = selfTest;
        this.paymentTest = paymentTest;
        this.measures = measures;
        this.spending = spending;
        this.links = links;
        this.probes = probes.orderedStream().toList();
        this.trials = trials.orderedStream().toList();
        this.billing = billing;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    @Override
    public String job() {
        return "operations-monitoring";
    }

    @Override
    public String title() {
        return "Monitoring";
    }

    @Override
    public List<Line> lines() {
        return List.of(
                new Line("Failed retries", this::retries),
                new Line("Signature keys", this::keys),
                new Line("Clean-up", this::cleanUp),
                new Line("Success rates", this::successRates),
                new Line("Costs", this::costs),
                new Line("Latency", this::latency),
                new Line("Fallback rate", this::fallbacks),
                new Line("A signed event to each endpoint", this::endpointsWork),
                new Line("A payment in test mode", this::payment),
                new Line("The second link of each chain", this::secondLinks),
                new Line("Speech characters left", this::speechLeft));
    }

    private Result retries(LocalDate day) {
        WebhookFigures.Backlog backlog = webhooks.backlog();
        long dead =
                webhooks.dead().stream().mapToLong(WebhookFigures.Dead::events).sum();
        long failed = outbox.waiting().stream()
                .mapToLong(OutboxFigures.Waiting::failed)
                .sum();
        long manual = billing.queue().manual();
        String evidence = backlog.retrying() + " events are retried, " + dead + " are dead letters; " + failed
                + " messages could not be delivered; " + manual + " commands are for people";
        return dead + manual > 0 ? Result.failed(evidence) : Result.of(failed == 0, evidence);
    }

    private Result keys(LocalDate day) {
        List<String> lines = new ArrayList<>();
        boolean well = true;
        Instant soon = clock.instant().plus(SOON);
        for (Endpoint endpoint : endpoints.endpoints()) {
            if (!deliveries.services().contains(endpoint.service())) {
                continue;
            }
            boolean lasts = endpoint.secrets().stream()
                    .anyMatch(
                            secret -> secret.endsAt() == null || secret.endsAt().isAfter(soon));
            well &= lasts;
            lines.add(endpoint.service() + ": " + endpoint.secrets().size() + " secrets count"
                    + (lasts ? "" : ", none of them for three days more"));
        }
        return Result.of(well, String.join("\n", lines));
    }

    /** What was cleaned up last, of the jobs that do it daily. */
    private Result cleanUp(LocalDate day) {
        Map<String, Instant> ended = new LinkedHashMap<>();
        jdbc.sql(
                        "select job, max(finished_at) as at from operations.job_run where job like '%retention' and state = 'done'"
                                + " group by 1 order by 1")
                .query(row -> {
                    ended.put(row.getString("job"), row.getTimestamp("at").toInstant());
                });
        Instant limit = clock.instant().minus(A_DAY_AND_A_BIT);
        List<String> late = ended.entrySet().stream()
                .filter(job -> job.getValue().isBefore(limit))
                .map(Map.Entry::getKey)
                .toList();
        return Result.of(
                late.isEmpty() && !ended.isEmpty(),
                ended.isEmpty()
                        ? "Nothing has been cleaned up yet."
                        : ended.entrySet().stream()
                                .map(job -> job.getKey() + ": " + job.getValue())
                                .collect(Collectors.joining("\n")));
    }

    private Result successRates(LocalDate day) {
        List<String> lines = new ArrayList<>();
        boolean well = true;
        for (Map.Entry<String, Window> vendor : recent(Measures.VENDOR).entrySet()) {
            double rate = 100 * (1 - vendor.getValue().errorRate());
            double aim = AIMS.getOrDefault(vendor.getKey(), USUAL_AIM);
            boolean enough = vendor.getValue().calls() < 20 || rate >= aim;
            well &= enough;
            lines.add("%s: %s %% of %d calls (aim %s %%)"
                    .formatted(vendor.getKey(), rounded(rate), vendor.getValue().calls(), rounded(aim)));
        }
        BillingFigures.Outcomes payments = billing.payments(clock.instant().minus(RECENT), clock.instant());
        if (payments.all() > 0) {
            double rate = 100 * (1 - payments.failureRate());
            well &= payments.all() < 20 || rate >= 95;
            lines.add("payments: %s %% of %d (aim 95 %%)".formatted(rounded(rate), payments.all()));
        }
        return Result.of(well, lines.isEmpty() ? "Nobody was called in 24 hours." : String.join("\n", lines));
    }

    private Map<String, Window> recent(String name) {
        Instant now = clock.instant();
        return new TreeMap<>(measures.between(name, now.minus(RECENT), now.plusSeconds(1)));
    }

    private static BigDecimal rounded(double value) {
        return BigDecimal.valueOf(value).setScale(1, RoundingMode.HALF_UP);
    }

    private Result costs(LocalDate day) {
        boolean well = true;
        List<String> lines = new ArrayList<>();
        for (SpendingFigures.Limit limit : spending.limits(day)) {
            well &= limit.percent() < 80;
            lines.add("%s: $%s of $%s, %d %%"
                    .formatted(
                            limit.name(),
                            limit.spent().setScale(2, RoundingMode.UP),
                            limit.limit().stripTrailingZeros().toPlainString(),
                            limit.percent()));
        }
        return Result.of(well, String.join("\n", lines));
    }

    private Result latency(LocalDate day) {
        List<String> lines = new ArrayList<>();
        boolean well = true;
        Map<String, Window> answers = recent(Measures.ANSWER);
        for (Map.Entry<String, Long> aim :
                Map.of("text", 5_000L, "speech", 3_000L).entrySet()) {
            Window window = answers.get(aim.getKey());
            if (window != null) {
                well &= window.within(0.95) <= aim.getValue();
                lines.add("%s: %d ms (aim %d ms)".formatted(aim.getKey(), window.within(0.95), aim.getValue()));
            }
        }
        Window stripe = recent(Measures.VENDOR).get("stripe");
        if (stripe != null) {
            well &= stripe.within(0.95) <= 2_000;
            lines.add("calls of Stripe: %d ms (aim 2000 ms)".formatted(stripe.within(0.95)));
        }
        WebhookFigures.Processing processing =
                webhooks.processing(clock.instant().minus(RECENT), clock.instant());
        if (processing.p95() != null) {
            well &= processing.p95() <= 2_000;
            lines.add("webhooks, to their end: %d ms (aim 2000 ms)".formatted(processing.p95()));
        }
        return Result.of(
                well,
                lines.isEmpty() ? "Nothing was done in 24 hours." : "95th percentiles\n" + String.join("\n", lines));
    }

    private Result fallbacks(LocalDate day) {
        Map<String, Window> answers = recent(Measures.ANSWER);
        boolean well = answers.values().stream()
                .allMatch(window -> window.calls() < 20 || window.errorRate() < MOST_FALLBACKS);
        return Result.of(
                well,
                answers.isEmpty()
                        ? "Nothing was made in 24 hours."
                        : answers.entrySet().stream()
                                .map(chain -> "%s: %s %% of %d answers"
                                        .formatted(
                                                chain.getKey(),
                                                rounded(100 * chain.getValue().errorRate()),
                                                chain.getValue().calls()))
                                .collect(Collectors.joining("\n")));
    }

    private Result endpointsWork(LocalDate day) {
        List<String> lines = new ArrayList<>();
        boolean well = true;
        for (String service : deliveries.services()) {
            String outcome = selfTest.endpoint(service).orElse(null);
            well &= outcome == null || SelfTest.isWell(outcome);
            lines.add(service + ": " + (outcome == null ? "closed, or without a secret" : outcome));
        }
        String evidence = String.join("\n", lines);
        return well ? Result.ok(evidence) : Result.failed(evidence);
    }

    private Result payment(LocalDate day) {
        return paymentTest.run();
    }

    /** Called for real where that can be had within the budget of the day, else asked at no cost. */
    private Result secondLinks(LocalDate day) {
        Map<String, List<Provider>> chains = links.list().stream()
                .filter(link -> link.vendor() != null)
                .collect(Collectors.groupingBy(Provider::capability, LinkedHashMap::new, Collectors.toList()));
        List<String> lines = new ArrayList<>();
        boolean well = true;
        BigDecimal left = TRIALS;
        for (Map.Entry<String, List<Provider>> chain : chains.entrySet()) {
            if (chain.getValue().size() < 2) {
                continue;
            }
            Provider second = chain.getValue().get(1);
            LinkProbe probe = probes.stream()
                    .filter(each -> each.knows(second.name()))
                    .findFirst()
                    .orElse(null);
            if ("not_configured".equals(second.reason())) {
                lines.add(chain.getKey() + ": " + second.name() + " has no key");
            } else if (trial(second.name(), left) != null) {
                LinkTrial.Tried tried = trial(second.name(), left).tryOut(second.name());
                left = left.subtract(tried.cost());
                well &= tried.answered();
                lines.add(chain.getKey() + ": " + second.name()
                        + (tried.answered() ? " answered, " : " did not answer, ") + tried.detail() + ", $"
                        + tried.cost().stripTrailingZeros().toPlainString());
            } else if (probe == null) {
                well &= second.state().equals("on");
                lines.add(chain.getKey() + ": " + second.name() + " is " + second.state()
                        + "; it has no question that costs nothing");
            } else {
                ProbeAnswer answer = probe.probe(second.name());
                well &= answer.well();
                lines.add(chain.getKey() + ": " + second.name() + " "
                        + (answer.well() ? "is well" : answer.reason() + ", " + answer.detail()));
            }
        }
        return well ? Result.ok(String.join("\n", lines)) : Result.failed(String.join("\n", lines));
    }

    private LinkTrial trial(String link, BigDecimal left) {
        return trials.stream()
                .filter(each -> each.knows(link) && each.bound(link).compareTo(left) <= 0)
                .findFirst()
                .orElse(null);
    }

    private Result speechLeft(LocalDate day) {
        List<String> lines = new ArrayList<>();
        boolean well = true;
        for (Provider link : links.list()) {
            for (Quota quota : link.quotas()) {
                if (link.capability().equals("speech") && quota.unit().equals("characters")) {
                    well &= quota.left() * 5 >= quota.most();
                    lines.add(link.name() + ": " + quota.left() + " of " + quota.most() + " until " + quota.until());
                }
            }
        }
        return Result.of(well, lines.isEmpty() ? "No vendor of speech counts characters." : String.join("\n", lines));
    }
}
