package com.ytempire.hub.billing;

import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.billing.MoneyMirror.Payment;
import com.ytempire.hub.billing.PaidInvoice.Line;
import com.ytempire.hub.billing.RefundRequests.Request;
import com.ytempire.hub.notifications.Notice;
import com.ytempire.hub.notifications.Outbox;
import com.ytempire.hub.platform.Problem;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Refunds people ask for, within the policy that is in force. All decisions about one customer's money come one after
 * the other, and what Stripe has told of refunds, the dashboard's included, counts in each.
 */
@Component
class Refunds {

    /** A command that sends one has it before the request's id as its business key. */
    static final String KEY = "refund:";

    private final MoneyMirror mirror;
    private final CustomerOwners owners;
    private final Outbox outbox;
    private final RefundRequests requests;
    private final JdbcClient jdbc;
    private final Clock clock;

    Refunds(
            MoneyMirror mirror,
            CustomerOwners owners,
            Outbox outbox,
            RefundRequests requests,
            JdbcClient jdbc,
            Clock clock) {
        this.mirror = mirror;
        this.owners = owners;
        this.outbox = outbox;
        this.requests = requests;
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
        Optional<Request> known = requests.find(request);
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
        requests.keep(made);
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
        boolean underWay = requests.isUnderWay(payment.id()); // asked first: what ends now stands in the mirror then
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

    private RefundPolicy policy(Instant at) {
        return jdbc.sql("select valid_from, full_days, partial_days, one_time_percent, at_once, at_once_currency"
                        + " from billing.refund_policy where valid_from <= :at order by valid_from desc limit 1")
                .param("at", Timestamp.from(at))
                .query(RefundPolicy.class)
                .single();
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
        requests.decide(request, "approved", operator, null);
        return command(request, null);
    }

    /** @throws Problem 404 for an unknown request; 409 {@code refund_not_pending} */
    Request reject(UUID id, String why, Caller operator) {
        Request request = lock(id);
        mustBePending(request);
        requests.decide(request, "rejected", operator, why);
        return requests.find(id).orElseThrow();
    }

    private Request lock(UUID id) {
        Request request = requests.find(id)
                .orElseThrow(() -> new Problem(HttpStatus.NOT_FOUND, "not_found", "There is no such refund request"));
        lockPayment(request.payment());
        return requests.find(id).orElseThrow();
    }

    private static void mustBePending(Request request) {
        if (!request.isPending()) {
            throw new Problem(
                    HttpStatus.CONFLICT, "refund_not_pending", "The refund request is " + request.state() + " already");
        }
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
}
