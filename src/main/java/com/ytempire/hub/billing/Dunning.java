package com.ytempire.hub.billing;

import com.ytempire.hub.billing.DunningCase.State;
import com.ytempire.hub.billing.DunningCase.Stepped;
import com.ytempire.hub.billing.DunningCases.Kept;
import com.ytempire.hub.billing.DunningMove.Kind;
import com.ytempire.hub.billing.DunningSettings.Owner;
import com.ytempire.hub.camel.stripe.StripeSettings;
import com.ytempire.hub.platform.Problem;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * Collects unpaid invoices of subscriptions. One of hub and Stripe tries again, never both. Whatever is told of an
 * invoice, {@link #follow} compares its present state with its case; what has come due, {@link #step} does. Both run in
 * one transaction with what they cause, the user's customer locked.
 */
@Component("dunning")
class Dunning {

    /** A try whose end is not known yet keeps the next step waiting so long. */
    private static final Duration WHILE_OPEN = Duration.ofHours(1);

    /** Ends after which the subscription goes on: it was paid, or it need not be paid. */
    private static final Set<String> NOTHING_OWED = Set.of("paid", "voided", "uncollectible");

    private final DunningMirror mirror;
    private final DunningCases cases;
    private final DunningTries tries;
    private final DunningSettings settings;
    private final DunningSchedule schedule;
    private final StripeSettings stripe;
    private final Clock clock;

    Dunning(
            DunningMirror mirror,
            DunningCases cases,
            DunningTries tries,
            DunningSettings settings,
            StripeSettings stripe,
            Clock clock) {
        this.stripe = stripe;
        this.mirror = mirror;
        this.cases = cases;
        this.tries = tries;
        this.settings = settings;
        this.schedule = new DunningSchedule(settings.gaps(), settings.grace());
        this.clock = clock;
    }

    private boolean isOurs() {
        return settings.owner() == Owner.HUB;
    }

    /** The schedule of an owner who has one here: Stripe keeps its own. */
    private DunningSchedule plan() {
        return isOurs() ? schedule : null;
    }

    /**
     * The invoices for whose dunning an object matters; none while nobody owns its customer.
     *
     * @param money what is held of it, when it is an invoice or a payment
     */
    public List<String> invoicesOf(
            @Body Mirrored object, @Variable("user") UUID user, @Variable("money") MoneyFacts money) {
        if (user == null) {
            return List.of();
        }
        return switch (object.kind()) {
            case INVOICE, PAYMENT ->
                money.invoices().stream()
                        .filter(invoice -> invoice.subscription() != null)
                        .map(PaidInvoice::id)
                        .toList();
            default -> mirror.invoicesOf(object);
        };
    }

    /** What has happened since the hub looked at the invoice last. */
    public List<DunningMove> follow(@Body String invoice, @Variable("user") UUID user) {
        return mirror.find(invoice).map(facts -> follow(facts, user)).orElse(List.of());
    }

    private List<DunningMove> follow(DunningFacts facts, UUID user) {
        Optional<Kept> found = cases.find(facts.invoice());
        if (found.isEmpty()) {
            return facts.isFailed() ? open(facts, user) : List.of();
        }
        Kept kept = found.get();
        if (kept.progress().state() == State.ENDED) {
            return List.of();
        }
        if (facts.mayHaveBeenPaid() && stripe.configured()) {
            mirror.doubt(MirrorKind.INVOICE, facts.invoice()); // follows when Stripe has said whether it was
            return List.of();
        }
        boolean simulated = facts.paidAt() != null && facts.paidAt().isAfter(clock.instant()); // a test clock's time
        if (facts.mayHaveBeenCancelled() && stripe.configured() && !simulated) {
            mirror.doubt(MirrorKind.SUBSCRIPTION, facts.subscription()); // most often the next event says so
            return List.of();
        }
        if (facts.endReason() != null) {
            return List.of(end(kept, facts, facts.endReason()));
        }
        List<DunningMove> moves = new ArrayList<>();
        followStripe(followCard(followFailure(kept, facts, moves), facts, moves), facts, moves);
        return moves;
    }

    private List<DunningMove> open(DunningFacts facts, UUID user) {
        cases.count(facts);
        Instant dayZero = facts.isFresh() ? facts.failedAt() : clock.instant();
        DunningCase opened = DunningCase.open(facts.failure(), dayZero, plan());
        boolean suspended = cases.isSuspended(facts.subscription());
        Kept kept = new Kept(
                facts.invoice(),
                facts.subscription(),
                facts.customer(),
                user,
                suspended ? opened.suspended(clock.instant()) : opened,
                facts.cards(),
                null,
                null);
        cases.save(kept);
        List<DunningMove> moves = new ArrayList<>();
        moves.add(new DunningMove(failed(facts), kept, null, facts, facts.isFresh() && !suspended));
        followStripe(kept, facts, moves);
        return moves;
    }

    private static Kind failed(DunningFacts facts) {
        return facts.hold() == DunningCase.Hold.AUTHENTICATION ? Kind.ACTION_REQUIRED : Kind.FAILED;
    }

    private Kept followFailure(Kept kept, DunningFacts facts, List<DunningMove> moves) {
        if (!facts.isFailed() || !cases.count(facts)) {
            return kept;
        }
        Kept next = kept.with(kept.progress().failed(facts.failure(), plan()));
        cases.save(next);
        boolean told = next.progress().state() == State.OPEN && !isOld(facts);
        moves.add(new DunningMove(failed(facts), next, kept.progress(), facts, told));
        return next;
    }

    private boolean isOld(DunningFacts facts) {
        return facts.failedAt().isBefore(clock.instant().minus(mirror.tellWithin()));
    }

    /** Another default card is tried at once, and once: the try bears its name. */
    private Kept followCard(Kept kept, DunningFacts facts, List<DunningMove> moves) {
        if (facts.cards().equals(kept.cards())) {
            return kept;
        }
        String card = facts.cards().newSince(kept.cards());
        if (card == null || !isOurs()) {
            Kept next = kept.withCard(kept.payWith(), facts.cards(), kept.progress());
            cases.save(next);
            return next;
        }
        Kept next = kept.withCard(card, facts.cards(), kept.progress().newCard());
        cases.save(next);
        tries.withCard(next, card);
        moves.add(new DunningMove(Kind.TRIED, next, kept.progress(), facts, true));
        return next;
    }

    /** What Stripe does by itself: it gives the subscription up, or retries though the hub is the owner. */
    private void followStripe(Kept kept, DunningFacts facts, List<DunningMove> moves) {
        Kept next = kept;
        if ("unpaid".equals(facts.subscriptionStatus()) && next.progress().state() == State.OPEN) {
            next = suspend(next, next.progress().suspended(clock.instant()), facts, moves);
        }
        boolean stripeTries = facts.stripeTriesAt() != null
                || facts.attempts() > 1 + next.progress().tries();
        if (isOurs() && stripeTries && next.twoOwnersAt() == null) {
            next = next.withTwoOwners(clock.instant());
            cases.save(next);
            moves.add(new DunningMove(Kind.TWO_OWNERS, next, kept.progress(), facts, true));
        }
    }

    private Kept suspend(Kept kept, DunningCase suspended, DunningFacts facts, List<DunningMove> moves) {
        Kept next = kept.with(suspended);
        cases.save(next);
        tries.suspend(next);
        moves.add(new DunningMove(Kind.SUSPENDED, next, kept.progress(), facts, true));
        return next;
    }

    private DunningMove end(Kept kept, DunningFacts facts, String reason) {
        Kept next = kept.with(kept.progress().ended(reason, clock.instant()));
        cases.save(next);
        if (NOTHING_OWED.contains(reason) && kept.progress().state() == State.SUSPENDED) {
            tries.recover(next);
        }
        return new DunningMove(Kind.CLOSED, next, kept.progress(), facts, true);
    }

    /** Invoices the hub has something to do for. */
    public List<String> due() {
        return isOurs() && stripe.configured() ? cases.due(clock.instant()) : List.of();
    }

    /**
     * Does what has come due, unless another node was faster or the invoice no longer needs it.
     *
     * @return what happened; its state may also have changed for another reason, which is among it
     */
    public List<DunningMove> step(@Body String invoice, @Variable("user") UUID user) {
        DunningFacts facts = mirror.find(invoice).orElse(null);
        if (facts == null || user == null) {
            return List.of();
        }
        List<DunningMove> moves = new ArrayList<>(follow(facts, user));
        Instant now = clock.instant();
        cases.find(invoice)
                .filter(kept -> kept.progress().state() == State.OPEN && facts.endReason() == null)
                .map(this::planned)
                .filter(kept -> !kept.progress().nextAt().isAfter(now))
                .ifPresent(kept -> step(kept, facts, now, moves));
        return moves;
    }

    /** A case that was followed while Stripe was the owner begins with the next try whose time has not passed. */
    private Kept planned(Kept kept) {
        if (kept.progress().nextAt() != null) {
            return kept;
        }
        Kept next = kept.with(kept.progress().planned(clock.instant(), schedule));
        cases.save(next);
        return next;
    }

    private void step(Kept kept, DunningFacts facts, Instant now, List<DunningMove> moves) {
        if (tries.isOneOpen(kept.invoice())) {
            cases.save(kept.with(kept.progress().postponed(now.plus(WHILE_OPEN))));
            return;
        }
        Stepped stepped = kept.progress().step(now, schedule);
        Kept next = kept.with(stepped.after());
        switch (stepped.step()) {
            case TRY -> {
                cases.save(next);
                tries.planned(next);
                moves.add(new DunningMove(Kind.TRIED, next, kept.progress(), facts, true));
            }
            case WARN -> {
                cases.save(next);
                moves.add(new DunningMove(Kind.WARNED, next, kept.progress(), facts, true));
            }
            case PASS -> cases.save(next);
            case SUSPEND -> suspend(kept, stepped.after(), facts, moves);
        }
    }

    /** Ends it because an operator says so; the subscription keeps what its status grants. */
    public List<DunningMove> stop(@Body String invoice) {
        return cases.find(invoice)
                .filter(kept -> kept.progress().state() != State.ENDED)
                .flatMap(kept -> mirror.find(invoice).map(facts -> end(kept, facts, "stopped")))
                .map(List::of)
                .orElse(List.of());
    }

    /**
     * A try an operator wants at once; the schedule goes on as it was.
     *
     * @throws Problem 404 without a case that goes on
     */
    CommandRequest payNow(String invoice, String actor) {
        Kept kept = cases.find(invoice)
                .filter(found -> found.progress().state() != State.ENDED)
                .orElseThrow(Dunning::noCase);
        Kept next = kept.with(kept.progress().withTry());
        cases.save(next);
        return tries.pay(next, "dunning:" + invoice + ":now:" + next.progress().tries(), actor);
    }

    static Problem noCase() {
        return new Problem(HttpStatus.NOT_FOUND, "not_found", "No dunning goes on for this invoice");
    }

    DunningSchedule schedule() {
        return schedule;
    }
}
