package com.ytempire.hub.spending;

import com.ytempire.hub.platform.Problem;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * Every link of every chain with its breaker. The breaker decides in this node and is found by routes under the link's
 * name; what it does is written down and reaches the other nodes within a second, and a restarted node begins with it.
 * An open link is tried again by one call of one node.
 */
@Component("links")
public class Links implements CamelContextConfiguration {

    private static final Logger LOG = LoggerFactory.getLogger(Links.class);

    /** Why a link is off that a person has switched off. */
    static final String OPERATOR = "operator";

    /** Only a probe that this node has won ends the open state, never the breaker's own clock. */
    private static final Duration NEVER = Duration.ofDays(36_500);

    private final Map<String, LinkDefinition> definitions = new LinkedHashMap<>();
    private final Map<String, CircuitBreaker> breakers = new LinkedHashMap<>();
    private final Map<String, LinkState> states = new ConcurrentHashMap<>();
    private final LinkStates stored;
    private final LinkUse use;
    private final Clock clock;

    @Autowired
    Links(ObjectProvider<LinkSource> sources, LinkStates stored, LinkUse use, LinkSettings settings, Clock clock) {
        this(sources.orderedStream().toList(), stored, use, settings, clock);
    }

    Links(List<LinkSource> sources, LinkStates stored, LinkUse use, LinkSettings settings, Clock clock) {
        this.stored = stored;
        this.use = use;
        this.clock = clock;
        sources.stream().flatMap(source -> source.links().stream()).forEach(link -> {
            definitions.put(link.name(), link);
            breakers.put(link.name(), breaker(link.name(), settings));
        });
    }

    private CircuitBreaker breaker(String link, LinkSettings settings) {
        CircuitBreaker breaker = CircuitBreaker.of(
                link,
                CircuitBreakerConfig.custom()
                        .slidingWindowType(SlidingWindowType.COUNT_BASED)
                        .slidingWindowSize(settings.failures())
                        .minimumNumberOfCalls(settings.failures())
                        .failureRateThreshold(100)
                        .waitDurationInOpenState(NEVER)
                        .permittedNumberOfCallsInHalfOpenState(1)
                        .recordException(Links::isVendorsFailure)
                        .ignoreException(Links::wasHeldBack)
                        .build());
        breaker.getEventPublisher()
                .onStateTransition(
                        event -> note(link, event.getStateTransition().getToState()));
        return breaker;
    }

    private static boolean isVendorsFailure(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof LinkFailure known) {
                return known.kind().isTemporary();
            }
            if (cause instanceof BudgetRefused || cause instanceof Problem) {
                return false;
            }
        }
        return true;
    }

    /** Neither a success nor a failure: a probe that was not sent leaves the link to be probed. */
    private static boolean wasHeldBack(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BudgetRefused
                    || cause instanceof LinkFailure known && known.kind().isHeldBack()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void beforeApplicationStart(CamelContext context) {
        breakers.forEach((link, breaker) -> context.getRegistry().bind(link, CircuitBreaker.class, breaker));
        refresh();
    }

    @Override
    public void afterApplicationStart(CamelContext context) {
        // nothing left to do
    }

    /** What the breaker does on another node's word is not written down again. */
    private void note(String link, State state) {
        String known = states.getOrDefault(link, LinkState.fresh(link)).breaker();
        if (state == State.OPEN && !known.equals("open")) {
            LOG.warn("link {} is left alone after several failures in a row", link);
            nowHas(link, "open");
            stored.opened(link);
        } else if (state == State.CLOSED && !known.equals("closed")) {
            LOG.info("link {} answers again", link);
            nowHas(link, "closed");
            stored.closed(link);
        }
    }

    /** As this node sees it at once; what was written with it comes with the next refresh. */
    private void nowHas(String link, String breaker) {
        states.compute(link, (name, old) -> withBreaker(old == null ? LinkState.fresh(name) : old, breaker));
    }

    private static LinkState withBreaker(LinkState old, String breaker) {
        return new LinkState(
                old.link(),
                breaker,
                old.openUntil(),
                null,
                old.offReason(),
                old.offDetail(),
                old.offUntil(),
                old.offBy(),
                old.changedAt(),
                old.version());
    }

    /** Takes over what other nodes and operators have written; runs each second. */
    public void refresh() {
        stored.all().forEach(this::take);
    }

    private void take(LinkState state) {
        CircuitBreaker breaker = breakers.get(state.link());
        LinkState known = states.get(state.link());
        if (breaker == null || known != null && known.version() >= state.version()) {
            return;
        }
        states.put(state.link(), state);
        boolean closed = state.breaker().equals("closed");
        if (closed) {
            breaker.reset(); // also forgets failures that have not opened it yet: somebody says that it works
        } else if (!closed && breaker.getState() == State.CLOSED) {
            breaker.transitionToOpenState();
        }
    }

    /**
     * Whether a link may be called now. For an open link whose time is over this is the moment in which one call of one
     * node is let through.
     *
     * @return why not: {@code not_configured}, {@code off}, {@code authentication}, {@code unfunded}, {@code retired} or
     *     {@code breaker}; null when it may
     */
    public String refusal(String link) {
        LinkDefinition definition = find(link);
        if (definition.howToTurnOn() != null) {
            return "not_configured";
        }
        Instant now = clock.instant();
        LinkState state = states.getOrDefault(link, LinkState.fresh(link));
        if (state.isOff(now)) {
            return state.offReason().equals(OPERATOR) ? "off" : state.offReason();
        }
        CircuitBreaker breaker = breakers.get(link);
        if (breaker.getState() != State.OPEN) {
            return null;
        }
        boolean timeIsOver = state.openUntil() != null && !now.isBefore(state.openUntil());
        if (timeIsOver && stored.winsProbe(link)) {
            nowHas(link, "half_open");
            breaker.transitionToHalfOpenState();
            return null;
        }
        return "breaker";
    }

    /** Notes how a call ended; a failure that no other try can mend switches the link off, on all nodes. */
    public void ended(String link, Duration took, Throwable failure) {
        use.add(link, took, failure != null);
        if (failure instanceof LinkFailure known) {
            switchOff(link, known);
        }
    }

    private void switchOff(String link, LinkFailure failure) {
        switch (failure.kind()) {
            case AUTHENTICATION -> switchOff(link, "authentication", failure.getMessage(), null);
            case UNFUNDED -> switchOff(link, "unfunded", failure.getMessage(), nextPeriod(failure));
            case RETIRED -> switchOff(link, "retired", failure.getMessage(), null);
            default -> {
                // the breaker's affair, or nobody's
            }
        }
    }

    /**
     * Takes over what a vendor answered when it was asked whether it is well: its breaker closes, and a link that the hub
     * has switched off is on again when the answer disproves the reason. What an operator switched off stays off; a
     * failure that may pass changes nothing.
     *
     * @param failure null when the vendor is well
     * @param disproved {@code authentication}, {@code unfunded}, {@code retired}
     */
    public void probed(String link, LinkFailure failure, Set<String> disproved) {
        find(link);
        if (failure != null) {
            switchOff(link, failure);
            return;
        }
        LinkState state = state(link);
        if (state.isOff(clock.instant()) && disproved.contains(state.offReason())) {
            LOG.info("link {} is on again: its vendor is well", link);
            stored.switchOn(link);
        } else if (!state.breaker().equals("closed")) {
            LOG.info("link {} is tried again: its vendor is well", link);
            stored.closed(link);
        }
        refresh();
    }

    /** As the vendor told, else the next month of the calendar, when such accounts are filled again. */
    private Instant nextPeriod(LinkFailure failure) {
        Instant now = clock.instant();
        return failure.retryAfter() != null
                ? now.plus(failure.retryAfter())
                : now.atZone(ZoneOffset.UTC)
                        .toLocalDate()
                        .withDayOfMonth(1)
                        .plusMonths(1)
                        .atStartOfDay(ZoneOffset.UTC)
                        .toInstant();
    }

    private void switchOff(String link, String reason, String detail, Instant until) {
        LOG.error("link {} is off: {}", link, detail);
        stored.switchOff(link, reason, detail, until, "the hub");
        refresh();
    }

    /** @throws Problem 404 for an unknown link */
    void switchOff(String link, String operator) {
        find(link);
        stored.switchOff(link, OPERATOR, null, null, operator);
        refresh();
    }

    /** @throws Problem 404 for an unknown link */
    void switchOn(String link) {
        find(link);
        stored.switchOn(link);
        refresh();
    }

    /** All links in the order of their chains. */
    List<LinkDefinition> definitions() {
        return List.copyOf(definitions.values());
    }

    LinkState state(String link) {
        return states.getOrDefault(link, LinkState.fresh(link));
    }

    private LinkDefinition find(String link) {
        return Optional.ofNullable(definitions.get(link))
                .orElseThrow(() -> new Problem(HttpStatus.NOT_FOUND, "not_found", "There is no such link"));
    }
}
