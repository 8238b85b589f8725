package com.ytempire.hub.spending;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.ytempire.hub.platform.Problem;
import com.ytempire.hub.spending.VendorWindows.Allowance;
import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The links of all chains as an operator sees and switches them. */
@Component
public class LinkDesk {

    private static final Duration RECENT = Duration.ofHours(24);

    private final Links links;
    private final VendorWindows windows;
    private final JdbcClient jdbc;
    private final Clock clock;

    LinkDesk(Links links, VendorWindows windows, JdbcClient jdbc, Clock clock) {
        this.links = links;
        this.windows = windows;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** All links in the order of their chains. */
    public List<Provider> list() {
        Instant now = clock.instant();
        Map<String, Use> uses = uses(now.minus(RECENT));
        return links.definitions().stream()
                .map(link -> provider(link, links.state(link.name()), uses.get(link.name()), now))
                .toList();
    }

    /** The breakers of the links that call somebody, as this node knows them: closed, open or half_open. */
    public Map<String, String> breakers() {
        return links.definitions().stream()
                .filter(link -> link.vendor() != null)
                .collect(Collectors.toMap(
                        LinkDefinition::name, link -> links.state(link.name()).breaker()));
    }

    /** @throws Problem 404 for an unknown link */
    public Provider show(String link) {
        return list().stream()
                .filter(provider -> provider.name().equals(link))
                .findFirst()
                .orElseThrow(() -> new Problem(HttpStatus.NOT_FOUND, "not_found", "There is no such link"));
    }

    /**
     * Takes effect on all nodes within a second.
     *
     * @throws Problem 404 for an unknown link
     */
    public Provider switchOff(String link, String operator) {
        links.switchOff(link, operator);
        return show(link);
    }

    /**
     * On again with a closed breaker.
     *
     * @throws Problem 404 for an unknown link
     */
    public Provider switchOn(String link) {
        links.switchOn(link);
        return show(link);
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

    record Use(String link, long calls, long errors, long millis, BigDecimal spent) {}

    /**
     * @param reason why it is off
     * @param calls of the last 24 hours, as are errors, latency and spend
     * @param spent US dollars
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Provider(
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
    public record Quota(String unit, long most, long used, long left, Instant until) {}
}
