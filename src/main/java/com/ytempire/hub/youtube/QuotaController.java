package com.ytempire.hub.youtube;

import com.ytempire.hub.platform.ApiAnswer;
import com.ytempire.hub.platform.Paging;
import com.ytempire.hub.platform.Problem;
import com.ytempire.hub.youtube.QuotaRules.Cost;
import com.ytempire.hub.youtube.QuotaRules.Limit;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
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

/** Google's quota: what is left, what it was used for, and the rules, which an operator changes. */
@RestController
@RequestMapping("/api/v1/youtube/quota")
class QuotaController {

    private final QuotaReport report;
    private final QuotaRuleStore store;
    private final QuotaDays days;

    QuotaController(QuotaReport report, QuotaRuleStore store, QuotaDays days) {
        this.report = report;
        this.store = store;
        this.days = days;
    }

    @GetMapping
    ApiAnswer<QuotaReport.Today> today() {
        return ApiAnswer.of(report.today());
    }

    @GetMapping("/history")
    ApiAnswer<List<QuotaReport.Past>> history(
            @RequestParam(required = false) String owner,
            @RequestParam(required = false) String bucket,
            @RequestParam(defaultValue = Paging.FIRST) int page,
            @RequestParam(name = "per_page", defaultValue = Paging.USUAL) int perPage) {
        return ApiAnswer.of(report.history(owner, bucket, new Paging(page, perPage)));
    }

    /** @param owner {@code project:…}, or {@code channel:…} for a bucket each channel has of its own */
    record Emergency(
            @NotBlank String owner,
            @NotBlank String bucket,
            @NotBlank @Size(max = 500) String reason) {}

    /** The emergency share may be used until the next reset. */
    @PostMapping("/emergency")
    ApiAnswer<QuotaReport.Today> emergency(@RequestBody @Valid Emergency wanted, Principal operator) {
        return ApiAnswer.of(report.release(wanted.owner(), wanted.bucket(), wanted.reason(), operator.getName()));
    }

    /** All rules, those that are in force later too. */
    @GetMapping("/rules")
    ApiAnswer<QuotaRules> rules() {
        return ApiAnswer.of(store.rules());
    }

    record NewCost(
            @NotNull LocalDate from,
            @NotBlank String bucket,
            @NotNull @Min(0) Integer units,
            @NotBlank String use) {}

    /** What a method costs from that day on. */
    @PutMapping("/rules/methods/{method}")
    ApiAnswer<Map<String, Cost>> cost(
            @PathVariable @Pattern(regexp = "[A-Za-z]+\\.[A-Za-z]+") String method,
            @RequestBody @Valid NewCost wanted,
            Principal operator) {
        store.add(new Cost(method, wanted.from(), wanted.bucket(), wanted.units(), wanted.use()), operator.getName());
        return ApiAnswer.of(store.rules().costsOn(days.today()));
    }

    /**
     * @param project null for all that have no limit of their own
     * @param scope project or channel; null: as it is now
     * @param shares percent by use; null: as they are now
     */
    record NewLimit(
            @NotNull LocalDate from,
            @Size(max = 100) String project,
            @Pattern(regexp = "project|channel") String scope,
            @NotNull @Min(0) @Max(100_000_000) Integer units,
            Map<String, @NotNull @Min(0) @Max(100) Integer> shares) {}

    /** What a bucket holds from that day on. */
    @PutMapping("/rules/buckets/{bucket}")
    ApiAnswer<QuotaReport.Today> limit(
            @PathVariable String bucket, @RequestBody @Valid NewLimit wanted, Principal operator) {
        String project = wanted.project() == null ? "" : wanted.project();
        QuotaRules rules = store.rules();
        if (!rules.buckets().contains(bucket) && (wanted.scope() == null || wanted.shares() == null)) {
            throw new Problem(
                    HttpStatus.UNPROCESSABLE_ENTITY,
                    "validation_failed",
                    "A bucket that is new needs a scope and shares; known ones are " + rules.buckets(),
                    "shares");
        }
        Limit now = rules.buckets().contains(bucket) ? rules.limit(bucket, project, wanted.from()) : null;
        store.add(
                new Limit(
                        bucket,
                        project,
                        wanted.from(),
                        wanted.scope() == null ? now.scope() : wanted.scope(),
                        wanted.units(),
                        wanted.shares() == null ? now.shares() : wanted.shares()),
                operator.getName());
        return ApiAnswer.of(report.today());
    }
}
