package com.ytempire.hub.billing;

import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.billing.MoneyMirror.Payment;
import com.ytempire.hub.billing.MoneyMirror.Return;
import com.ytempire.hub.billing.PaidInvoice.Line;
import com.ytempire.hub.notifications.Notice;
import com.ytempire.hub.notifications.Outbox;
import com.ytempire.hub.platform.Page;
import com.ytempire.hub.platform.Paging;
import com.ytempire.hub.platform.Problem;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.camel.Variable;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Refunds people ask for, within the policy that is in force. All decisions about one customer's money come one after
 * the other, and what Stripe has told of refunds, the dashboard's included, counts in each.
 */
@Component("refunds")
class Refunds implements CommandSettled {

    private static final String KEY = "refund:";
    static final List<String> STATES = List.of("pending_approval", "approved", "rejected", "refunded", "failed");

    private static final String COLUMNS = "id, payment, invoice, subscription, customer, user_id, amount, currency,"
            + " reason, requested_by, requested_at, policy_from, state, decided_by, decided_at, note, refund";

    private final MoneyMirror mirror;
    private final CustomerOwners owners;
    private final Commands commands;
    private final Outbox outbox;
    private final UserMails mails;
    private final History history;
    private final JdbcClient jdbc;
    private final Clock clock;

    Refunds(
            MoneyMirror mirror,
            CustomerOwners owners,
            Commands commands,
            Outbox outbox,
            UserMails mails,
            History history,
            JdbcClient jdbc,
            Clock clock) {
        this.mirror = mirror;
        this.owners = owners;
        this.commands = commands;
        this.outbox = outbox;
        this.mails = mails;
        this.history = history;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /**
     * Decides on a refund that somebody asks for, in the transaction that writes the decision down.
     *
     * @param request the API request's id, which becomes the refund's
     * @return the command that sends it, or the answer that it has to be approved first
     * @throws Problem 404 when there is no such payment or it is another user's; 422 {@code refund_not_eligible}
     */
    Decision request(UUID request, Wanted wanted, Caller caller) {
        Optional<Request> known = find(request);
        if (known.isPresent()) { // the same request, after a crash
            return known.get().isLetGo() ? command(known.get(), request) : notSent(known.get());
        }
        Refundable money = refundable(wanted, caller);
        Instant now = clock.instant();
        RefundPolicy policy = policy(now);
        long amount = eligible(money, policy, now, wanted.amount());
        boolean approval =
                policy.needsApproval(money.back() + amount, money.payment().currency());
        Request made = new Request(
                request,
                money.payment().id(),
                money.invoice().map(PaidInvoice::id).orElse(null),
                money.invoice().map(PaidInvoice::subscription).orElse(null),
                money.payment().customer(),
                money.owner(),
                amount,
                money.payment().currency(),
                wanted.reason(),
                caller.name(),
                now,
                policy.validFrom(),
                approval ? "pending_approval" : "approved",
                null,
                null,
                null,
                null);
        keep(made);
        note(made, null, caller.name(), "requested", null);
        if (!approval) {
            return command(made, request);
        }
        outbox.tell(new Notice(
                "refund-approval:" + made.id(),
                Notice.Audience.FINANCE,
                "A refund of " + UserMails.money(amount, made.currency()) + " waits for approval",
                "Refund request %s for payment %s of %s.".formatted(made.id(), made.payment(), made.whose()),
                null));
        return notSent(made);
    }

    private Refundable refundable(Wanted wanted, Caller caller) {
        Optional<PaidInvoice> named = Optional.ofNullable(wanted.invoice()).flatMap(mirror::invoice);
        String id = wanted.invoice() == null
                ? wanted.payment()
                : named.map(PaidInvoice::payment).orElse(null);
        Payment payment = Optional.ofNullable(id).flatMap(mirror::payment).orElseThrow(Refunds::unknown);
        UUID owner = lockPayment(payment.id());
        if (!caller.maySee(owner)) {
            throw unknown();
        }
        boolean underWay = isUnderWay(payment.id()); // asked first: what ends now stands in the mirror then
        // read once more, now that nobody else decides about it
        return new Refundable(
                mirror.payment(payment.id()).orElseThrow(Refunds::unknown),
                named.or(() -> mirror.invoiceOf(payment.id())),
                owner,
                underWay,
                mirror.wentBack(payment.id()));
    }

    /** Decisions about one payment come one after the other, also when it has no customer whose lock would do. */
    private UUID lockPayment(String payment) {
        UUID owner = owners.lock(new Mirrored(MirrorKind.PAYMENT, payment));
        jdbc.sql("select 1 from (select pg_advisory_xact_lock(hashtextextended('refund:' || :payment, 0))) locked")
                .param("payment", payment)
                .query(Integer.class)
                .single();
        return owner;
    }

    private static Problem unknown() {
        return new Problem(HttpStatus.NOT_FOUND, "not_found", "There is no such payment");
    }

    /** @return the amount, within what the policy still lets go back */
    private long eligible(Refundable money, RefundPolicy policy, Instant at, Long wanted) {
        Payment payment = money.payment();
        if (!payment.isSucceeded()) {
            throw refused("payment_not_succeeded", "The payment has not succeeded");
        }
        if (mirror.isDisputed(payment.id())) {
            throw refused("dispute_open", "The payment is disputed; the bank decides about it");
        }
        if (money.underWay()) {
            throw refused("refund_under_way", "Another refund of this payment is under way");
        }
        long most = policy.most(payment.received(), payment.paidAt(), money.periodStart(), money.periodEnd(), at);
        if (most <= 0) {
            throw refused("too_late", "The time for a refund is over");
        }
        long left = Math.min(most, payment.received()) - money.back();
        if (left <= 0) {
            throw refused("already_refunded", "What may go back of it has gone back");
        }
        if (wanted != null && wanted > left) {
            throw refused(
                    "amount_too_high", "At most " + UserMails.money(left, payment.currency()) + " may go back of it");
        }
        return wanted == null ? left : wanted;
    }

    private static Problem refused(String reason, String detail) {
        return new Problem(HttpStatus.UNPROCESSABLE_ENTITY, "refund_not_eligible", reason + ": " + detail);
    }

    private boolean isUnderWay(String payment) {
        return jdbc.sql("select exists (select 1 from billing.refund_request"
                        + " where payment = :payment and state in ('pending_approval', 'approved'))")
                .param("payment", payment)
                .query(Boolean.class)
                .single();
    }

    private RefundPolicy policy(Instant at) {
        return jdbc.sql("select valid_from, full_days, partial_days, one_time_percent, at_once, at_once_currency"
                        + " from billing.refund_policy where valid_from <= :at order by valid_from desc limit 1")
                .param("at", Timestamp.from(at))
                .query(RefundPolicy.class)
                .single();
    }

    private void keep(Request request) {
        jdbc.sql("""
                        insert into billing.refund_request
                            (id, payment, invoice, subscription, customer, user_id, amount, currency, reason,
                             requested_by, requested_at, policy_from, state)
                        values (:id, :payment, :invoice, :subscription, :customer, :user, :amount, :currency, :reason,
                                :by, :at, :policy, :state)
                        """)
                .param("id", request.id())
                .param("payment", request.payment())
                .param("invoice", request.invoice())
                .param("subscription", request.subscription())
                .param("customer", request.customer())
                .param("user", request.userId())
                .param("amount", request.amount())
                .param("currency", request.currency())
                .param("reason", request.reason())
                .param("by", request.requestedBy())
                .param("at", Timestamp.from(request.requestedAt()))
                .param("policy", Timestamp.from(request.policyFrom()))
                .param("state", request.state())
                .update();
    }

    /** It waits for approval, or was rejected meanwhile. */
    private static Decision notSent(Request request) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("refund_request_id", request.id());
        answer.put("amount", request.amount());
        answer.put("currency", request.currency());
        answer.put("status", request.state());
        answer.put("reason", request.reason());
        return CommandAnswer.of(request.isPending() ? 202 : 200, answer);
    }

    private static CommandRequest command(Request request, UUID apiRequest) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("payment_intent", request.payment());
        parameters.put("amount", request.amount());
        parameters.put("reason", "requested_by_customer");
        parameters.put("metadata", Map.of("refund_request", request.id().toString()));
        return new CommandRequest(
                CommandKind.REFUND_CREATE,
                KEY + request.id(),
                request.requestedBy(),
                request.userId(),
                request.customer(),
                null,
                parameters,
                null,
                apiRequest);
    }

    /**
     * An operator lets a refund go, unless what may go back has gone back meanwhile.
     *
     * @throws Problem 404 for an unknown request; 409 {@code refund_not_pending}; 422 {@code refund_not_eligible}
     */
    Decision approve(UUID id, Caller operator) {
        Request request = lock(id);
        if (request.isLetGo() && operator.name().equals(request.decidedBy())) {
            return command(request, null); // asked twice: the answer is the first one's
        }
        mustBePending(request);
        long left = mirror.payment(request.payment()).orElseThrow().received() - mirror.wentBack(request.payment());
        if (mirror.isDisputed(request.payment())) {
            throw refused("dispute_open", "The payment is disputed; the bank decides about it");
        }
        if (left < request.amount()) {
            throw refused("already_refunded", "What may go back of it has gone back");
        }
        decide(request, "approved", operator, null);
        return command(request, null);
    }

    /** @throws Problem 404 for an unknown request; 409 {@code refund_not_pending} */
    Request reject(UUID id, String why, Caller operator) {
        Request request = lock(id);
        mustBePending(request);
        decide(request, "rejected", operator, why);
        return find(id).orElseThrow();
    }

    private Request lock(UUID id) {
        Request request = find(id).orElseThrow(
                        () -> new Problem(HttpStatus.NOT_FOUND, "not_found", "There is no such refund request"));
        lockPayment(request.payment());
        return find(id).orElseThrow();
    }

    private static void mustBePending(Request request) {
        if (!request.isPending()) {
            throw new Problem(
                    HttpStatus.CONFLICT, "refund_not_pending", "The refund request is " + request.state() + " already");
        }
    }

    private void decide(Request request, String state, Caller operator, String note) {
        jdbc.sql("update billing.refund_request set state = :state, decided_by = :by, decided_at = :now, note = :note"
                        + " where id = :id")
                .param("state", state)
                .param("by", operator.name())
                .param("now", Timestamp.from(clock.instant()))
                .param("note", note)
                .param("id", request.id())
                .update();
        note(find(request.id()).orElseThrow(), request.state(), operator.name(), state, null);
    }

    /**
     * Takes down how the sending of a refund ended; what follows from it follows from the mirror. One that Stripe
     * refuses is told, for whoever asked may have been answered long before that it waits.
     */
    @Override
    public void settled(Command command) {
        if (command.kind() != CommandKind.REFUND_CREATE
                || !command.businessKey().startsWith(KEY)
                || !command.isSettled()) {
            return;
        }
        UUID id = UUID.fromString(command.businessKey().substring(KEY.length()));
        boolean done = command.state().equals("done");
        String before = find(id).map(Request::state).orElse(null);
        jdbc.sql("update billing.refund_request set state = :state, refund = :refund,"
                        + " note = coalesce(:note, note) where id = :id")
                .param("state", done ? "refunded" : "failed")
                .param("refund", command.resultId())
                .param("note", done ? null : command.errorCode())
                .param("id", id)
                .update();
        find(id).ifPresent(request -> {
            note(request, before, command.actor(), request.state(), command.id().toString());
            if (!done && !command.errorCode().equals("closed_by_operator")) {
                tellFailed(request, command.errorCode());
            }
        });
    }

    /**
     * A refund of ours that came back: the bank did not take it, also after it had succeeded
     * (docs.stripe.com/refunds#failed-refunds). The request's state shows it; user and finance hear of it from {@link
     * PaymentMessages}, as of those made in the dashboard.
     */
    public void cameBack(@Variable("money") MoneyFacts money) {
        money.returns().stream()
                .filter(back -> back.isRefund() && !back.isFinal())
                .forEach(this::noteCameBack);
    }

    private void noteCameBack(Return back) {
        jdbc.sql("update billing.refund_request set state = 'failed', note = :note"
                        + " where refund = :refund and state = 'refunded' returning id")
                .param("note", "refund_" + back.status())
                .param("refund", back.id())
                .query(UUID.class)
                .list()
                .forEach(id -> note(find(id).orElseThrow(), "refunded", "stripe", "failed", back.id()));
    }

    private void tellFailed(Request request, String why) {
        if (request.userId() != null) {
            mails.send(
                    "refund-failed:" + request.id(),
                    "refund-failed",
                    request.userId(),
                    Map.of(
                            "amount", UserMails.money(request.amount(), request.currency()),
                            "payment", request.payment()));
        }
        outbox.tell(new Notice(
                "refund-failed:" + request.id() + ":finance",
                Notice.Audience.FINANCE,
                "A refund of " + UserMails.money(request.amount(), request.currency()) + " was refused",
                "Stripe refused refund request %s for payment %s of %s: %s. The user has been told."
                        .formatted(request.id(), request.payment(), request.whose(), why),
                null));
    }

    /**
     * A subscription whose present period was refunded as a whole ends, whoever refunded it. Runs with each change of a
     * refund, and of its payment and invoice, which may be told of later; the command's business key lets it be sent
     * once.
     */
    public void endRefundedPeriod(@Variable("money") MoneyFacts money, @Variable("user") UUID user) {
        money.succeeded()
                .filter(payment -> money.refunded() > 0 && money.refunded() >= payment.received())
                .flatMap(payment -> money.invoice())
                .filter(invoice -> invoice.subscription() != null && isPresentPeriod(invoice))
                .ifPresent(invoice -> endSubscription(invoice, user));
    }

    private boolean isPresentPeriod(PaidInvoice invoice) {
        return jdbc.sql("""
                        select exists (select 1 from billing.subscription
                                        where id = :id and status in ('active', 'past_due', 'trialing', 'unpaid', 'paused')
                                          and latest_invoice = :invoice and current_period_end > :now)
                        """)
                .param("id", invoice.subscription())
                .param("invoice", invoice.id())
                .param("now", Timestamp.from(clock.instant()))
                .query(Boolean.class)
                .single();
    }

    private void endSubscription(PaidInvoice invoice, UUID user) {
        commands.enqueue(new CommandRequest(
                CommandKind.SUBSCRIPTION_CANCEL,
                "refunded-period:" + invoice.id(),
                History.THE_HUB,
                user,
                invoice.customer(),
                invoice.subscription(),
                Map.of("cancellation_details", Map.of("comment", "refunded"))));
    }

    Page<Request> list(UUID user, String state, Paging paging) {
        String where = " where (:user::uuid is null or user_id = :user) and (:state::text is null or state = :state)";
        long total = jdbc.sql("select count(*) from billing.refund_request" + where)
                .param("user", user)
                .param("state", state)
                .query(Long.class)
                .single();
        return new Page<>(
                jdbc.sql("select " + COLUMNS + " from billing.refund_request" + where
                                + " order by requested_at desc, id limit :limit offset :offset")
                        .param("user", user)
                        .param("state", state)
                        .param("limit", paging.perPage())
                        .param("offset", paging.offset())
                        .query(Request.class)
                        .list(),
                total,
                paging);
    }

    private Optional<Request> find(UUID id) {
        return jdbc.sql("select " + COLUMNS + " from billing.refund_request where id = :id")
                .param("id", id)
                .query(Request.class)
                .optional();
    }

    /** @param before the state it was in; null for a new one */
    private void note(Request request, String before, String actor, String action, String cause) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("state", request.state());
        facts.put("amount", request.amount());
        facts.put("currency", request.currency());
        facts.put("payment", request.payment());
        history.append(new History.Entry(
                actor,
                request.userId(),
                "refund",
                request.id().toString(),
                action,
                before == null ? null : Map.of("state", before),
                facts,
                cause));
    }

    /** @param amount null for all that may go back */
    record Wanted(String payment, String invoice, Long amount, String reason) {}

    private record Refundable(Payment payment, Optional<PaidInvoice> invoice, UUID owner, boolean underWay, long back) {

        /** The lines of the period, without what settles a change within one. */
        private Optional<Line> period() {
            return invoice.filter(paid -> paid.subscription() != null)
                    .flatMap(paid -> paid.lines().stream()
                            .filter(line -> line.ofSubscription() && line.periodEnd() != null)
                            .max((one, other) -> one.periodEnd().compareTo(other.periodEnd())));
        }

        Instant periodStart() {
            return period().map(Line::periodStart).orElse(null);
        }

        Instant periodEnd() {
            return period().map(Line::periodEnd).orElse(null);
        }
    }

    record Request(
            UUID id,
            String payment,
            String invoice,
            String subscription,
            String customer,
            UUID userId,
            long amount,
            String currency,
            String reason,
            String requestedBy,
            Instant requestedAt,
            Instant policyFrom,
            String state,
            String decidedBy,
            Instant decidedAt,
            String note,
            String refund) {

        /** For our own people. */
        String whose() {
            return customer == null ? "no customer" : "customer " + customer;
        }

        boolean isPending() {
            return state.equals("pending_approval");
        }

        /** Whether there is a command that sends it. */
        boolean isLetGo() {
            return !isPending() && !state.equals("rejected");
        }

        /** Who of our people asked and decided is for operators. */
        Request shownTo(Caller reader) {
            return new Request(
                    id,
                    payment,
                    invoice,
                    subscription,
                    customer,
                    userId,
                    amount,
                    currency,
                    reason,
                    History.actor(requestedBy, reader),
                    requestedAt,
                    policyFrom,
                    state,
                    History.actor(decidedBy, reader),
                    decidedAt,
                    note,
                    refund);
        }
    }
}
