package com.ytempire.hub.media;

import com.ytempire.hub.media.MediaSettings.Link;
import com.ytempire.hub.platform.Problem;
import com.ytempire.hub.spending.LinkFailure;
import com.ytempire.hub.spending.LinkFailure.Kind;
import com.ytempire.hub.spending.Links;
import com.ytempire.hub.spending.Money;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The decisions of the chains that search for stock; the order of their links stands in their routes. A link fills up
 * what those before it did not find.
 */
@Component("stockChain")
class StockChain {

    private static final Logger LOG = LoggerFactory.getLogger(StockChain.class);

    /** Why a link was not asked although nothing is wrong with it. */
    private static final Set<String> MEANT_SO = Set.of("not_configured", "not_high_value");

    private final Links links;
    private final StockSearch search;
    private final StockStore store;
    private final StockAllowances allowances;
    private final MediaSettings settings;
    private final Clock clock;

    StockChain(
            Links links,
            StockSearch search,
            StockStore store,
            StockAllowances allowances,
            MediaSettings settings,
            Clock clock) {
        this.links = links;
        this.search = search;
        this.store = store;
        this.allowances = allowances;
        this.settings = settings;
        this.clock = clock;
    }

    public StockRun begin(@Body StockRequest request) {
        return new StockRun(request, clock.instant());
    }

    /**
     * Whether the link is to be called, for the first time or once more. One that has been asked the same not long ago
     * answers from the store; one that may not be called is passed over with its reason.
     */
    public boolean tries(@Variable("run") StockRun run, @Variable("link") String link) {
        if (!run.isOpen()) {
            return false;
        }
        if (run.begins(link) && isAnsweredWithoutACall(run, settings.links().get(link))) {
            return false;
        }
        if (!run.isAgain()) {
            return false;
        }
        String refused = refusal(link);
        if (refused != null) {
            run.passedOver(run.tries() == 0 ? refused : refused + " after failures");
            return false;
        }
        return true;
    }

    private boolean isAnsweredWithoutACall(StockRun run, Link link) {
        if (link.highValue() && !run.request().highValue()) {
            run.passedOver("not_high_value");
            return true;
        }
        Optional<List<StockItem>> known = store.fresh(search.key(run.request(), run.link()));
        known.ifPresent(items -> run.found("cached", items));
        return known.isPresent();
    }

    /** The allowance is looked at before the breaker, whose one probe must be made, and taken once the call is certain. */
    private String refusal(String link) {
        String vendor = settings.links().get(link).vendor();
        if (allowances.isUsedUp(vendor)) {
            return "vendor_limit";
        }
        String refused = links.refusal(link);
        return refused == null && !allowances.take(vendor) ? "vendor_limit" : refused;
    }

    /** Decides what follows from a failure: once more, the next link, or the end. */
    public void failed(@Variable("run") StockRun run, Throwable failure) {
        if (failure == null) {
            run.passedOver("breaker"); // Camel tells an open breaker by no exception
            return;
        }
        LinkFailure known = LinkFailure.of(failure, run.link());
        links.ended(run.link(), Duration.between(run.calledAt(), clock.instant()), known);
        if (known.kind() == Kind.BAD_REQUEST) {
            LOG.error("link {} refuses our own request: {}", run.link(), known.getMessage());
            run.ends(known);
        } else if (known.kind().isTemporary() && mayTryAgain(run, known)) {
            run.tryAgainIn(delay(run, known));
        } else {
            run.passedOver(known.reason());
        }
    }

    private boolean mayTryAgain(StockRun run, LinkFailure failure) {
        int most = failure.kind() == Kind.RATE_LIMITED
                ? settings.tries().rateLimited()
                : settings.tries().unavailable();
        Instant next = clock.instant().plus(waitBefore(run, failure));
        return run.tries() < most && next.isBefore(run.request().deadline());
    }

    private long delay(StockRun run, LinkFailure failure) {
        long told = waitBefore(run, failure).toMillis();
        long usual = settings.backoff().toMillis() << (run.tries() - 1);
        return told > 0 ? told : usual / 2 + ThreadLocalRandom.current().nextLong(usual + 1);
    }

    /** A vendor that counts otherwise than the hub does is not asked again before its next window begins. */
    private Duration waitBefore(StockRun run, LinkFailure failure) {
        if (failure.retryAfter() != null) {
            return failure.retryAfter();
        }
        return failure.kind() == Kind.RATE_LIMITED
                ? allowances.untilNextWindow(settings.links().get(run.link()).vendor())
                : Duration.ZERO;
    }

    /** What was found before, however long ago, in place of links that could not answer; always ends the chain. */
    public void kept(@Variable("run") StockRun run, String link) {
        if (!run.isOpen()) {
            return;
        }
        List<StockItem> old = new ArrayList<>();
        run.links().stream()
                .filter(StockChain::isMissed)
                .forEach(missed ->
                        store.kept(search.key(run.request(), missed.link())).ifPresent(old::addAll));
        run.begins(link);
        if (old.stream().noneMatch(run.request()::wants)) {
            run.passedOver("nothing kept");
        } else {
            run.found("cached", old);
        }
    }

    private static boolean isMissed(StockLink link) {
        return link.reason() != null && !MEANT_SO.contains(link.reason());
    }

    /**
     * What the caller is told.
     *
     * @throws Problem 502 {@code refused_by_provider} when our own request was at fault and nothing was found
     */
    public StockAnswer finish(@Variable("run") StockRun run) {
        List<StockItem> items = run.items();
        if (run.ourFault() != null && items.isEmpty()) {
            throw run.ourFault().asProblem();
        }
        String reason = reason(run.links());
        boolean cached = run.links().stream().anyMatch(link -> link.outcome().equals("cached"))
                && run.links().stream().allMatch(link -> link.tries() == 0);
        return new StockAnswer(
                items,
                run.request().count(),
                items.size(),
                run.request().video(),
                reason != null,
                reason,
                cached,
                BigDecimal.ZERO.setScale(Money.PLACES),
                Money.CURRENCY,
                Duration.between(run.begunAt(), clock.instant()).toMillis(),
                run.links());
    }

    /** Why less was done than should have been: the first link that could not answer; null when all is well. */
    private String reason(List<StockLink> tried) {
        Optional<String> missed = tried.stream()
                .filter(link -> settings.links().get(link.link()).vendor() != null && isMissed(link))
                .map(StockLink::reason)
                .findFirst();
        boolean nobodyAnswered = tried.stream().allMatch(link -> link.reason() != null);
        return missed.orElse(nobodyAnswered ? "no_vendor" : null);
    }
}
