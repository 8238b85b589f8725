package com.ytempire.hub.billing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.notifications.Notice;
import com.ytempire.hub.notifications.Notice.Audience;
import com.ytempire.hub.notifications.Outbox;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.camel.Body;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.util.function.SingletonSupplier;

/** Writes down how an attempt at a command ended, in one transaction with all that follows. */
@Component("commandSettlement")
class CommandSettlement {

    private static final Logger LOG = LoggerFactory.getLogger(CommandSettlement.class);

    private final JdbcClient jdbc;
    private final CommandLedger ledger;
    private final MirrorTables mirror;
    private final MirrorRefresh refresh;
    private final History history;
    private final Outbox outbox;
    /** Some of them make commands themselves; looked up once, for that takes longer than a statement. */
    private final Supplier<List<CommandSettled>> listeners;

    private final CommandSettings settings;
    private final Clock clock;

    CommandSettlement(
            JdbcClient jdbc,
            CommandLedger ledger,
            MirrorTables mirror,
            MirrorRefresh refresh,
            History history,
            Outbox outbox,
            ObjectProvider<CommandSettled> listeners,
            CommandSettings settings,
            Clock clock) {
        this.jdbc = jdbc;
        this.ledger = ledger;
        this.mirror = mirror;
        this.refresh = refresh;
        this.history = history;
        this.outbox = outbox;
        this.listeners = SingletonSupplier.of(() -> listeners.orderedStream().toList());
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Settles the command, or puts it off. Does nothing when the claim was lost: whoever has it now settles it.
     */
    public Settled settle(@Body CommandOutcome outcome) {
        Optional<Settled> settled = switch (outcome.end()) {
            case DONE -> done(outcome).map(answer -> mirrored(outcome, answer));
            case REFUSED -> nothingFollows(refused(outcome));
            case UNCLEAR -> nothingFollows(manual(outcome));
            case OPEN -> nothingFollows(isGivenUp(outcome) ? manual(outcome) : again(outcome));
        };
        return settled.orElseGet(() -> lost(outcome.command()));
    }

    private static Optional<Settled> nothingFollows(boolean settled) {
        return settled ? Optional.of(Settled.NOTHING) : Optional.empty();
    }

    private static Settled lost(Command command) {
        LOG.info("another node has taken over {}", command);
        return Settled.NOTHING;
    }

    /**
     * What an attempt came to.
     *
     * @param objects of the mirror, whose effects follow
     * @param isSure whether the mirror surely shows what the command has changed
     * @param answer of the API; null when it has to be looked for
     */
    record Settled(List<Mirrored> objects, boolean isSure, CommandAnswer answer) {

        static final Settled NOTHING = new Settled(List.of(), true, null);
    }

    /**
     * Settles the command when what follows from its object could not be done: that comes later, when the mirror asks
     * Stripe for the object once more. Without it one wrong effect would bar its customer from all others.
     *
     * @param failure why not; when it is the database that is away, this fails as well, and the claim runs out
     */
    @Transactional
    public Settled settleAlone(CommandOutcome outcome, Exception failure) {
        LOG.error("{} is settled, but what follows from it failed and will be done later", outcome.command(), failure);
        Settled settled = settle(outcome);
        settled.objects().forEach(object -> mirror.doubt(object.kind(), object.id()));
        return new Settled(settled.objects(), settled.objects().isEmpty(), settled.answer());
    }

    /** @return the answer; empty when the claim was lost */
    private Optional<CommandAnswer> done(CommandOutcome outcome) {
        Command command = outcome.command();
        Map<String, Object> answer = command.kind().answer(outcome.object());
        String id = StripeJson.text(outcome.object(), "id");
        History.Entry told = entry(command, id, withoutSecrets(answer), outcome.stripeRequest());
        Optional<CommandLedger.Looked> settled = history.values(
                        jdbc.sql("""
                        with settled as (
                            update billing.command
                               set state = 'done', settled_at = :now, node = null, lease_until = null,
                                   look_up = false, result_id = :result, answer_status = :status,
                                   answer = :answer::jsonb, error_code = null, decline_code = null, error = null,
                                   stripe_request = :request, customer = coalesce(customer, :customer)
                             where id = :command and attempt = :attempt and state = 'sending'
                            returning *
                        ), told as (
                            %s
                        )
                        select %s from settled
                        """.formatted(History.appendFor("settled"), CommandLedger.LOOKED)), told)
                .param("now", Timestamp.from(clock.instant()))
                .param("result", id)
                .param("status", command.kind().status())
                .param("answer", ledger.text(answer))
                .param("request", outcome.stripeRequest())
                .param("customer", command.kind() == CommandKind.CUSTOMER_CREATE ? id : null)
                .param("command", command.id())
                .param("attempt", command.attempt())
                .query(ledger::looked)
                .optional();
        settled.ifPresent(now -> tellAll(now.command()));
        return settled.map(CommandLedger.Looked::answer);
    }

    private static Map<String, Object> withoutSecrets(Map<String, Object> answer) {
        Map<String, Object> shown = new LinkedHashMap<>(answer);
        shown.keySet().removeAll(List.of("client_secret", "url", "email", "name", "phone", "address"));
        return shown;
    }

    private boolean refused(CommandOutcome outcome) {
        Command command = outcome.command();
        boolean settled = end(outcome, "failed");
        if (settled) {
            Map<String, Object> after = new LinkedHashMap<>();
            after.put("error_code", outcome.errorCode());
            after.put("decline_code", outcome.declineCode());
            history.append(entry(command, subject(command), after, outcome.stripeRequest()));
            tell(command);
        }
        return settled;
    }

    private boolean manual(CommandOutcome outcome) {
        Command command = outcome.command();
        boolean settled = end(outcome, "manual");
        if (settled) {
            LOG.warn("{} is left to people: {}", command, outcome.errorCode());
            history.append(new History.Entry(
                    History.THE_HUB,
                    command.userId(),
                    "command",
                    command.id().toString(),
                    "left_to_people",
                    Map.of("state", command.state()),
                    Map.of("state", "manual", "error_code", outcome.errorCode()),
                    outcome.stripeRequest()));
            handOver(command, "The hub could not complete it: " + outcome.errorCode());
            tell(command);
        }
        return settled;
    }

    /** Finance has to act; support has to know when somebody asked for it and waits. */
    void handOver(Command command, String why) {
        String subject = "A billing command needs a decision: "
                + command.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        String text = "Command %s of customer %s. %s. Look what Stripe has, then retry it or hand it over."
                .formatted(command.id(), command.customer(), why);
        String key = "command-manual:" + command.id() + ":" + command.attempt();
        outbox.tell(new Notice(key + ":finance", Audience.FINANCE, subject, text, null));
        if (command.userId() != null && command.actor().equals(command.userId().toString())) {
            outbox.tell(new Notice(key + ":support", Audience.SUPPORT, "A customer waits: " + subject, text, null));
        }
    }

    private boolean end(CommandOutcome outcome, String state) {
        return jdbc.sql("""
                                update billing.command
                                   set state = :state, settled_at = case when :state = 'failed' then :now::timestamptz end,
                                       node = null, lease_until = null, failures = failures + 1,
                                       look_up = :look_up, answer_status = :status, error_code = :code,
                                       decline_code = :decline, error = :error, stripe_request = :request
                                 where id = :id and attempt = :attempt and state = 'sending'
                                """)
                        .param("state", state)
                        .param("now", Timestamp.from(clock.instant()))
                        .param("look_up", outcome.lookUp())
                        .param(
                                "status",
                                state.equals("failed")
                                        ? CommandFailures.problem(outcome.errorCode(), outcome.declineCode())
                                                .status()
                                                .value()
                                        : null)
                        .param("code", outcome.errorCode())
                        .param("decline", outcome.declineCode())
                        .param("error", outcome.error())
                        .param("request", outcome.stripeRequest())
                        .param("id", outcome.command().id())
                        .param("attempt", outcome.command().attempt())
                        .update()
                == 1;
    }

    private boolean isGivenUp(CommandOutcome outcome) {
        Command command = outcome.command();
        return outcome.counts() && command.failures() + 1 >= settings.attempts()
                || command.createdAt().plus(settings.giveUp()).isBefore(clock.instant());
    }

    private boolean again(CommandOutcome outcome) {
        Command command = outcome.command();
        return jdbc.sql("""
                                update billing.command
                                   set state = 'waiting', due_at = :due, node = null, lease_until = null,
                                       failures = failures + :failures, look_up = :look_up, error_code = :code,
                                       error = :error, stripe_request = :request,
                                       stripe_key_no = stripe_key_no + case when :next_key then 1 else 0 end,
                                       stripe_key_at = case when not :next_key then stripe_key_at end
                                 where id = :id and attempt = :attempt and state = 'sending'
                                """)
                        .param("due", Timestamp.from(clock.instant().plus(pause(outcome))))
                        .param("failures", outcome.counts() ? 1 : 0)
                        .param("look_up", outcome.lookUp() && command.kind().isProvable() || command.isLookedUp())
                        .param("next_key", outcome.lookUp() && !command.kind().isProvable())
                        .param("code", outcome.errorCode())
                        .param("error", outcome.error())
                        .param("request", outcome.stripeRequest())
                        .param("id", command.id())
                        .param("attempt", command.attempt())
                        .update()
                == 1;
    }

    private Duration pause(CommandOutcome outcome) {
        if (!outcome.counts()) {
            return settings.postpone();
        }
        return settings.backOff()
                .multipliedBy((long) Math.pow(3, outcome.command().failures()));
    }

    private static History.Entry entry(Command command, String objectId, Map<String, ?> after, String cause) {
        return new History.Entry(
                command.actor(),
                command.userId(),
                objectKind(command.kind()),
                objectId,
                command.kind().name().toLowerCase(Locale.ROOT),
                command.held() == null ? null : command.held().facts(),
                after,
                cause == null ? command.id().toString() : cause);
    }

    private static String objectKind(CommandKind kind) {
        MirrorKind mirrored = kind.mirrorKind();
        return mirrored == null ? "command" : mirrored.table();
    }

    private static String subject(Command command) {
        return command.objectId() == null ? command.id().toString() : command.objectId();
    }

    /** Tells those who have to know how it ended, or that people have to act. */
    void tell(Command command) {
        tellAll(ledger.find(command.id()).orElseThrow());
    }

    private void tellAll(Command now) {
        listeners.get().forEach(listener -> listener.settled(now));
    }

    /**
     * Takes what Stripe answered into the mirror. The call began after the state held then was committed, so the answer
     * is newer; when an event was faster, its state stays, and Stripe is asked once more if it may be the older one.
     */
    private Settled mirrored(CommandOutcome outcome, CommandAnswer answer) {
        Command command = outcome.command();
        MirrorKind kind = command.kind().mirrorKind();
        if (kind == null) {
            return new Settled(List.of(), true, answer);
        }
        ObjectNode object = (ObjectNode) outcome.object();
        if (object.path("latest_invoice").isObject()) {
            object = object.deepCopy();
            object.set("latest_invoice", object.get("latest_invoice").path("id"));
        }
        String id = StripeJson.text(object, "id");
        Held before = id.equals(command.objectId()) ? command.held() : Held.NOTHING;
        MirrorTables.Teller teller =
                new MirrorTables.Teller(command.actor(), command.id().toString());
        boolean taken =
                object.path("deleted").asBoolean() || mirror.put(kind, id, object, before, outcome.asOf(), teller);
        if (!taken) {
            overtaken(kind, id, object, command, outcome.asOf(), teller);
        }
        return new Settled(List.of(new Mirrored(kind, id)), taken && !kind.isIncomplete(object), answer);
    }

    /**
     * Of a command that has changed something, while an event changed the same: who reads the mirror next has to see
     * what he has just done.
     *
     * @return what has to be asked of Stripe at once; null when the mirror is certain
     */
    public MirrorChange uncertain(CommandOutcome outcome, Settled settled) {
        MirrorKind kind = outcome.command().kind().mirrorKind();
        if (settled.isSure() || outcome.end() != CommandOutcome.End.DONE || kind == null) {
            return null;
        }
        String id = StripeJson.text(outcome.object(), "id");
        return mirror.isUncertain(kind, id) ? refresh.wanted(kind, id) : null;
    }

    /** Most often by the event that tells of this very command: then both say the same. */
    private void overtaken(
            MirrorKind kind, String id, JsonNode object, Command command, Instant asOf, MirrorTables.Teller teller) {
        if (mirror.holds(kind, id, object)) {
            return;
        }
        Held held = mirror.held(kind, id);
        Instant askedAt =
                asOf.minus(Duration.between(command.sentAt(), clock.instant())).minusSeconds(1);
        boolean taken = held.stateAt().isBefore(askedAt) && mirror.put(kind, id, object, held, asOf, teller);
        if (!taken && !held.deleted()) {
            mirror.doubt(kind, id);
        }
    }
}
