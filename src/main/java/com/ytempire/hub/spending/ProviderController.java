package com.ytempire.hub.spending;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.ytempire.hub.platform.ApiAnswer;
import com.ytempire.hub.platform.Problem;
import com.ytempire.hub.spending.VendorWindows.Allowance;
import java.math.BigDecimal;
import java.security.Principal;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The links of all chains: how they do, and their switches. */
@RestController
@RequestMapping("/api/v1/providers")
class ProviderController {

    private static final Duration RECENT = Duration.ofHours(24);

    private final Links links;
    private final VendorWindows windows;
    private final ObjectProvider<LinkProbe> probes;
    private final JdbcClient jdbc;
    private final Clock clock;

    ProviderController(
            Links links, VendorWindows windows, ObjectProvider<LinkProbe> probes, JdbcClient jdbc, Clock clock) {
        this.links = links;
        this.windows = windows;
        this.probes = probes;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    @GetMapping
    ApiAnswer<List<Provider>> list() {
        Instant now = clock.instant();
        Map<String, Use> uses = uses(now.minus(RECENT));
        return ApiAnswer.of(links.definitions().stream()
                .map(link -> provider(link, links.state(link.name()), uses.get(link.name()), now))
                .toList());
    }

    private Map<String, Use> uses(Instant since) {
        return jdbc.sql("""
                        select u.link, sum(u.calls)::bigint as calls, sum(u.errors)::bigint as errors,
                               sum(u.millis)::bigint as millis,
                               (select coalesce(sum(a.cost), 0) from spending.attempt a
                                 where a.link = u.link and a.created_at >= :since) as spent
                          from spending.link_use u where u.hour >= :since group by u.link
                        """).param("since", Timestamp.from(since)).query(Use.class).list().stream()
                .collect(Collectors.toMap(Use::link, Function.identity()));
    }

    private Provider provider(LinkDefinition link, LinkState state, Use use, Instant now) {
        boolean off = link.howToTurnOn() != null || state.isOff(now);
        long calls = use == null ? 0 : use.calls();
        return new Provider(
                link.name(),
                link.capability(),
                link.vendor(),
                off ? "off" : "on",
                link.howToTurnOn() != null ? "not_configured" : off ? state.offReason() : null,
                Optional.ofNullable(link.howToTurnOn()).orElse(off ? state.offDetail() : null),
                off ? state.offUntil() : null,
                state.breaker(),
                calls,
                use == null ? 0 : use.errors(),
                calls == 0 ? null : use.millis() / calls,
                use == null ? BigDecimal.ZERO : use.spent(),
                link.allowances().stream().map(this::quota).toList());
    }

    private Quota quota(Allowance allowance) {
        long used = windows.used(allowance);
        return new Quota(
                allowance.unit(),
                allowance.most(),
                used,
                Math.max(0, allowance.most() - used),
                clock.instant().plus(windows.untilNext(allowance)));
    }

    /** Takes effect on all nodes within a second. */
    @PostMapping("/{name}/off")
    ApiAnswer<Provider> off(@PathVariable String name, Principal operator) {
        links.switchOff(name, operator.getName());
        return show(name);
    }

    /** On again with a closed breaker. */
    @PostMapping("/{name}/on")
    ApiAnswer<Provider> on(@PathVariable String name) {
        links.switchOn(name);
        return show(name);
    }

    /**
     * Asks the link's vendor whether it is well, at no cost. A link that is well is tried again at once, one that the
     * vendor refuses is off.
     *
     * @throws Problem 409 {@code not_configured} without credentials, {@code no_probe} when there is nobody to ask
     */
    @PostMapping("/{name}/probe")
    ApiAnswer<Probed> probe(@PathVariable String name) {
        Provider before = show(name).data();
        if ("not_configured".equals(before.reason())) {
            throw new Problem(HttpStatus.CONFLICT, "not_configured", before.detail());
        }
        LinkProbe asks = probes.orderedStream()
                .filter(probe -> probe.knows(name))
                .findFirst()
                .orElseThrow(() -> new Problem(HttpStatus.CONFLICT, "no_probe", "This link has nobody to ask"));
        Instant begun = clock.instant();
        ProbeAnswer answer = asks.probe(name);
        return ApiAnswer.of(new Probed(
                answer.well(),
                answer.reason(),
                answer.detail(),
                Duration.between(begun, clock.instant()).toMillis(),
                show(name).data()));
    }

    @GetMapping("/{name}")
    ApiAnswer<Provider> show(@PathVariable String name) {
        return list().data().stream()
                .filter(provider -> provider.name().equals(name))
                .findFirst()
                .map(ApiAnswer::of)
                .orElseThrow(() -> new Problem(HttpStatus.NOT_FOUND, "not_found", "There is no such link"));
    }

    /** @param provider as it stands after the answer */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Probed(boolean well, String reason, String detail, long millis, Provider provider) {}

    record Use(String link, long calls, long errors, long millis, BigDecimal spent) {}

    /**
     * @param reason why it is off
     * @param calls of the last 24 hours, as are errors, latency and spend
     * @param spent US dollars
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Provider(
            String name,
            String capability,
            String vendor,
            String state,
            String reason,
            String detail,
            Instant until,
            String breaker,
            long calls,
            long errors,
            Long averageMillis,
            BigDecimal spent,
            List<Quota> quotas) {}

    /**
     * What the vendor allows in the present window, as the hub has counted it.
     *
     * @param until when the next window begins
     */
    record Quota(String unit, long most, long used, long left, Instant until) {}
}
