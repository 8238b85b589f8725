package com.ytempire.hub.billing;

import static com.ytempire.hub.platform.SqlColumns.instant;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.platform.Json;
import com.ytempire.hub.webhooks.ClaimedEvent;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What the mirror holds of money: who paid what, what went back, what is disputed. */
@Component("moneyMirror")
class MoneyMirror {

    /** A dispute, or a bank's inquiry, about which nothing is decided. */
    static final String DISPUTE_OPEN = "status not in ('won', 'lost', 'warning_closed', 'prevented')";

    /** Of a product whose id follows. */
    private static final String PRODUCT_METADATA = """
            select coalesce(bought.object -> 'metadata', '{}')::text as product_metadata from billing.product bought
             where bought.id =\s""";

    /** Of a payment {@code p} and its charge {@code c}. */
    private static final String PAYMENT = """
            p.id as payment_id, p.customer, p.currency, p.amount_received, p.status, p.state_at, p.state_event_id,
            p.created_at, p.object, c.created_at as charged_at,
            (%s p.object -> 'metadata' ->> 'product_id') as product_metadata""".formatted(PRODUCT_METADATA);

    /** Of an invoice {@code i}. */
    private static final String INVOICE = """
            i.id as invoice_id, i.customer as invoice_customer, i.subscription as invoice_subscription,
            i.payment as invoice_payment, i.currency as invoice_currency, i.status as invoice_status,
            i.amount_paid as invoice_amount_paid, i.state_at as invoice_state_at, i.object as invoice_object""";

    private final JdbcClient jdbc;
    private final ObjectMapper json;

    MoneyMirror(JdbcClient jdbc, ObjectMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /**
     * What is held of the money an object is about. From now until the transaction ends it is nobody else's turn with the
     * payment. Its customer's turn does not do: a payment may have no customer, and a refund may be told of before it is
     * known whose it is.
     *
     * @param turn with an invoice or a payment, which is had already
     * @param event that told of the object; null when none did
     * @param command that was answered with the object; null when none was
     */
    public MoneyFacts facts(
            @Body Mirrored object,
            @Variable("turn") CustomerOwners.Turn turn,
            @Variable("event") ClaimedEvent event,
            @Variable("command") Command command) {
        String cause =
                event != null ? event.eventId() : command != null ? command.id().toString() : null;
        boolean hasTurn = object.kind() == MirrorKind.INVOICE || object.kind() == MirrorKind.PAYMENT;
        String payment = hasTurn ? turn.payment() : paymentTurn(object);
        if (payment == null) {
            return factsWithoutPayment(object, cause);
        }
        Found found = find(payment, object.id());
        return new MoneyFacts(
                object,
                payment,
                found.payment(),
                found.invoices(),
                found.hasReturns() ? returnsOf(payment) : List.of(),
                found.isAwaited(),
                cause);
    }

    /** Of an invoice that was paid elsewhere, or by a mere charge; it has its turns as payments have. */
    private MoneyFacts factsWithoutPayment(Mirrored object, String cause) {
        Optional<String> id = object.kind() == MirrorKind.INVOICE
                ? Optional.of(object.id())
                : invoiceWithoutPayment(object).flatMap(this::turn);
        Optional<PaidInvoice> invoice = id.flatMap(this::invoice);
        return new MoneyFacts(
                object,
                null,
                Optional.empty(),
                invoice.stream().toList(),
                invoice.filter(PaidInvoice::isPaid).map(this::returnsOf).orElse(List.of()),
                false,
                cause);
    }

    private Optional<String> turn(String invoice) {
        return jdbc.sql("select :id::text, pg_advisory_xact_lock(hashtextextended('revenue:' || :id, 0))")
                .param("id", invoice)
                .query((row, number) -> row.getString(1))
                .optional();
    }

    /** The status of the object they are about, for routes to choose by; empty when it has none. */
    public String status(@Variable("money") MoneyFacts money) {
        return money.status();
    }

    /** What is read by a later statement is what whoever had the turn before has committed. */
    private String paymentTurn(Mirrored object) {
        String payment = object.kind() == MirrorKind.CREDIT_NOTE
                ? "select i.payment from billing.credit_note n join billing.invoice i on i.id = n.invoice where n.id = :id"
                : "select payment from billing." + object.table() + " where id = :id";
        return jdbc.sql("select payment, pg_advisory_xact_lock(hashtextextended('revenue:' || payment, 0)) from ("
                        + payment + ") found")
                .param("id", object.id())
                .query((row, number) -> row.getString(1))
                .optional()
                .orElse(null);
    }

    Optional<PaidInvoice> invoice(String id) {
        return jdbc.sql("select " + INVOICE + " from billing.invoice i where i.id = :id")
                .param("id", id)
                .query((row, number) -> invoice(row))
                .optional();
    }

    /** The invoice a payment is for; empty for a one-time payment. */
    Optional<PaidInvoice> invoiceOf(String payment) {
        return jdbc.sql("select " + INVOICE + " from billing.invoice i where i.payment = :payment"
                        + " order by i.created_at, i.id limit 1")
                .param("payment", payment)
                .query((row, number) -> invoice(row))
                .optional();
    }

    private PaidInvoice invoice(ResultSet row) throws SQLException {
        JsonNode object = Json.tree(json, row.getString("invoice_object"));
        Long paidAt = StripeJson.number(object.path("status_transitions"), "paid_at");
        return new PaidInvoice(
                row.getString("invoice_id"),
                row.getString("invoice_customer"),
                row.getString("invoice_subscription"),
                row.getString("invoice_payment"),
                row.getString("invoice_currency"),
                row.getString("invoice_status"),
                row.getLong("invoice_amount_paid"),
                paidAt == null ? instant(row, "invoice_state_at") : Instant.ofEpochSecond(paidAt),
                StripeJson.text(object, "number"),
                PaidInvoice.lines(object));
    }

    Optional<Payment> payment(String id) {
        return jdbc.sql("select " + PAYMENT + " from billing.payment p"
                        + " left join billing.charge c on c.id = p.latest_charge where p.id = :id")
                .param("id", id)
                .query((row, number) -> payment(row))
                .optional();
    }

    /**
     * A payment with its invoices, the oldest first, and with the object itself when it is one.
     *
     * @param object the invoice or payment whose effects follow, or what went back
     */
    private Found find(String payment, String object) {
        List<Found> rows = jdbc.sql("""
                        select %s, %s,
                               exists (select 1 from billing.refund where payment = :payment)
                                   or exists (select 1 from billing.dispute where payment = :payment)
                                   or exists (select 1 from billing.credit_note n join billing.invoice i on i.id = n.invoice
                                               where i.payment = :payment) as has_returns,
                               exists (select 1 from billing.open_effect
                                        where kind = 'PAYMENT' and object_id = :payment and missing_id = :object)
                                   or exists (select 1 from billing.open_effect
                                               where kind = 'INVOICE' and object_id = i.id and missing_id = :object)
                                   as is_awaited
                          from (values (:payment::text)) wanted (id)
                          left join billing.payment p using (id) left join billing.charge c on c.id = p.latest_charge
                          left join billing.invoice i on i.payment = :payment or i.id = :object
                         order by i.created_at, i.id
                        """.formatted(PAYMENT, INVOICE))
                .param("payment", payment)
                .param("object", object)
                .query((row, number) -> new Found(
                        Optional.ofNullable(row.getString("payment_id") == null ? null : payment(row)),
                        row.getString("invoice_id") == null ? List.of() : List.of(invoice(row)),
                        row.getBoolean("has_returns"),
                        row.getBoolean("is_awaited")))
                .list();
        return new Found(
                rows.get(0).payment(),
                rows.stream().flatMap(row -> row.invoices().stream()).toList(),
                rows.get(0).hasReturns(),
                rows.stream().anyMatch(Found::isAwaited));
    }

    private record Found(
            Optional<Payment> payment, List<PaidInvoice> invoices, boolean hasReturns, boolean isAwaited) {}

    private Payment payment(ResultSet row) throws SQLException {
        JsonNode object = Json.tree(json, row.getString("object"));
        JsonNode metadata = object.path("metadata");
        JsonNode inCharges = object.path("charges").path("data").path(0);
        JsonNode charge = inCharges.isObject() ? inCharges : object.path("latest_charge");
        Long chargedAt = StripeJson.number(charge, "created");
        return new Payment(
                row.getString("payment_id"),
                row.getString("customer"),
                row.getString("currency"),
                row.getLong("amount_received"),
                row.getString("status"),
                chargedAt == null ? paidAt(row) : Instant.ofEpochSecond(chargedAt),
                StripeJson.text(object, "invoice"),
                StripeJson.text(metadata, "product_id"),
                Optional.ofNullable(row.getString("product_metadata")).map(text -> Json.tree(json, text)),
                quantity(StripeJson.text(metadata, "quantity")));
    }

    /** The charge's time; else that of the event that told of the payment; else when the payment was begun. */
    private static Instant paidAt(ResultSet row) throws SQLException {
        if (row.getTimestamp("charged_at") != null) {
            return instant(row, "charged_at");
        }
        boolean told = row.getString("state_event_id") != null && "succeeded".equals(row.getString("status"));
        return told || row.getTimestamp("created_at") == null ? instant(row, "state_at") : instant(row, "created_at");
    }

    /** Why a payment was refused the last time; empty when it was not. */
    Optional<Refusal> refusal(String payment) {
        return jdbc.sql("""
                        select amount, currency, coalesce(decline_code, error_code) as reason, state_at as at,
                               coalesce(latest_charge, state_event_id, version::text) as attempt
                          from billing.payment where id = :id and error_code is not null and status <> 'succeeded'
                        """)
                .param("id", payment)
                .query((row, number) -> new Refusal(
                        row.getLong("amount"),
                        row.getString("currency"),
                        row.getString("reason"),
                        instant(row, "at"),
                        row.getString("attempt")))
                .optional();
    }

    private static long quantity(String text) {
        return text != null && text.matches("[1-9]\\d{0,8}") ? Long.parseLong(text) : 1;
    }

    /** Stripe's metadata of a product; empty when the mirror does not hold it. */
    Optional<JsonNode> productMetadata(String product) {
        return jdbc.sql(PRODUCT_METADATA + ":id")
                .param("id", product)
                .query(String.class)
                .optional()
                .map(text -> Json.tree(json, text));
    }

    /**
     * Cents that went back to who paid: refunds that did not fail, disputes that were lost, and what credit notes say
     * was given back outside of Stripe.
     */
    long wentBack(String payment) {
        return jdbc.sql("""
                        select coalesce((select sum(amount) from billing.refund
                                          where payment = :payment and status in ('pending', 'requires_action', 'succeeded')), 0)
                             + coalesce((select sum(amount) from billing.dispute
                                          where payment = :payment and status = 'lost'), 0)
                             + coalesce((select sum(n.out_of_band_amount) from billing.credit_note n
                                           join billing.invoice i on i.id = n.invoice
                                          where i.payment = :payment and n.status = 'issued'), 0)
                        """).param("payment", payment).query(Long.class).single();
    }

    /** Refunds, disputes and credit notes of a payment, whatever became of them. */
    private List<Return> returnsOf(String payment) {
        return returns("""
                        select r.id, 'refund' as kind, r.status, r.amount, r.currency, r.created_at, r.state_at, p.customer
                          from billing.refund r left join billing.payment p on p.id = r.payment
                         where r.payment = :of
                        union all
                        select d.id, 'dispute', d.status, d.amount, d.currency, d.state_at, d.state_at, p.customer
                          from billing.dispute d left join billing.payment p on p.id = d.payment
                         where d.payment = :of
                        union all
                        select n.id, 'credit_note', n.status, n.out_of_band_amount, n.currency, n.created_at, n.state_at,
                               n.customer
                          from billing.credit_note n join billing.invoice i on i.id = n.invoice
                         where i.payment = :of and n.out_of_band_amount > 0
                         order by 6, 1
                        """, payment);
    }

    /** The same for an invoice without a payment of Stripe's newer kind: it has a mere charge, or was paid elsewhere. */
    private List<Return> returnsOf(PaidInvoice invoice) {
        return returns("""
                        select r.id, 'refund' as kind, r.status, r.amount, r.currency, r.created_at, r.state_at, i.customer
                          from billing.refund r join billing.invoice i on i.object->>'charge' = r.charge
                         where i.id = :of and r.payment is null
                        union all
                        select d.id, 'dispute', d.status, d.amount, d.currency, d.state_at, d.state_at, i.customer
                          from billing.dispute d join billing.invoice i on i.object->>'charge' = d.charge
                         where i.id = :of and d.payment is null
                        union all
                        select n.id, 'credit_note', n.status, n.out_of_band_amount, n.currency, n.created_at, n.state_at,
                               n.customer
                          from billing.credit_note n
                         where n.invoice = :of and n.out_of_band_amount > 0
                         order by 6, 1
                        """, invoice.id());
    }

    private List<Return> returns(String sql, String of) {
        return jdbc.sql(sql)
                .param("of", of)
                .query((row, number) -> new Return(
                        row.getString("id"),
                        row.getString("kind"),
                        row.getString("status"),
                        row.getLong("amount"),
                        row.getString("currency"),
                        row.getString("customer"),
                        row.getTimestamp("created_at") == null ? instant(row, "state_at") : instant(row, "created_at"),
                        instant(row, "state_at")))
                .list();
    }

    boolean isDisputed(String payment) {
        return jdbc.sql("select exists (select 1 from billing.dispute where payment = :payment and " + DISPUTE_OPEN
                        + ")")
                .param("payment", payment)
                .query(Boolean.class)
                .single();
    }

    /**
     * The invoice without a payment that an object is about: a credit note names it, a refund or dispute its charge.
     * Only accounts of before 2019 have such charges.
     */
    private Optional<String> invoiceWithoutPayment(Mirrored object) {
        String sql = switch (object.kind()) {
            case CREDIT_NOTE -> "select invoice from billing.credit_note where id = :id and invoice is not null";
            case REFUND, DISPUTE ->
                "select i.id from billing." + object.table()
                        + " o join billing.invoice i on i.object->>'charge' = o.charge"
                        + " where o.id = :id and o.payment is null and i.payment is null";
            default -> null;
        };
        return sql == null
                ? Optional.empty()
                : jdbc.sql(sql).param("id", object.id()).query(String.class).optional();
    }

    /**
     * @param reason the card's decline code, else Stripe's error code
     * @param attempt the same for the same attempt
     */
    record Refusal(long amount, String currency, String reason, Instant at, String attempt) {}

    /**
     * Money that goes back, or may.
     *
     * @param kind refund, dispute, or credit_note for what went back outside of Stripe
     * @param at when it went; of a dispute, when it came to its present state
     */
    record Return(
            String id,
            String kind,
            String status,
            long amount,
            String currency,
            String customer,
            Instant at,
            Instant stateAt) {

        private static final Set<String> GONE = Set.of("pending", "requires_action", "succeeded", "lost", "issued");
        private static final Set<String> DECIDED = Set.of("won", "lost", "warning_closed", "prevented");

        boolean isRefund() {
            return kind.equals("refund");
        }

        boolean isDispute() {
            return kind.equals("dispute");
        }

        /** Whether it has gone back: a refund unless it failed, a dispute once it is lost, a credit note until it is void. */
        boolean isFinal() {
            return status != null && GONE.contains(status);
        }

        boolean isOpenDispute() {
            return isDispute() && status != null && !DECIDED.contains(status);
        }
    }

    /**
     * A payment as the effects see it.
     *
     * @param received cents of {@code currency}; 0 until it has succeeded
     * @param paidAt the vendor's time of the payment
     * @param invoice null since 2025-03-31.basil, where only the invoice knows its payment
     * @param product what was bought with it, by the hub's own metadata; null for any other payment
     * @param productMetadata Stripe's metadata of that product, as {@link #productMetadata}
     */
    record Payment(
            String id,
            String customer,
            String currency,
            long received,
            String status,
            Instant paidAt,
            String invoice,
            String product,
            Optional<JsonNode> productMetadata,
            long quantity) {

        boolean isSucceeded() {
            return "succeeded".equals(status);
        }
    }
}
