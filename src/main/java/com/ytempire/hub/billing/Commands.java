package com.ytempire.hub.billing;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.camel.ProducerTemplate;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The way to everything the hub writes at Stripe. A command is written down and committed before it is sent, and is
 * settled together with the mirror, so that a crash at any point and an outage of any length end in one effect.
 */
@Component("commands")
class Commands {

    private static final Duration LOOK = Duration.ofMillis(20);

    /** Looks cost: many who wait behind others of their customer must not take the database from those in front. */
    private static final Duration LONGEST_LOOK = Duration.ofMillis(320);

    /** What only an operator can change. */
    private static final Set<CircuitBreaker.State> IS_AWAY =
            Set.of(CircuitBreaker.State.OPEN, CircuitBreaker.State.FORCED_OPEN);

    private static final Set<String> NO_USE = Set.of("stripe_off", "stripe_authentication");

    private final CommandLedger ledger;
    private final CommandSettings settings;
    private final CircuitBreaker breaker;
    private final ProducerTemplate routes;
    private final TransactionTemplate transactions;

    Commands(
            CommandLedger ledger,
            CommandSettings settings,
            CircuitBreaker stripeBreaker,
            ProducerTemplate routes,
            PlatformTransactionManager transactions) {
        this.ledger = ledger;
        this.settings = settings;
        this.breaker = stripeBreaker;
        this.routes = routes;
        this.transactions = new TransactionTemplate(transactions);
    }

    /**
     * Leaves a command to the queue, in the caller's transaction: it is sent when that commits, and only then. The same
     * business key again does nothing. {@link CommandSettled} tells how it ended.
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public void enqueue(CommandRequest request) {
        ledger.record(request);
    }

    /** Runs a command whose making needs no decision, and so no transaction around the statement that writes it down. */
    CommandAnswer run(CommandRequest request) {
        return untilDecided(() -> decided(request));
    }

    /**
     * Decides, writes down, sends, and waits for the end, as long as a person would. Not to be called inside a
     * transaction.
     *
     * @param decision made in the transaction that writes the command down, and made again when another command that
     *     excludes it ended meanwhile; may throw a problem
     * @return the final answer; 202 when it can wait for Stripe and has to; a problem when it failed or cannot wait
     */
    CommandAnswer run(Supplier<? extends Decision> decision) {
        return untilDecided(() -> transactions.execute(transaction -> decided(decision.get())));
    }

    private CommandAnswer untilDecided(Supplier<Decided> decision) {
        long end = System.nanoTime() + settings.patience().toNanos();
        while (true) {
            try {
                Decided decided = decision.get();
                return decided.command() == null ? decided.answer() : finish(decided.command());
            } catch (CommandExcluded | DuplicateKeyException e) {
                if (System.nanoTime() > end) {
                    throw CommandFailures.inProgress();
                }
                LockSupport.parkNanos(LOOK.toNanos());
            }
        }
    }

    /** Written down and claimed by one commit, so that it can be sent when that is done; behind an older one it waits. */
    private Decided decided(Decision decision) {
        if (!(decision instanceof CommandRequest request)) {
            return new Decided(null, (CommandAnswer) decision);
        }
        return new Decided(ledger.recordAndClaim(request), null);
    }

    private record Decided(CommandLedger.Recorded command, CommandAnswer answer) {}

    /** Sends a command that is written down, or waits for whoever is sending it; as {@link #run(Supplier)}. */
    CommandAnswer finish(UUID id) {
        int attempts = ledger.find(id).orElseThrow().attempt();
        routes.sendBody("direct:billing-command", id);
        return end(id, attempts);
    }

    private CommandAnswer finish(CommandLedger.Recorded recorded) {
        if (recorded.claimed() == null) {
            return finish(recorded.id());
        }
        CommandAnswer answer =
                routes.requestBody("direct:billing-command-claimed", recorded.claimed(), CommandAnswer.class);
        return answer == null ? end(recorded.id(), 0) : answer;
    }

    /** @param attempts that had begun before it was sent now */
    private CommandAnswer end(UUID id, int attempts) {
        long end = System.nanoTime() + settings.patience().toNanos();
        Duration pause = settings.tryAgain();
        Duration look = LOOK;
        int tries = 0;
        int before = attempts;
        while (true) {
            CommandLedger.Looked looked = ledger.look(id);
            if (looked.answer() != null) {
                return looked.answer();
            }
            Command command = looked.command();
            boolean tried = command.state().equals("waiting") && command.attempt() > before;
            before = command.attempt();
            tries += tried ? 1 : 0;
            if (command.state().equals("manual") || isHopeless(command, tries) || System.nanoTime() > end) {
                return unfinished(command);
            }
            LockSupport.parkNanos((tried ? pause : look).toNanos());
            pause = tried ? pause.multipliedBy(2) : pause;
            look = tried || look.compareTo(LONGEST_LOOK) >= 0 ? look : look.multipliedBy(2);
            routes.sendBody("direct:billing-command", id);
        }
    }

    /** Waiting longer helps nobody while Stripe is left alone, or off. */
    private boolean isHopeless(Command command, int tries) {
        return tries >= settings.tries()
                || command.state().equals("waiting") && IS_AWAY.contains(breaker.getState())
                || command.errorCode() != null && NO_USE.contains(command.errorCode());
    }

    private CommandAnswer unfinished(Command command) {
        if (command.state().equals("manual")) {
            return new CommandAnswer(command.id(), 503, null, CommandFailures.inManualQueue());
        }
        if (!command.kind().needsCustomer()) {
            return CommandAnswer.queued(command.id());
        }
        ledger.abandon(command.id());
        return new CommandAnswer(command.id(), 503, null, CommandFailures.delayed((int)
                settings.postpone().toSeconds()));
    }
}
