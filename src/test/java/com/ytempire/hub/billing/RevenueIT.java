package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.platform.JobRun;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.support.TransactionTemplate;

/** The ledgers of revenue and recurring revenue against counts that were made without them. */
class RevenueIT extends EffectsHubIT {

    @Autowired
    private RevenueReport report;

    @Autowired
    private RevenueLedger ledger;

    @Autowired
    private MoneyMirror mirror;

    @Autowired
    private CustomerOwners owners;

    @Autowired
    private TransactionTemplate transactions;

    @Autowired
    private MrrLedger mrr;

    @Autowired
    private MirrorTables tables;

    @Autowired
    private ProducerTemplate routes;

    /**
     * Takes a state into the mirror as if it had been fetched; its effects follow. Again when the hub asked Stripe, who
     * knows nothing of it, at the same moment.
     */
    private void take(MirrorKind kind, ObjectNode object, Instant at) {
        String id = object.get("id").asText();
        do {
            routes.sendBody(
                    "direct:billing-refresh-apply",
                    new MirrorChange(
                            null,
                            kind,
                            id,
                            tables.held(kind, id),
                            OrderingGuard.Decision.FETCH,
                            object,
                            at,
                            false,
                            true));
        } while (!object.get("status").asText().equals(tables.held(kind, id).status()));
    }

    private Period month(YearMonth month) {
        return period(month.atDay(1), month.atEndOfMonth());
    }

    private Period period(LocalDate from, LocalDate to) {
        return Period.of(from, to, SANDBOX.clock(), ZoneOffset.UTC);
    }

    @ParameterizedTest
    @ValueSource(longs = {2025, 7, 99})
    void aGeneratedYearEqualsAnIndependentCount(long seed) {
        GeneratedYear year = new GeneratedYear(seed);
        year.tell(telling -> take(telling.kind(), telling.object(), telling.at()));
        List<Period> periods = new ArrayList<>();
        for (int i = 0; i < 15; i++) {
            periods.add(month(GeneratedYear.FIRST.plusMonths(i)));
        }
        periods.add(period(
                GeneratedYear.FIRST.atDay(1), GeneratedYear.FIRST.plusMonths(11).atEndOfMonth()));
        periods.add(period(
                GeneratedYear.FIRST.atDay(17), GeneratedYear.FIRST.plusMonths(5).atDay(3)));
        for (Period period : periods) {
            assertRevenue(year, period);
            assertSubscriptions(year, period);
        }
    }

    private void assertRevenue(GeneratedYear year, Period period) {
        RevenueReport.CurrencyRevenue revenue = report.revenue(period).currencies().stream()
                .filter(each -> each.currency().equals(year.currency))
                .findFirst()
                .orElse(new RevenueReport.CurrencyRevenue(year.currency, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, null));
        long orders = year.orders(period);
        long gross = year.sum(period, "payment", null);
        assertThat(revenue)
                .as("%s to %s", period.from(), period.to())
                .isEqualTo(new RevenueReport.CurrencyRevenue(
                        year.currency,
                        year.net(period, null),
                        year.net(period, true),
                        year.net(period, false),
                        gross,
                        year.sum(period, "payment", true),
                        year.sum(period, "payment", false),
                        year.sum(period, "refund", null),
                        year.sum(period, "dispute", null),
                        year.customers(period).size(),
                        orders,
                        orders == 0 ? null : (Long) Math.round((double) gross / orders)));
    }

    private void assertSubscriptions(GeneratedYear year, Period period) {
        report.subscriptions(period).currencies().stream()
                .filter(each -> each.currency().equals(year.currency))
                .findFirst()
                .ifPresentOrElse(
                        metrics -> {
                            RevenueReport.Movements moved = metrics.movements();
                            assertThat(metrics.subscriptionMrr()).isEqualTo(year.mrrAt(period.end()));
                            assertThat(metrics.mrrAtStart()).isEqualTo(year.mrrAt(period.start()));
                            assertThat(metrics.activeSubscriptions()).isEqualTo(year.activeAt(period.end()));
                            assertThat(metrics.churnedSubscriptions()).isEqualTo(year.churned(period));
                            assertThat(moved.newMrr()
                                            + moved.expansion()
                                            + moved.contraction()
                                            + moved.churn()
                                            + moved.reactivation())
                                    .as("movements add up to the change")
                                    .isEqualTo(metrics.subscriptionMrr() - metrics.mrrAtStart());
                        },
                        () -> assertThat(year.mrrAt(period.end())).isZero());
    }

    @Test
    void adjustsForDiscountsAndWritesEachDayDownOnce() {
        String currency = GeneratedYear.currency(new Random());
        Instant begin =
                SANDBOX.clock().instant().truncatedTo(ChronoUnit.SECONDS).minus(Duration.ofDays(3));
        ObjectNode subscription = json.createObjectNode()
                .put("id", unique("sub"))
                .put("object", "subscription")
                .put("customer", unique("cus"))
                .put("status", "active")
                .put("currency", currency)
                .put("start_date", begin.getEpochSecond());
        ObjectNode item =
                subscription.putObject("items").putArray("data").addObject().put("quantity", 3);
        item.putObject("price")
                .put("unit_amount", 12_000)
                .putObject("recurring")
                .put("interval", "year");
        subscription
                .putArray("discounts")
                .addObject()
                .putObject("source")
                .putObject("coupon")
                .put("percent_off", 25)
                .put("duration", "forever");
        take(MirrorKind.SUBSCRIPTION, subscription, SANDBOX.clock().instant());
        SANDBOX.clock().advance(Duration.ofDays(1)); // to a day that no job has written down without this currency
        LocalDate today = LocalDate.now(SANDBOX.clock());
        mrr.snapshot(new JobRun("billing-mrr-snapshot", today));
        mrr.snapshot(new JobRun("billing-mrr-snapshot", today));
        assertThat(report.snapshots(period(today.minusDays(1), today)).stream()
                        .filter(snapshot -> snapshot.currency().equals(currency))
                        .toList())
                .singleElement()
                .satisfies(snapshot -> {
                    assertThat(snapshot.mrr())
                            .as("3 × 120.00 a year, less a quarter")
                            .isEqualTo(2_250);
                    assertThat(snapshot.activeSubscriptions()).isEqualTo(1);
                });
    }

    /** Stripe shows ten items of a subscription and lists the rest. */
    @ParameterizedTest
    @ValueSource(strings = {"2023-10-16", "2025-03-31.basil"})
    void everyItemOfALongSubscriptionCounts(String apiVersion) {
        SANDBOX.stripe().apiVersion(apiVersion);
        try {
            String customer = customerOf(newUser());
            String product = product("subscription", 1);
            List<Map<String, String>> items = IntStream.range(0, 12)
                    .mapToObj(i -> Map.of("price", monthly(product, 1_000 + i)))
                    .toList();
            String subscription = SANDBOX.stripe()
                    .create("subscriptions", Map.of("customer", customer, "items", items))
                    .get("id")
                    .asText();
            awaitMrr(customer, 12 * 1_000 + 66);
            assertThat(number(
                            "select jsonb_array_length(object->'items'->'data') from billing.subscription where id = :id",
                            Map.of("id", subscription)))
                    .isEqualTo(12);
            SANDBOX.stripe()
                    .update(
                            "subscriptions",
                            subscription,
                            Map.of("items", List.of(Map.of("price", monthly(product, 500)))));
            awaitMrr(customer, 12 * 1_000 + 66 + 500);
        } finally {
            SANDBOX.stripe().apiVersion("2023-10-16");
        }
    }

    private void awaitMrr(String customer, long cents) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(number(
                                "select coalesce(sum(amount), 0) from billing.mrr_movement where customer = :customer",
                                Map.of("customer", customer)))
                        .isEqualTo(cents));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2023-10-16", "2025-03-31.basil"})
    void aCouponLowersTheMonthlyValueInEveryShape(String apiVersion) {
        SANDBOX.stripe().apiVersion(apiVersion);
        try {
            String customer = customerOf(newUser());
            String price = monthly(product("subscription", 1), 10_000);
            String coupon = SANDBOX.stripe()
                    .create("coupons", Map.of("percent_off", 30, "duration", "forever"))
                    .get("id")
                    .asText();
            SANDBOX.stripe()
                    .create(
                            "subscriptions",
                            Map.of(
                                    "customer",
                                    customer,
                                    "items",
                                    List.of(Map.of("price", price)),
                                    "discounts",
                                    List.of(Map.of("coupon", coupon))));
            awaitQuiet();
            await().atMost(Duration.ofSeconds(15))
                    .untilAsserted(() -> assertThat(number(
                                    "select coalesce(sum(amount), 0) from billing.mrr_movement where customer = :customer",
                                    Map.of("customer", customer)))
                            .isEqualTo(7_000));
        } finally {
            SANDBOX.stripe().apiVersion("2023-10-16");
        }
    }

    @Test
    void onePurchaseOfASubscriptionIsBookedOnceAsSuch() {
        String customer = customerOf(newUser());
        String price = monthly(product("subscription", 1), 9_700);
        SANDBOX.stripe().subscribe(customer, price);
        awaitQuiet();
        Map<String, Object> row = jdbc.sql(
                        "select category, sum(amount)::bigint as amount, sum(orders)::bigint as orders"
                                + " from billing.revenue_entry where customer = :customer group by category"
                                + " having sum(amount) <> 0")
                .param("customer", customer)
                .query()
                .singleRow();
        assertThat(row)
                .containsEntry("category", "subscription")
                .containsEntry("amount", 9_700L)
                .containsEntry("orders", 1L);
        assertThat(number(
                        "select sum(amount) from billing.mrr_movement where customer = :customer",
                        Map.of("customer", customer)))
                .isEqualTo(9_700);
    }

    /** A payment without a customer has no customer's lock; two who book it come one after the other nevertheless. */
    @Test
    void twoWhoBookAPaymentOfNobodyAtOnceBookItOnce() {
        String payment = unique("pi");
        jdbc.sql("""
                        insert into billing.payment (id, version, state_at, status, verified, object, currency, amount,
                                                     amount_received, created_at)
                        values (:id, 1, :now, 'succeeded', true, '{}', :currency, 700, 700, :now)
                        """)
                .param("id", payment)
                .param("currency", GeneratedYear.currency(new Random()))
                .param("now", Timestamp.from(SANDBOX.clock().instant()))
                .update();
        Mirrored object = new Mirrored(MirrorKind.PAYMENT, payment);
        CompletableFuture<Void> other = transactions.execute(status -> {
            ledger.book(mirror.facts(object, owners.turn(object), null, null));
            CompletableFuture<Void> second = CompletableFuture.runAsync(() -> transactions.executeWithoutResult(
                    again -> ledger.book(mirror.facts(object, owners.turn(object), null, null))));
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> jdbc.sql("select count(*) from pg_locks where not granted")
                                    .query(Long.class)
                                    .single()
                            > 0);
            return second;
        });
        other.join();
        assertThat(number("select count(*) from billing.revenue_entry where source = :id", Map.of("id", payment)))
                .isEqualTo(1);
    }

    /** What nobody can value stays out; the day's figures of all others are written. */
    @Test
    void oneSubscriptionThatCannotBeValuedStopsNoSnapshot() {
        String poison = unique("sub");
        jdbc.sql("""
                        insert into billing.subscription (id, version, state_at, status, verified, currency, customer, object)
                        values (:id, 1, :now, 'active', true, 'usd', :customer, :object::jsonb)
                        """)
                .param("id", poison)
                .param("customer", unique("cus"))
                .param("now", Timestamp.from(SANDBOX.clock().instant()))
                .param("object", """
                        {"discount": {"coupon": {"percent_off": 10}},
                         "items": {"data": [{"price": {"unit_amount_decimal": "nonsense", "recurring": {"interval": "month"}}}]}}
                        """)
                .update();
        try {
            SANDBOX.clock().advance(Duration.ofDays(1));
            JobRun run = new JobRun("billing-mrr-snapshot", LocalDate.now(SANDBOX.clock()));
            assertThat(mrr.discounted()).contains(new Mirrored(MirrorKind.SUBSCRIPTION, poison));
            Exchange ended = routes.send("direct:billing-mrr-one", exchange -> {
                exchange.getMessage().setBody(new Mirrored(MirrorKind.SUBSCRIPTION, poison));
                exchange.setVariable("run", run);
            });
            assertThat(ended.getException()).isNull();
            assertThat(number(
                            "select count(*) from notifications.outbox where payload->>'audience' = 'OPERATORS'"
                                    + " and key = :key",
                            Map.of("key", "mrr-failed:" + poison + ":" + run.businessDate())))
                    .isEqualTo(1);
        } finally {
            jdbc.sql("delete from billing.subscription where id = :id")
                    .param("id", poison)
                    .update();
        }
    }

    private ObjectNode paidInvoice(String currency, Instant at) {
        ObjectNode invoice = json.createObjectNode()
                .put("id", unique("in"))
                .put("object", "invoice")
                .put("customer", unique("cus"))
                .put("status", "paid")
                .put("currency", currency)
                .put("total", 9_700)
                .put("amount_paid", 9_700);
        invoice.putObject("status_transitions").put("paid_at", at.getEpochSecond());
        return invoice;
    }

    private long booked(String currency) {
        return number(
                "select coalesce(sum(amount), 0)::bigint from billing.revenue_entry where currency = :currency",
                Map.of("currency", currency));
    }

    /** Credit that lowers what is paid next shows there; what goes back outside of Stripe shows nowhere else. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCreditNoteTakesBackWhatWentBackOutsideOfStripe(boolean invoiceFirst) {
        String currency = GeneratedYear.currency(new Random());
        Instant at = SANDBOX.clock().instant().truncatedTo(ChronoUnit.SECONDS);
        ObjectNode invoice = paidInvoice(currency, at);
        ObjectNode note = json.createObjectNode()
                .put("id", unique("cn"))
                .put("object", "credit_note")
                .put("status", "issued")
                .put("currency", currency)
                .put("amount", 5_000)
                .put("out_of_band_amount", 2_000)
                .put("created", at.getEpochSecond());
        note.set("customer", invoice.get("customer"));
        note.set("invoice", invoice.get("id"));
        if (invoiceFirst) {
            take(MirrorKind.INVOICE, invoice, at);
            assertThat(booked(currency))
                    .as("paid outside of Stripe, and revenue")
                    .isEqualTo(9_700);
        }
        take(MirrorKind.CREDIT_NOTE, note, at);
        if (!invoiceFirst) {
            take(MirrorKind.INVOICE, invoice, at);
        }
        assertThat(booked(currency)).isEqualTo(7_700);
        take(MirrorKind.CREDIT_NOTE, note.put("status", "void"), at.plusSeconds(60));
        assertThat(booked(currency)).isEqualTo(9_700);
    }

    /** The older kind of payment: a charge with nothing around it, which only the invoice names. */
    @Test
    void aRefundOfAChargeWithoutAPaymentIntentIsTakenFromItsInvoice() {
        String currency = GeneratedYear.currency(new Random());
        Instant at = SANDBOX.clock().instant().truncatedTo(ChronoUnit.SECONDS);
        ObjectNode invoice = paidInvoice(currency, at).put("charge", unique("ch"));
        take(MirrorKind.INVOICE, invoice, at);
        ObjectNode refund = json.createObjectNode()
                .put("id", unique("re"))
                .put("object", "refund")
                .put("status", "succeeded")
                .put("currency", currency)
                .put("amount", 700)
                .put("created", at.getEpochSecond());
        refund.set("charge", invoice.get("charge"));
        take(MirrorKind.REFUND, refund, at);
        take(MirrorKind.REFUND, refund, at);
        assertThat(booked(currency)).isEqualTo(9_000);
    }
}
