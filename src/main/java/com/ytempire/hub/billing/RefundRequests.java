package com.ytempire.hub.billing;

import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.platform.Page;
import com.ytempire.hub.platform.Paging;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The table of refunds people have asked for; each change of a request is told in the history. */
@Component
class RefundRequests {

    static final List<String> STATES = List.of("pending_approval", "approved", "rejected", "refunded", "failed");

    private static final String COLUMNS = "id, payment, invoice, subscription, customer, user_id, amount, currency,"
            + " reason, requested_by, requested_at, policy_from, state, decided_by, decided_at, note, refund";

    private final History history;
    private final JdbcClient jdbc;
    private final Clock clock;

    RefundRequests(History history, JdbcClient jdbc, Clock clock) {
        this.history = history;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    void keep(Request request) {
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
        note(request, null, request.requestedBy(), "requested", null);
    }

    boolean isUnderWay(String payment) {
        return jdbc.sql("select exists (select 1 from billing.refund_request"
                        + " where payment = :payment and state in ('pending_approval', 'approved'))")
                .param("payment", payment)
                .query(Boolean.class)
                .single();
    }

    void decide(Request request, String state, Caller operator, String note) {
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
     * Takes down how the sending of one ended.
     *
     * @return the request as it is now; empty when there is none
     */
    Optional<Request> ended(UUID id, Command command) {
        boolean done = command.state().equals("done");
        String before = find(id).map(Request::state).orElse(null);
        jdbc.sql("update billing.refund_request set state = :state, refund = :refund,"
                        + " note = coalesce(:note, note) where id = :id")
                .param("state", done ? "refunded" : "failed")
                .param("refund", command.resultId())
                .param("note", done ? null : command.errorCode())
                .param("id", id)
                .update();
        Optional<Request> now = find(id);
        now.ifPresent(request -> note(
                request, before, command.actor(), request.state(), command.id().toString()));
        return now;
    }

    /** Takes down that a refund did not reach the user after all. */
    void cameBack(MoneyMirror.Return back) {
        jdbc.sql("update billing.refund_request set state = 'failed', note = :note"
                        + " where refund = :refund and state = 'refunded' returning id")
                .param("note", "refund_" + back.status())
                .param("refund", back.id())
                .query(UUID.class)
                .list()
                .forEach(id -> note(find(id).orElseThrow(), "refunded", "stripe", "failed", back.id()));
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

    Optional<Request> find(UUID id) {
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
