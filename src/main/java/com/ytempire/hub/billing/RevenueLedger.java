package com.ytempire.hub.billing;

import com.ytempire.hub.billing.MoneyMirror.Payment;
import com.ytempire.hub.billing.MoneyMirror.Return;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Variable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;
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

    /** The server need not know how many they are: it plans this once, and not each time. */
    private static final String BOOKED = """
            select source, category, at, amount, orders from billing.revenue_entry
             where source = any(array(select unnest(:sources::text[])))""";

    private static final String APPEND = """
            insert into billing.revenue_entry
                (source, kind, category, no, payment, customer, currency, amount, orders, at, recorded_at)
            select :source, :kind, :category, :no, :payment, :customer, :currency, :amount, :orders, :at, :now""";

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
        List<Wanted> wanted = new ArrayList<>();
        if (money.paymentId() != null) {
            ofPayment(money, wanted);
        }
        money.own().ifPresent(invoice -> wanted.add(ofInvoicePaidElsewhere(invoice, money.paymentId() == null)));
        money.invoiceWithoutPayment()
                .filter(PaidInvoice::isPaid)
                .ifPresent(invoice ->
                        money.returns().forEach(back -> ofReturn(invoice.id(), back, category(invoice), wanted)));
        if (!wanted.isEmpty()) {
            Map<String, List<Booked>> books = booksOf(wanted);
            wanted.forEach(entry -> bring(entry, books.get(entry.money().source())));
        }
    }

    /**
     * An invoice paid outside of Stripe is revenue like any other; when a payment appears after all, it is that which
     * counts.
     */
    private static Wanted ofInvoicePaidElsewhere(PaidInvoice invoice, boolean counts) {
        return new Wanted(
                new Money(invoice.id(), PAYMENT, invoice.id(), invoice.customer(), invoice.currency(), 1),
                category(invoice),
                counts && invoice.isPaid() ? invoice.amountPaid() : 0,
                invoice.paidAt(),
                invoice.paidAt(),
                false);
    }

    private void ofPayment(MoneyFacts money, List<Wanted> wanted) {
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
        ofPayment(money.paymentId(), money.held(), invoice, category, wanted);
        money.returns().forEach(back -> ofReturn(money.paymentId(), back, category, wanted));
    }

    /** A refund that failed was on its way until then, also when nobody told of it before. */
    private static void ofReturn(String payment, Return back, String category, List<Wanted> wanted) {
        String kind = back.isDispute() ? "dispute" : "refund";
        Money money = new Money(back.id(), kind, payment, back.customer(), back.currency(), 0);
        if (back.isRefund()) {
            wanted.add(new Wanted(money, category, -back.amount(), back.at(), back.at(), true));
        }
        wanted.add(new Wanted(money, category, back.isFinal() ? -back.amount() : 0, back.at(), back.stateAt(), false));
    }

    private static void ofPayment(
            String id, Optional<Payment> payment, Optional<PaidInvoice> invoice, String category, List<Wanted> wanted) {
        boolean succeeded = payment.filter(Payment::isSucceeded).isPresent();
        Optional<PaidInvoice> paid = invoice.filter(PaidInvoice::isPaid);
        if (!succeeded && paid.isEmpty()) {
            return;
        }
        Instant at = paid.map(PaidInvoice::paidAt)
                .orElseGet(() -> payment.orElseThrow().paidAt());
        wanted.add(new Wanted(
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
                at,
                false));
    }

    private static String category(PaidInvoice invoice) {
        return invoice.subscription() == null ? ONE_TIME : SUBSCRIPTION;
    }

    /**
     * What the books say of the sources. When they say nothing yet, the first amount is booked in the same round trip:
     * most payments are booked once and never change.
     */
    private Map<String, List<Booked>> booksOf(List<Wanted> wanted) {
        Map<String, List<Booked>> books = new HashMap<>();
        wanted.forEach(entry -> books.put(entry.money().source(), new ArrayList<>()));
        String[] sources = books.keySet().toArray(String[]::new);
        Optional<Wanted> first =
                wanted.stream().filter(entry -> entry.amount() != 0).findFirst();
        StatementSpec statement = first.isEmpty()
                ? jdbc.sql(BOOKED)
                : values(
                        jdbc.sql(
                                "with booked as (%s), first as (%s where not exists (select 1 from booked)) table booked"
                                        .formatted(BOOKED, APPEND)),
                        first.get().money(),
                        first.get().entry(),
                        1);
        boolean none = statement
                .param("sources", sources)
                .query((row, number) -> books.get(row.getString("source"))
                        .add(new Booked(
                                row.getString("category"),
                                row.getTimestamp("at").toInstant(),
                                row.getLong("amount"),
                                row.getInt("orders"))))
                .list()
                .isEmpty();
        if (none) {
            first.ifPresent(entry -> books.get(entry.money().source()).add(entry.entry()));
        }
        return books;
    }

    /**
     * Appends what is missing until the source's entries say this amount in this category. What stands in another
     * category is moved over, each entry at its own time, so that no period's total changes.
     */
    private void bring(Wanted wanted, List<Booked> book) {
        if (wanted.unlessBooked() && !book.isEmpty()) {
            return;
        }
        List<Booked> booked = sums(book);
        booked.stream()
                .filter(entry -> !entry.category().equals(wanted.category()))
                .forEach(entry -> {
                    append(wanted.money(), book, entry.opposite());
                    append(wanted.money(), book, entry.in(wanted.category()));
                });
        long held = booked.stream().mapToLong(Booked::amount).sum();
        if (held != wanted.amount()) {
            boolean first = booked.isEmpty();
            int orders = first
                    ? wanted.money().orders()
                    : wanted.amount() == 0 ? -wanted.money().orders() : 0;
            append(
                    wanted.money(),
                    book,
                    new Booked(
                            wanted.category(),
                            first ? wanted.at() : wanted.changedAt(),
                            wanted.amount() - held,
                            orders));
        }
    }

    /** What the entries say by category and time, the oldest first, without those that were met by others. */
    private static List<Booked> sums(List<Booked> book) {
        Map<List<Object>, Booked> sums = new HashMap<>();
        book.forEach(entry -> sums.merge(List.of(entry.category(), entry.at()), entry, Booked::plus));
        return sums.values().stream()
                .filter(sum -> sum.amount() != 0)
                .sorted(Comparator.comparing(Booked::at).thenComparing(Booked::category))
                .toList();
    }

    /** It is nobody else's turn with the payment, so that the entries of its sources can be counted here. */
    private void append(Money money, List<Booked> book, Booked entry) {
        long before = book.stream()
                .filter(other -> other.category().equals(entry.category()))
                .count();
        values(jdbc.sql(APPEND), money, entry, before + 1).update();
        book.add(entry);
    }

    private StatementSpec values(StatementSpec append, Money money, Booked entry, long no) {
        return append.param("source", money.source())
                .param("kind", money.kind())
                .param("category", entry.category())
                .param("no", no)
                .param("payment", money.payment())
                .param("customer", money.customer())
                .param("currency", money.currency())
                .param("amount", entry.amount())
                .param("orders", entry.orders())
                .param("at", Timestamp.from(entry.at()))
                .param("now", Timestamp.from(clock.instant()));
    }

    /** @param orders how many paid orders it is: 1 for a payment, 0 for what went back */
    private record Money(String source, String kind, String payment, String customer, String currency, int orders) {}

    /**
     * What the entries of a source are to say.
     *
     * @param at of the first entry
     * @param changedAt of a later one that changes the amount
     * @param unlessBooked only when there is no entry yet
     */
    private record Wanted(
            Money money, String category, long amount, Instant at, Instant changedAt, boolean unlessBooked) {

        /** As the first entry of its source. */
        Booked entry() {
            return new Booked(category, at, amount, money.orders());
        }
    }

    private record Booked(String category, Instant at, long amount, int orders) {

        Booked plus(Booked other) {
            return new Booked(category, at, amount + other.amount, orders + other.orders);
        }

        Booked opposite() {
            return new Booked(category, at, -amount, -orders);
        }

        Booked in(String otherCategory) {
            return new Booked(otherCategory, at, amount, orders);
        }
    }
}
