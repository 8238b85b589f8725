package com.ytempire.hub.billing;

import com.ytempire.hub.billing.MoneyMirror.Payment;
import com.ytempire.hub.billing.MoneyMirror.Return;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Variable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What came in and what went back, booked as entries that are only appended. The ledger is brought to what the mirror
 * says: whatever is told, in whichever order and how often, entries are added only for what they do not say yet. Money
 * of customers nobody owns counts as well.
 */
@Component("revenueLedger")
class RevenueLedger {

    private static final String PAYMENT = "payment";
    private static final String SUBSCRIPTION = "subscription";
    private static final String ONE_TIME = "one_time";

    private final OpenEffects open;
    private final JdbcClient jdbc;
    private final Clock clock;

    RevenueLedger(OpenEffects open, JdbcClient jdbc, Clock clock) {
        this.open = open;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** Books an object's payment with all that went back of it. */
    public void book(@Variable("money") MoneyFacts money) {
        if (money.paymentId() != null) {
            bookPayment(money);
        }
        money.own().ifPresent(invoice -> bookPaidElsewhere(invoice, money.paymentId() == null));
        money.invoiceWithoutPayment()
                .filter(PaidInvoice::isPaid)
                .ifPresent(
                        invoice -> money.returns().forEach(back -> bookReturn(invoice.id(), back, category(invoice))));
    }

    /**
     * An invoice paid outside of Stripe is revenue like any other; when a payment appears after all, it is that which
     * counts.
     */
    private void bookPaidElsewhere(PaidInvoice invoice, boolean counts) {
        long amount = counts && invoice.isPaid() ? invoice.amountPaid() : 0;
        bring(
                new Money(invoice.id(), PAYMENT, invoice.id(), invoice.customer(), invoice.currency(), 1),
                category(invoice),
                amount,
                invoice.paidAt(),
                invoice.paidAt());
    }

    private void bookPayment(MoneyFacts money) {
        Optional<PaidInvoice> invoice = money.invoice();
        if (money.held().isEmpty() && invoice.filter(PaidInvoice::isPaid).isEmpty()) {
            open.await(new Mirrored(MirrorKind.PAYMENT, money.paymentId()), money.object());
            return;
        }
        Optional<String> named = money.held().map(Payment::invoice);
        if (invoice.isEmpty() && named.isPresent()) {
            open.awaitIfMissing(new Mirrored(MirrorKind.INVOICE, named.get()), money.object());
            return;
        }
        String category = invoice.map(RevenueLedger::category).orElse(ONE_TIME);
        bookPayment(money.paymentId(), money.held(), invoice, category);
        money.returns().forEach(back -> bookReturn(money.paymentId(), back, category));
    }

    /** A refund that failed was on its way until then, also when nobody told of it before. */
    private void bookReturn(String payment, Return back, String category) {
        String kind = back.isDispute() ? "dispute" : "refund";
        Money money = new Money(back.id(), kind, payment, back.customer(), back.currency(), 0);
        if (back.isRefund() && !isBooked(back.id())) {
            bring(money, category, -back.amount(), back.at(), back.at());
        }
        bring(money, category, back.isFinal() ? -back.amount() : 0, back.at(), back.stateAt());
    }

    private void bookPayment(String id, Optional<Payment> payment, Optional<PaidInvoice> invoice, String category) {
        boolean succeeded = payment.filter(Payment::isSucceeded).isPresent();
        Optional<PaidInvoice> paid = invoice.filter(PaidInvoice::isPaid);
        if (!succeeded && paid.isEmpty()) {
            return;
        }
        Instant at = paid.map(PaidInvoice::paidAt)
                .orElseGet(() -> payment.orElseThrow().paidAt());
        bring(
                new Money(
                        id,
                        PAYMENT,
                        id,
                        payment.map(Payment::customer)
                                .or(() -> invoice.map(PaidInvoice::customer))
                                .orElse(null),
                        payment.map(Payment::currency)
                                .orElseGet(() -> paid.orElseThrow().currency()),
                        1),
                category,
                succeeded ? payment.get().received() : paid.orElseThrow().amountPaid(),
                at,
                at);
    }

    private static String category(PaidInvoice invoice) {
        return invoice.subscription() == null ? ONE_TIME : SUBSCRIPTION;
    }

    /**
     * Appends what is missing until the source's entries say this amount in this category. What stands in another
     * category is moved over, each entry at its own time, so that no period's total changes.
     *
     * @param at of the first entry
     * @param changedAt of a later one that changes the amount
     */
    private void bring(Money money, String category, long amount, Instant at, Instant changedAt) {
        List<Booked> booked = booked(money.source());
        booked.stream().filter(entry -> !entry.category().equals(category)).forEach(entry -> {
            append(money, entry.category(), -entry.amount(), -entry.orders(), entry.at());
            append(money, category, entry.amount(), entry.orders(), entry.at());
        });
        long held = booked.stream().mapToLong(Booked::amount).sum();
        if (held != amount) {
            boolean first = booked.isEmpty();
            int orders = first ? money.orders() : amount == 0 ? -money.orders() : 0;
            append(money, category, amount - held, orders, first ? at : changedAt);
        }
    }

    /** Whether anything was ever booked of a source. */
    private boolean isBooked(String source) {
        return jdbc.sql("select exists (select 1 from billing.revenue_entry where source = :source)")
                .param("source", source)
                .query(Boolean.class)
                .single();
    }

    /** What the source's entries say by category and time, without those that were met by others. */
    private List<Booked> booked(String source) {
        return jdbc.sql("select category, at, sum(amount)::bigint as amount, sum(orders)::integer as orders"
                        + " from billing.revenue_entry where source = :source"
                        + " group by category, at having sum(amount) <> 0 order by at, category")
                .param("source", source)
                .query(Booked.class)
                .list();
    }

    private void append(Money money, String category, long amount, int orders, Instant at) {
        jdbc.sql("""
                        insert into billing.revenue_entry
                            (source, kind, category, no, payment, customer, currency, amount, orders, at, recorded_at)
                        select :source, :kind, :category, count(*) + 1, :payment, :customer, :currency, :amount, :orders,
                               :at, :now
                          from billing.revenue_entry where source = :source and category = :category
                        """)
                .param("source", money.source())
                .param("kind", money.kind())
                .param("category", category)
                .param("payment", money.payment())
                .param("customer", money.customer())
                .param("currency", money.currency())
                .param("amount", amount)
                .param("orders", orders)
                .param("at", Timestamp.from(at))
                .param("now", Timestamp.from(clock.instant()))
                .update();
    }

    /** @param orders how many paid orders it is: 1 for a payment, 0 for what went back */
    private record Money(String source, String kind, String payment, String customer, String currency, int orders) {}

    private record Booked(String category, Instant at, long amount, int orders) {}
}
