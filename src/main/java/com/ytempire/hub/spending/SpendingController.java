package com.ytempire.hub.spending;

import com.ytempire.hub.platform.ApiAnswer;
import com.ytempire.hub.platform.Problem;
import java.math.BigDecimal;
import java.security.Principal;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.format.annotation.DateTimeFormat;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What was spent, and how much may be. */
@RestController
@RequestMapping("/api/v1/spending")
class SpendingController {

    private final SpendingReport report;
    private final Limits limits;
    private final Clock clock;
    private final ZoneId zone;

    SpendingController(SpendingReport report, Limits limits, Clock clock, @Value("${hub.zone}") ZoneId zone) {
        this.report = report;
        this.limits = limits;
        this.clock = clock;
        this.zone = zone;
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), zone);
    }

    /** Today, unless days are named; both ends count. */
    @GetMapping
    ApiAnswer<SpendingReport.Report> spending(
            @RequestParam(required = false) @DateTimeFormat(iso = DateTimeFormat.ISO.DATE) LocalDate from,
            @RequestParam(required = false) @DateTimeFormat(iso = DateTimeFormat.ISO.DATE) LocalDate to) {
        LocalDate last = to == null ? today() : to;
        LocalDate first = from == null ? last : from;
        if (first.isAfter(last)) {
            throw new Problem(
                    HttpStatus.UNPROCESSABLE_ENTITY, "validation_failed", "from must not be after to", "from");
        }
        return ApiAnswer.of(report.between(first, last));
    }

    @GetMapping("/videos/{id}")
    ApiAnswer<SpendingReport.VideoCost> video(@PathVariable String id) {
        return ApiAnswer.of(report.ofVideo(id));
    }

    @GetMapping("/limits")
    ApiAnswer<Map<String, Map<String, BigDecimal>>> limits() {
        return ApiAnswer.of(report.used(today(), limits.all()));
    }

    @PutMapping("/limits")
    ApiAnswer<Map<String, Map<String, BigDecimal>>> change(
            @RequestBody Map<String, BigDecimal> changes, Principal operator) {
        limits.change(changes, operator.getName());
        return limits();
    }
}
