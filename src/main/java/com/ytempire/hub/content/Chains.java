package com.ytempire.hub.content;

import com.ytempire.hub.platform.Measures;
import com.ytempire.hub.spending.BudgetRefused;
import com.ytempire.hub.spending.LinkFailure;
import com.ytempire.hub.spending.LinkFailure.Kind;
import com.ytempire.hub.spending.Links;
import com.ytempire.hub.spending.Reservation;
import com.ytempire.hub.spending.Spend;
import com.ytempire.hub.spending.Spending;
import com.ytempire.hub.spending.Usage;
import java.math.BigDecimal;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * What all chains have in common: whether a link is tried, how its money is kept, and what follows from each class of
 * failure ({@link Kind}). Routes carry the run in the variable {@code run}.
 */
@Component("chains")
class Chains {

    /** What a link uses that calls nobody. */
    static final Usage FREE = new Usage(BigDecimal.ZERO, BigDecimal.ONE, "call");

    private static final Logger LOG = LoggerFactory.getLogger(Chains.class);

    private final Links links;
    private final Spending spending;
    private final ContentSettings settings;
    private final Clock clock;
    private final Measures measures;

    Chains(Links links, Spending spending, ContentSettings settings, Clock clock, Measures measures) {
        this.links = links;
        this.spending = spending;
        this.settings = settings;
        this.clock = clock;
        this.measures = measures;
    }

    /** Counts an answer that is on its way to whoever asked. */
    void count(String chain, boolean degraded, boolean cached, Duration took) {
        measures.record(Measures.ANSWER, chain, took, degraded);
        if (cached) {
            measures.record(Measures.CACHED, chain, took, false);
        }
    }

    /**
     * Whether the link is to be called, for the first time or once more. A link that may not be called is passed over
     * with its reason.
     */
    public boolean tries(@Variable("run") ChainRun<?, ?> run, String link) {
        if (!run.isOpen()) {
            return false;
        }
        run.begins(link);
        if (!run.isAgain()) {
            return false;
        }
        if (calls(link) && !clock.instant().isBefore(run.deadline())) {
            passOver(run, "deadline");
            return false;
        }
        String refused = links.refusal(link);
        if (refused != null) {
            passOver(run, run.calls() == 0 ? refused : refused + " after failures");
            return false;
        }
        return true;
    }

    /** Whether the link calls somebody; what the hub does itself is always in time. */
    private boolean calls(String link) {
        ContentSettings.Link known = settings.links().get(link);
        return known != null && known.vendor() != null;
    }

    /** How long an answer may be waited for. */
    Duration left(ChainRun<?, ?> run) {
        return Duration.between(clock.instant(), run.deadline());
    }

    /**
     * Sets aside what all calls of the link can cost together, so that none is paid in vain.
     *
     * @throws BudgetRefused when a limit would be passed; what was set aside goes back when the link is passed over
     */
    void hold(ChainRun<?, ?> run, List<Spend> spends) {
        spends.forEach(spend -> run.holds(spending.reserve(spend)));
    }

    /**
     * Sets the most a call can cost aside, unless that was done before, and writes down that it goes out.
     *
     * @throws BudgetRefused when a limit would be passed
     */
    void begin(ChainRun<?, ?> run, Spend spend) {
        Reservation held = run.takeHeld(spend);
        if (held == null) {
            Reservation reservation = spending.reserveAndSend(spend);
            run.callBegins(clock.instant(), reservation);
        } else {
            run.callBegins(clock.instant(), held);
            spending.sending(held);
        }
    }

    /** A call that costs nothing begins. */
    void begin(ChainRun<?, ?> run) {
        run.callBegins(clock.instant(), null);
    }

    /** The vendor has answered what was asked, for so much. The answer waits for no commit. */
    <A> void answered(ChainRun<?, A> run, A answer, Usage usage) {
        if (run.reservation() != null) {
            spending.settleSoon(run.reservation(), usage);
            run.settled(usage.amount());
        }
        callEnds(run, true);
        succeeded(run);
        answered(run, answer);
    }

    /** All calls the answer needs have been made, or none is needed. */
    <A> void answered(ChainRun<?, A> run, A answer) {
        freeHeld(run);
        run.answered(answer);
    }

    /** One of the calls the answer needs has done what was asked, for so much. */
    void succeeded(ChainRun<?, ?> run, Usage usage) {
        charged(run, usage);
        succeeded(run);
    }

    private void succeeded(ChainRun<?, ?> run) {
        links.ended(run.link(), took(run), null);
        run.callIsOver();
        run.callSucceeded();
    }

    /** The vendor has done its work and charges it; what it is good for is looked at next. */
    void charged(ChainRun<?, ?> run, Usage usage) {
        if (run.reservation() != null) {
            spending.settle(run.reservation(), usage);
            run.settled(usage.amount());
        }
        callEnds(run, true);
    }

    private Duration took(ChainRun<?, ?> run) {
        return Duration.between(run.calledAt(), clock.instant());
    }

    /** What cannot be put in order now ends with its lease. */
    private static void callEnds(ChainRun<?, ?> run, boolean mayCost) {
        for (ChainRun.CallEnd end : run.callEnds()) {
            try {
                end.ended(mayCost);
            } catch (RuntimeException e) {
                LOG.warn("link {}: the end of a call was not noted: {}", run.link(), e.getMessage());
            }
        }
    }

    private void freeHeld(ChainRun<?, ?> run) {
        run.takeHeld().forEach(spending::release);
    }

    /** The link is done with, and what was set aside for it is free again. */
    void passOver(ChainRun<?, ?> run, String reason) {
        freeHeld(run);
        run.passedOver(reason);
    }

    /**
     * Decides what follows from a failure: once more, the next link, or the end.
     *
     * @param failure null when the breaker let nothing through, which Camel tells by no exception
     */
    public void failed(@Variable("run") ChainRun<?, ?> run, Throwable failure) {
        if (failure == null) {
            passOver(run, "breaker");
            return;
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BudgetRefused) {
                callEnds(run, false);
                passOver(run, "budget");
                return;
            }
        }
        LinkFailure known = LinkFailure.of(failure, run.link());
        boolean mayCost = run.reservation() != null && giveBack(run, failure, known);
        if (run.isCalling()) {
            links.ended(run.link(), took(run), known);
        }
        run.callIsOver();
        callEnds(run, mayCost);
        if (known.kind() == Kind.BAD_REQUEST) {
            if (run.callersFault() == null) {
                LOG.error("link {} refuses our own request: {}", run.link(), known.getMessage());
            }
            freeHeld(run);
            run.ends(known);
        } else if (mayTryAgain(run, known)) {
            run.tryAgainIn(delay(run, known));
        } else {
            passOver(run, known.reason());
        }
    }

    /** A vendor that answers with a failure charges nothing; one whose answer is lost may have charged. */
    private boolean giveBack(ChainRun<?, ?> run, Throwable failure, LinkFailure known) {
        if (known.kind() == Kind.TIMEOUT || known.kind() == Kind.UNAVAILABLE && mayHaveArrived(failure)) {
            spending.lost(run.reservation());
            run.settled(run.reservation().spend().bound());
            return true;
        }
        spending.release(run.reservation());
        run.settled(BigDecimal.ZERO);
        return false;
    }

    private static boolean mayHaveArrived(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof LinkFailure
                    || cause instanceof ConnectException
                    || cause instanceof UnknownHostException
                    || cause instanceof NoRouteToHostException) {
                return false;
            }
        }
        return true;
    }

    private boolean mayTryAgain(ChainRun<?, ?> run, LinkFailure failure) {
        if (!failure.kind().isTemporary() && !failure.kind().isHeldBack()) {
            return false;
        }
        int most = failure.kind() == Kind.RATE_LIMITED
                ? settings.tries().rateLimited()
                : settings.tries().unavailable();
        Duration wait = failure.retryAfter() == null ? Duration.ZERO : failure.retryAfter();
        Instant next = clock.instant().plus(wait);
        return (failure.kind().isHeldBack() || run.tries() < most) && next.isBefore(run.deadline());
    }

    private long delay(ChainRun<?, ?> run, LinkFailure failure) {
        if (failure.retryAfter() != null) {
            return failure.retryAfter().toMillis();
        }
        long usual = settings.backoff().toMillis() << Math.max(0, run.tries() - 1);
        long left = Duration.between(clock.instant(), run.deadline()).toMillis();
        return Math.max(
                0, Math.min(left, usual / 2 + ThreadLocalRandom.current().nextLong(usual + 1)));
    }
}
