package com.ytempire.hub.operations;

import com.ytempire.hub.platform.Alerts;
import com.ytempire.hub.platform.ApiAnswer;
import com.ytempire.hub.platform.ChangedSettings;
import com.ytempire.hub.platform.Paging;
import com.ytempire.hub.platform.Problem;
import com.ytempire.hub.spending.Prices;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.math.BigDecimal;
import java.security.Principal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What operators read of the whole, for programs; the page shows the same. */
@RestController
@RequestMapping("/api/v1/operations")
class OperationsController {

    private static final int CLOSED = 50;

    private final VendorHealth vendors;
    private final BusinessMetrics metrics;
    private final Alerts alerts;
    private final AuditReader audit;
    private final ChangedSettings settings;
    private final Prices prices;

    OperationsController(
            VendorHealth vendors,
            BusinessMetrics metrics,
            Alerts alerts,
            AuditReader audit,
            ChangedSettings settings,
            Prices prices) {
        this.vendors = vendors;
        this.metrics = metrics;
        this.alerts = alerts;
        this.audit = audit;
        this.settings = settings;
        this.prices = prices;
    }

    @GetMapping("/health")
    ApiAnswer<VendorHealth.Health> health() {
        return ApiAnswer.of(vendors.health());
    }

    @GetMapping("/metrics")
    ApiAnswer<BusinessMetrics.Metrics> metrics() {
        return ApiAnswer.of(metrics.now());
    }

    /** Open alerts, or the newest of those that are over. */
    @GetMapping("/alerts")
    ApiAnswer<List<Alerts.Alert>> alerts(@RequestParam(defaultValue = "open") String state) {
        if (!state.equals("open") && !state.equals("closed")) {
            throw new Problem(HttpStatus.BAD_REQUEST, "invalid_filter", "open or closed", "state");
        }
        return ApiAnswer.of(state.equals("open") ? alerts.open() : alerts.closed(CLOSED));
    }

    @PostMapping("/alerts/{id}/close")
    ApiAnswer<Map<String, Boolean>> close(@PathVariable long id, Principal operator) {
        return ApiAnswer.of(Map.of("closed", alerts.close(id, operator.getName())));
    }

    @GetMapping("/audit")
    ApiAnswer<List<AuditReader.Entry>> audit(
            @RequestParam(required = false) String who,
            @RequestParam(required = false) String action,
            @RequestParam(defaultValue = Paging.FIRST) int page,
            @RequestParam(name = "per_page", defaultValue = Paging.USUAL) int perPage) {
        return ApiAnswer.of(audit.list(who, action, new Paging(page, perPage)));
    }

    @GetMapping("/settings")
    ApiAnswer<List<ChangedSettings.Setting>> settings() {
        return ApiAnswer.of(settings.all());
    }

    /** @param value null: as it stands in the hub's settings */
    record Wanted(String value) {}

    @PutMapping("/settings/{name}")
    ApiAnswer<ChangedSettings.Setting> change(
            @PathVariable String name, @RequestBody Wanted wanted, Principal operator) {
        return ApiAnswer.of(settings.change(name, wanted.value(), operator.getName()));
    }

    /** What vendors charge, by the day from which it holds. */
    @GetMapping("/prices")
    ApiAnswer<List<Prices.Listed>> prices() {
        return ApiAnswer.of(prices.all());
    }

    /**
     * @param from today or later
     * @param amount US dollars; null takes back what was set for that day
     */
    record WantedPrice(@NotNull LocalDate from, BigDecimal amount) {}

    @PutMapping("/prices/{name}")
    ApiAnswer<Prices.Listed> price(
            @PathVariable String name, @Valid @RequestBody WantedPrice wanted, Principal operator) {
        return ApiAnswer.of(prices.change(name, wanted.from(), wanted.amount(), operator.getName()));
    }
}
