package com.ytempire.hub.billing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.accounts.Account;
import com.ytempire.hub.accounts.Accounts;
import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.notifications.AnalyticsEvent;
import com.ytempire.hub.notifications.MailLog;
import com.ytempire.hub.notifications.Notice;
import com.ytempire.hub.notifications.Outbox;
import com.ytempire.hub.platform.Json;
import com.ytempire.hub.platform.Problem;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Disputed payments: finance is told while there is time, and what the hub knows is put together for the bank. */
@Component("disputes")
class Disputes {

    private static final List<String> OPEN = List.of("needs_response", "warning_needs_response");

    private final JdbcClient jdbc;
    private final ObjectMapper json;
    private final CustomerOwners owners;
    private final Accounts accounts;
    private final MailLog mails;
    private final Outbox outbox;
    private final Noted noted;
    private final Clock clock;

    Disputes(
            JdbcClient jdbc,
            ObjectMapper json,
            CustomerOwners owners,
            Accounts accounts,
            MailLog mails,
            Outbox outbox,
            Noted noted,
            Clock clock) {
        this.jdbc = jdbc;
        this.json = json;
        this.owners = owners;
        this.accounts = accounts;
        this.mails = mails;
        this.outbox = outbox;
        this.noted = noted;
        this.clock = clock;
    }

    /** Tells analytics and finance of each state, once each. */
    public void follow(@Body Mirrored object, @Variable("user") UUID user) {
        Dispute dispute = find(object.id());
        if (!noted.first("dispute:" + dispute.id() + ":" + dispute.status())) {
            return;
        }
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("status", dispute.status());
        facts.put("amount", dispute.amount());
        facts.put("currency", dispute.currency());
        facts.put("reason", dispute.reason());
        facts.put("payment", dispute.payment());
        if (user != null && noted.isNews(dispute.stateAt())) {
            outbox.track(new AnalyticsEvent(
                    "dispute:" + dispute.id() + ":" + dispute.status(),
                    "dispute_" + dispute.status(),
                    user,
                    dispute.stateAt(),
                    facts));
        }
        tellFinance(dispute);
    }

    /** One that still waits for an answer is told of however old it is. */
    private void tellFinance(Dispute dispute) {
        String amount = UserMails.money(dispute.amount(), dispute.currency());
        if (OPEN.contains(dispute.status())) {
            outbox.tell(new Notice(
                    "dispute:" + dispute.id(),
                    Notice.Audience.FINANCE,
                    "A payment of " + amount + " is disputed",
                    "Dispute %s of payment %s, reason %s. The credits behind it are frozen. Hand evidence in, or accept it."
                            .formatted(dispute.id(), dispute.payment(), dispute.reason()),
                    dispute.evidenceDueBy()));
        } else if (noted.isNews(dispute.stateAt())) {
            outbox.tell(new Notice(
                    "dispute:" + dispute.id() + ":" + dispute.status(),
                    Notice.Audience.FINANCE,
                    "The dispute about " + amount + " is now " + dispute.status(),
                    "Dispute %s of payment %s.".formatted(dispute.id(), dispute.payment()),
                    null));
        }
    }

    private Dispute find(String id) {
        return jdbc.sql("select id, payment, charge, status, currency, coalesce(amount, 0) as amount, reason,"
                        + " evidence_due_by, created_at, state_at from billing.dispute where id = :id")
                .param("id", id)
                .query(Dispute.class)
                .optional()
                .orElseThrow(() -> new Problem(HttpStatus.NOT_FOUND, "not_found", "There is no such dispute"));
    }

    /**
     * All the hub knows that may convince the bank.
     *
     * @throws Problem 404 for an unknown dispute
     */
    Packet packet(String id) {
        Dispute dispute = find(id);
        Mirrored object = new Mirrored(MirrorKind.DISPUTE, id);
        String customer = owners.customer(object).orElse(null);
        UUID user = customer == null ? null : owners.ownerOf(customer).orElse(null);
        return new Packet(
                dispute,
                user == null ? null : accounts.find(user).map(Packet.Known::of).orElse(null),
                row("select id, email, name, created_at from billing.customer where id = :id", customer),
                row(
                        "select id, status, currency, amount, amount_received, created_at from billing.payment where id = :id",
                        dispute.payment()),
                row(
                        "select id, object->>'number' as number, status, subscription, currency, total, amount_paid,"
                                + " period_start, period_end, created_at from billing.invoice where payment = :id"
                                + " order by created_at limit 1",
                        dispute.payment()),
                rows(
                        "select id, status, currency, amount_received, created_at from billing.payment"
                                + " where customer = :id and status = 'succeeded' order by created_at",
                        customer),
                rows(
                        "select r.id, r.payment, r.status, r.currency, r.amount, r.created_at from billing.refund r"
                                + " join billing.payment p on p.id = r.payment where p.customer = :id order by r.created_at",
                        customer),
                rows(
                        "select id, status, price, current_period_start, current_period_end, cancel_at_period_end,"
                                + " ended_at, created_at from billing.subscription where customer = :id order by created_at",
                        customer),
                rows(
                        "select at, kind, amount, currency, reason from billing.mrr_movement where customer = :id order by id",
                        customer),
                user == null
                        ? List.of()
                        : rowsOf(
                                "select at, -amount as credits, reason from billing.credit_entry"
                                        + " where user_id = :id and kind = 'spend' order by id",
                                user),
                user == null ? List.of() : mails.of(user),
                rows(
                        "select id, evidence, final, actor, at from billing.dispute_evidence where dispute = :id order by at",
                        id),
                clock.instant());
    }

    private Map<String, Object> row(String sql, String id) {
        return rows(sql, id).stream().findFirst().orElse(null);
    }

    private List<Map<String, Object>> rows(String sql, String id) {
        return id == null ? List.of() : rowsOf(sql, id);
    }

    private List<Map<String, Object>> rowsOf(String sql, Object id) {
        List<Map<String, Object>> rows = new ArrayList<>();
        jdbc.sql(sql).param("id", id).query().listOfRows().forEach(row -> {
            Map<String, Object> written = new LinkedHashMap<>();
            row.forEach((column, value) -> written.put(
                    column,
                    value instanceof Timestamp time
                            ? time.toInstant()
                            : value == null || value instanceof Number || value instanceof Boolean
                                    ? value
                                    : value.toString()));
            rows.add(written);
        });
        return rows;
    }

    /**
     * Hands evidence in, in the transaction that writes the command down.
     *
     * @param text what people write to what the hub knows; null for nothing
     * @throws Problem 404 for an unknown dispute; 409 {@code dispute_closed} when no evidence is taken any more
     */
    Decision submit(UUID request, String id, String text, boolean isFinal, Caller operator) {
        Packet packet = packet(id);
        if (!OPEN.contains(packet.dispute().status())) {
            throw new Problem(
                    HttpStatus.CONFLICT,
                    "dispute_closed",
                    "The dispute is " + packet.dispute().status());
        }
        Map<String, Object> evidence = evidence(packet, text);
        jdbc.sql("""
                        insert into billing.dispute_evidence (id, dispute, evidence, final, actor, at)
                        values (:id, :dispute, :evidence::jsonb, :final, :actor, :now) on conflict do nothing
                        """)
                .param("id", request)
                .param("dispute", id)
                .param("evidence", Json.text(json, evidence))
                .param("final", isFinal)
                .param("actor", operator.name())
                .param("now", Timestamp.from(clock.instant()))
                .update();
        return new CommandRequest(
                CommandKind.DISPUTE_UPDATE,
                "dispute-evidence:" + request,
                operator.name(),
                packet.account() == null ? null : packet.account().id(),
                packet.customer() == null ? null : (String) packet.customer().get("id"),
                id,
                Map.of("evidence", evidence, "submit", isFinal),
                null,
                request);
    }

    /** Stripe's fields of evidence: docs.stripe.com/api/disputes/evidence_object. */
    private Map<String, Object> evidence(Packet packet, String text) {
        Map<String, Object> evidence = new LinkedHashMap<>();
        if (packet.customer() != null) {
            put(evidence, "customer_email_address", packet.customer().get("email"));
            put(evidence, "customer_name", packet.customer().get("name"));
        }
        put(
                evidence,
                "product_description",
                packet.invoice() != null && packet.invoice().get("subscription") != null
                        ? "Subscription of an online service, invoice "
                                + packet.invoice().get("number")
                        : "Use of an online service, bought once");
        put(evidence, "service_date", packet.dispute().createdAt());
        StringBuilder usage = new StringBuilder();
        packet.usage()
                .forEach(spent -> usage.append(
                        "%s: %s credits, %s%n".formatted(spent.get("at"), spent.get("credits"), spent.get("reason"))));
        put(evidence, "access_activity_log", shortened(usage.toString()));
        put(
                evidence,
                "uncategorized_text",
                shortened("%s%n%d successful payments of this customer, %d mails about them sent."
                        .formatted(
                                text == null ? "" : text,
                                packet.payments().size(),
                                packet.mails().size())));
        return evidence;
    }

    private static void put(Map<String, Object> evidence, String field, Object value) {
        if (value != null && !value.toString().isBlank()) {
            evidence.put(field, value.toString());
        }
    }

    /** Stripe takes 20,000 characters a field. */
    private static String shortened(String text) {
        return text.length() <= 20_000 ? text : text.substring(0, 20_000);
    }

    record Dispute(
            String id,
            String payment,
            String charge,
            String status,
            String currency,
            long amount,
            String reason,
            Instant evidenceDueBy,
            Instant createdAt,
            Instant stateAt) {}

    /**
     * @param usage credits spent
     * @param submitted what was handed in before
     * @param asOf when it was put together
     */
    record Packet(
            Dispute dispute,
            Known account,
            Map<String, Object> customer,
            Map<String, Object> payment,
            Map<String, Object> invoice,
            List<Map<String, Object>> payments,
            List<Map<String, Object>> refunds,
            List<Map<String, Object>> subscriptions,
            List<Map<String, Object>> subscriptionHistory,
            List<Map<String, Object>> usage,
            List<MailLog.Entry> mails,
            List<Map<String, Object>> submitted,
            Instant asOf) {

        record Known(UUID id, String email, Instant emailVerifiedAt, Instant createdAt) {

            static Known of(Account account) {
                return new Known(account.id(), account.email(), account.emailVerifiedAt(), account.createdAt());
            }
        }
    }
}
