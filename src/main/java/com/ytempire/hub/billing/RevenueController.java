package com.ytempire.hub.billing;

import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.platform.ApiAnswer;
import com.ytempire.hub.platform.Page;
import com.ytempire.hub.platform.Paging;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The operator reads revenue and subscription figures; days are of {@code hub.zone}, the first and the last included. */
@RestController
@RequestMapping("/api/v1/billing")
class RevenueController {

    private final RevenueReport report;
    private final Clock clock;
    private final ZoneId zone;

    RevenueController(RevenueReport report, Clock clock, @Value("${hub.zone}") ZoneId zone) {
        this.report = report;
        this.clock = clock;
        this.zone = zone;
    }

    @GetMapping("/revenue")
    ApiAnswer<RevenueReport.Revenue> revenue(
            @RequestParam(required = false) LocalDate from,
            @RequestParam(required = false) LocalDate to,
            Caller caller) {
        caller.mustBeOperator();
        return ApiAnswer.of(report.revenue(Period.of(from, to, clock, zone)));
    }

    @GetMapping("/subscription-metrics")
    ApiAnswer<RevenueReport.SubscriptionMetrics> subscriptions(
            @RequestParam(required = false) LocalDate from,
            @RequestParam(required = false) LocalDate to,
            Caller caller) {
        caller.mustBeOperator();
        return ApiAnswer.of(report.subscriptions(Period.of(from, to, clock, zone)));
    }

    /** How each day ended. */
    @GetMapping("/mrr-snapshots")
    ApiAnswer<List<RevenueReport.Snapshot>> snapshots(
            @RequestParam(required = false) LocalDate from,
            @RequestParam(required = false) LocalDate to,
            @RequestParam(defaultValue = Paging.FIRST) int page,
            @RequestParam(name = "per_page", defaultValue = Paging.USUAL) int perPage,
            Caller caller) {
        caller.mustBeOperator();
        return ApiAnswer.of(Page.of(report.snapshots(Period.of(from, to, clock, zone)), new Paging(page, perPage)));
    }
}
