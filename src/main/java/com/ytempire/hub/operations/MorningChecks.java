package com.ytempire.hub.operations;

import com.ytempire.hub.billing.BillingFigures;
import com.ytempire.hub.billing.BillingFigures.FailedPayment;
import com.ytempire.hub.billing.BillingFigures.Movement;
import com.ytempire.hub.billing.BillingFigures.OpenDispute;
import com.ytempire.hub.platform.Amounts;
import com.ytempire.hub.spending.LinkDesk;
import com.ytempire.hub.spending.LinkDesk.Provider;
import com.ytempire.hub.spending.LinkDesk.Quota;
import com.ytempire.hub.webhooks.WebhookFigures;
import com.ytempire.hub.youtube.YoutubeFigures;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.camel.ProducerTemplate;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** What somebody wants to know at nine. */
@Component
class MorningChecks implements CheckList {

    private static final Duration NIGHT = Duration.ofHours(24);
    private static final Duration SOON = Duration.ofDays(3);
    private static final int MOST = 20;
    private static final int NEARLY = 80; // per cent of an allowance

    private final BillingFigures billing;
    private final WebhookFigures webhooks;
    private final LinkDesk links;
    private final YoutubeFigures youtube;
    private final VendorHealth vendors;
    private final VendorProbes probes;
    private final ObjectProvider<ProducerTemplate> routes;
    private final Clock clock;

    MorningChecks(
            BillingFigures billing,
            WebhookFigures webhooks,
            LinkDesk links,
            YoutubeFigures youtube,
            VendorHealth vendors,
            VendorProbes probes,
            ObjectProvider<ProducerTemplate> routes,
            Clock clock) {
        this.billing = billing;
        this.webhooks = webhooks;
        this.links = links;
        this.youtube = youtube;
        this.vendors = vendors;
        this.probes = probes;
        this.routes = routes;
        this.clock = clock;
    }

    @Override
    public String job() {
        return "operations-morning";
    }

    @Override
    public String title() {
        return "Morning check";
    }

    @Override
    public List<Line> lines() {
        return List.of(
                new Line("Failed payments", this::failedPayments),
                new Line("Overnight changes of subscriptions", this::changes),
                new Line("Queue", this::queue),
                new Line("Disputes", this::disputes),
                new Line("One probe for each vendor", this::probeAll),
                new Line("Credentials", this::credentials),
                new Line("Quotas", this::allowances));
    }

    private Result failedPayments(LocalDate day) {
        List<FailedPayment> failed = billing.failedPayments(clock.instant().minus(NIGHT), MOST);
        BillingFigures.Dunning dunning = billing.dunning(clock.instant());
        String evidence = failed.stream()
                .map(payment -> payment.payment() + " of " + payment.customer() + ": "
                        + Amounts.text(payment.amount(), payment.currency()) + ", " + payment.code())
                .collect(Collectors.joining("\n"));
        return Result.of(
                failed.isEmpty(),
                failed.size() + (failed.size() == MOST ? " or more" : "") + " payments of the last 24 hours failed; "
                        + dunning.open() + " in dunning, " + dunning.suspended() + " suspended"
                        + (failed.isEmpty() ? "" : "\n" + evidence));
    }

    private Result changes(LocalDate day) {
        List<Movement> movements = billing.movements(day.minusDays(1), day);
        return Result.told(
                movements.isEmpty()
                        ? "No subscription changed since yesterday's midnight."
                        : movements.stream()
                                .map(each -> each.day() + ": " + each.number() + " " + each.kind() + ", "
                                        + Amounts.text(each.amount(), each.currency()) + " a month")
                                .collect(Collectors.joining("\n")));
    }

    private Result queue(LocalDate day) {
        BillingFigures.Queue commands = billing.queue();
        WebhookFigures.Backlog events = webhooks.backlog();
        long dead =
                webhooks.dead().stream().mapToLong(WebhookFigures.Dead::events).sum();
        String evidence = commands.waiting() + " commands wait, " + commands.manual() + " are for people; "
                + events.waiting() + " events wait; " + dead + " dead letters";
        return commands.manual() > 0 || dead > 0 ? Result.failed(evidence) : Result.ok(evidence);
    }

    private Result disputes(LocalDate day) {
        List<OpenDispute> open = billing.disputes();
        Instant soon = clock.instant().plus(SOON);
        boolean urgent = open.stream()
                .anyMatch(dispute -> dispute.due() != null && dispute.due().isBefore(soon));
        String evidence = open.isEmpty()
                ? "None is open."
                : open.stream()
                        .map(dispute -> dispute.dispute() + ": " + Amounts.text(dispute.amount(), dispute.currency())
                                + ", answer by " + dispute.due())
                        .collect(Collectors.joining("\n"));
        return urgent ? Result.failed(evidence) : Result.of(open.isEmpty(), evidence);
    }

    private Result probeAll(LocalDate day) {
        probes.claim(); // there is a row for each vendor
        vendors.vendors().forEach(vendor -> routes.getObject().requestBody("direct:operations-probe", vendor.name()));
        List<VendorHealth.Vendor> asked = vendors.vendors();
        boolean well = asked.stream()
                .allMatch(vendor ->
                        vendor.status().equals("healthy") || vendor.status().equals("off"));
        String evidence = asked.stream()
                .map(vendor -> vendor.name() + ": " + vendor.status()
                        + (vendor.millis() == null ? "" : ", " + vendor.millis() + " ms")
                        + (vendor.error() == null ? "" : ", " + vendor.error()))
                .collect(Collectors.joining("\n"));
        return well ? Result.ok(evidence) : Result.failed(evidence);
    }

    /** As the probes of the line before and the last calls found them. */
    private Result credentials(LocalDate day) {
        List<String> refused = new ArrayList<>();
        vendors.vendors().stream()
                .filter(vendor -> vendor.error() != null && vendor.error().contains("refuses the key"))
                .forEach(vendor -> refused.add(vendor.name() + ": " + vendor.error()));
        links.list().stream()
                .filter(link -> "authentication".equals(link.reason()))
                .forEach(link -> refused.add(link.name() + ": " + link.detail()));
        youtube.revoked().forEach(channel -> refused.add("YouTube: the owner of " + channel + " has to agree again"));
        List<String> off = vendors.vendors().stream()
                .filter(vendor -> vendor.status().equals("off"))
                .map(VendorHealth.Vendor::name)
                .toList();
        return refused.isEmpty()
                ? Result.ok("No vendor refuses its key." + (off.isEmpty() ? "" : " Without one: " + off))
                : Result.failed(String.join("\n", refused));
    }

    private Result allowances(LocalDate day) {
        List<String> used = new ArrayList<>();
        boolean nearly = false;
        for (Provider link : links.list()) {
            for (Quota quota : link.quotas()) {
                long percent = quota.most() == 0 ? 100 : quota.used() * 100 / quota.most();
                nearly |= percent >= NEARLY;
                if (quota.used() > 0) {
                    used.add(link.name() + ": " + quota.used() + " of " + quota.most() + " " + quota.unit());
                }
            }
        }
        for (YoutubeFigures.BucketUse bucket : youtube.buckets()) {
            nearly |= !bucket.health().equals("healthy");
            used.add("YouTube " + bucket.owner() + ", " + bucket.bucket() + ": " + bucket.percent() + " %, "
                    + bucket.left() + " of " + bucket.units() + " left, " + bucket.health());
        }
        return Result.of(!nearly, used.isEmpty() ? "Nothing is used." : String.join("\n", used));
    }
}
