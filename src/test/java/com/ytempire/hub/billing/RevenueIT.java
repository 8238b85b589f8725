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
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
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
class RevenueIT extends EffectsIT {

    private static final YearMonth FIRST = YearMonth.of(2025, 1);

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

    private static String currency(Random random) {
        return "q" + (char) ('a' + random.nextInt(26)) + (char) ('a' + random.nextInt(26)) + random.nextInt(1_000_000);
    }

    /** One thing to be told, in whatever order. */
    private record Telling(MirrorKind kind, ObjectNode object, Instant at) {}

    /** Money by an independent count. */
    private record Flow(Instant at, String kind, boolean subscription, long amount, String customer) {}

    /** A subscription's worth a month from a time on. */
    private record Worth(Instant at, String subscription, String customer, boolean active, long cents) {}

    /** A generated year: what Stripe would tell, and beside it what happened, counted by itself. */
    private final class Year {

        private final Random random;
        private final String currency;
        private final List<List<Telling>> lives = new ArrayList<>();
        private final List<Flow> flows = new ArrayList<>();
        private final List<Worth> worths = new ArrayList<>();

        Year(long seed) {
            random = new Random(seed);
            currency = currency(random);
            for (int i = 0; i < 12; i++) {
                customer();
            }
        }

        private Instant someDay(YearMonth month) {
            return month.atDay(1 + random.nextInt(27))
                    .atTime(random.nextInt(24), random.nextInt(60))
                    .toInstant(ZoneOffset.UTC);
        }

        private void customer() {
            String customer = unique("cus");
            Instant begin = someDay(FIRST.plusMonths(random.nextInt(8)));
            Instant end = subscription(customer, begin);
            if (end != null && random.nextBoolean()) {
                subscription(customer, end.plus(Duration.ofDays(20)));
            }
            for (int i = random.nextInt(3); i > 0; i--) {
                Instant at = someDay(FIRST.plusMonths(random.nextInt(12)));
                money(customer, null, 500 + random.nextInt(5_000), at);
            }
        }

        /** @return when it ended; null when it lives on */
        private Instant subscription(String customer, Instant begin) {
            String id = unique("sub");
            boolean yearly = random.nextInt(4) == 0;
            boolean trial = random.nextInt(3) == 0;
            long cents = new long[] {9_700, 29_700, 79_700, 100_001}[random.nextInt(4)];
            Instant paid = trial ? begin.plus(Duration.ofDays(14)) : begin;
            Long trialEnd = trial ? paid.getEpochSecond() : null;
            List<Telling> life = new ArrayList<>();
            lives.add(life);
            if (trial) {
                life.add(state(id, customer, "trialing", cents, yearly, begin, trialEnd, null, begin));
            }
            life.add(state(id, customer, "active", cents, yearly, begin, trialEnd, null, paid));
            worths.add(new Worth(paid, id, customer, true, monthly(cents, yearly)));
            Instant at = paid;
            int periods = yearly ? 1 : 1 + random.nextInt(10);
            for (int i = 0; i < periods; i++) {
                money(customer, id, cents, at);
                if (random.nextInt(4) == 0) {
                    cents = new long[] {9_700, 29_700, 79_700}[random.nextInt(3)];
                    Instant changed = at.plus(Duration.ofDays(3));
                    life.add(state(id, customer, "active", cents, yearly, begin, trialEnd, null, changed));
                    worths.add(new Worth(changed, id, customer, true, monthly(cents, yearly)));
                }
                if (random.nextInt(6) == 0) {
                    life.add(state(
                            id,
                            customer,
                            "past_due",
                            cents,
                            yearly,
                            begin,
                            trialEnd,
                            null,
                            at.plus(Duration.ofDays(5))));
                }
                at = at.plus(Duration.ofDays(yearly ? 365 : 30));
            }
            if (yearly || random.nextInt(3) == 0) {
                return null;
            }
            life.add(state(id, customer, "canceled", cents, false, begin, trialEnd, at, at));
            worths.add(new Worth(at, id, customer, false, 0));
            return at;
        }

        private static long monthly(long cents, boolean yearly) {
            return yearly ? Math.round(cents / 12.0) : cents;
        }

        private Telling state(
                String id,
                String customer,
                String status,
                long cents,
                boolean yearly,
                Instant begin,
                Long trialEnd,
                Instant ended,
                Instant at) {
            ObjectNode object = json.createObjectNode()
                    .put("id", id)
                    .put("object", "subscription")
                    .put("customer", customer)
                    .put("status", status)
                    .put("currency", currency)
                    .put("created", begin.getEpochSecond())
                    .put("start_date", begin.getEpochSecond())
                    .put("trial_end", trialEnd)
                    .put("ended_at", ended == null ? null : ended.getEpochSecond());
            ObjectNode item =
                    object.putObject("items").putArray("data").addObject().put("quantity", 1);
            ObjectNode price = item.putObject("price")
                    .put("id", "price_" + cents)
                    .put("currency", currency)
                    .put("unit_amount", cents);
            price.putObject("recurring")
                    .put("interval", yearly ? "year" : "month")
                    .put("interval_count", 1);
            return new Telling(MirrorKind.SUBSCRIPTION, object, at);
        }

        /** A payment, with its invoice when it is of a subscription, and what may go back of it. */
        private void money(String customer, String subscription, long cents, Instant at) {
            String payment = unique("pi");
            lives.add(List.of(new Telling(
                    MirrorKind.PAYMENT,
                    json.createObjectNode()
                            .put("id", payment)
                            .put("object", "payment_intent")
                            .put("customer", customer)
                            .put("currency", currency)
                            .put("amount", cents)
                            .put("amount_received", cents)
                            .put("status", "succeeded")
                            .put("created", at.getEpochSecond()),
                    at)));
            if (subscription != null) {
                ObjectNode invoice = json.createObjectNode()
                        .put("id", unique("in"))
                        .put("object", "invoice")
                        .put("customer", customer)
                        .put("subscription", subscription)
                        .put("payment_intent", payment)
                        .put("currency", currency)
                        .put("amount_paid", cents)
                        .put("status", "paid")
                        .put("created", at.getEpochSecond());
                invoice.putObject("status_transitions").put("paid_at", at.getEpochSecond());
                lives.add(List.of(new Telling(MirrorKind.INVOICE, invoice, at)));
            }
            flows.add(new Flow(at, "payment", subscription != null, cents, customer));
            int fate = random.nextInt(10);
            Instant later = at.plus(Duration.ofDays(9));
            if (fate < 2) {
                long back = fate == 0 ? cents : cents / 3;
                List<Telling> life = new ArrayList<>();
                life.add(refund(payment, back, "succeeded", unique("re"), later, later));
                flows.add(new Flow(later, "refund", subscription != null, back, customer));
                lives.add(life);
                if (random.nextBoolean()) { // it comes back from the bank, and counts again from then on
                    String id = life.get(0).object().get("id").asText();
                    Instant failed = later.plus(Duration.ofDays(30));
                    life.add(refund(payment, back, "failed", id, later, failed));
                    flows.add(new Flow(failed, "refund", subscription != null, -back, customer));
                }
            } else if (fate == 2) {
                boolean lost = random.nextBoolean();
                Instant closed = later.plus(Duration.ofDays(40));
                String id = unique("du");
                lives.add(List.of(
                        dispute(payment, cents, "needs_response", id, later),
                        dispute(payment, cents, lost ? "lost" : "won", id, closed)));
                if (lost) {
                    flows.add(new Flow(closed, "dispute", subscription != null, cents, customer));
                }
            }
        }

        private Telling refund(String payment, long cents, String status, String id, Instant made, Instant at) {
            return new Telling(
                    MirrorKind.REFUND,
                    json.createObjectNode()
                            .put("id", id)
                            .put("object", "refund")
                            .put("payment_intent", payment)
                            .put("currency", currency)
                            .put("amount", cents)
                            .put("status", status)
                            .put("created", made.getEpochSecond()),
                    at);
        }

        private Telling dispute(String payment, long cents, String status, String id, Instant at) {
            return new Telling(
                    MirrorKind.DISPUTE,
                    json.createObjectNode()
                            .put("id", id)
                            .put("object", "dispute")
                            .put("payment_intent", payment)
                            .put("currency", currency)
                            .put("amount", cents)
                            .put("status", status)
                            .put("created", at.getEpochSecond()),
                    at);
        }

        /** Tells each life in its order and all of them in any, some things twice. Subscriptions come in time order. */
        void tell() {
            List<Telling> subscriptions = new ArrayList<>();
            List<List<Telling>> rest = new ArrayList<>();
            lives.forEach(life -> {
                if (life.get(0).kind() == MirrorKind.SUBSCRIPTION) {
                    subscriptions.addAll(life);
                } else {
                    rest.add(new ArrayList<>(life));
                }
            });
            subscriptions.sort((one, other) -> one.at().compareTo(other.at()));
            subscriptions.forEach(this::tell);
            Collections.shuffle(rest, random);
            while (!rest.isEmpty()) {
                List<Telling> life = rest.get(random.nextInt(rest.size()));
                Telling telling = life.get(0);
                tell(telling);
                if (random.nextInt(5) > 0) {
                    life.remove(0);
                }
                rest.removeIf(List::isEmpty);
            }
        }

        private void tell(Telling telling) {
            take(telling.kind(), telling.object(), telling.at());
        }

        long sum(Period period, String kind, Boolean subscription) {
            return flows.stream()
                    .filter(flow ->
                            !flow.at().isBefore(period.start()) && flow.at().isBefore(period.end()))
                    .filter(flow -> flow.kind().equals(kind))
                    .filter(flow -> subscription == null || flow.subscription() == subscription)
                    .mapToLong(Flow::amount)
                    .sum();
        }

        long net(Period period, Boolean subscription) {
            return sum(period, "payment", subscription)
                    - sum(period, "refund", subscription)
                    - sum(period, "dispute", subscription);
        }

        Set<String> customers(Period period) {
            Set<String> customers = new HashSet<>();
            flows.stream()
                    .filter(flow -> flow.kind().equals("payment"))
                    .filter(flow ->
                            !flow.at().isBefore(period.start()) && flow.at().isBefore(period.end()))
                    .forEach(flow -> customers.add(flow.customer()));
            return customers;
        }

        long orders(Period period) {
            return flows.stream()
                    .filter(flow -> flow.kind().equals("payment"))
                    .filter(flow ->
                            !flow.at().isBefore(period.start()) && flow.at().isBefore(period.end()))
                    .count();
        }

        private Map<String, Worth> worthAt(Instant moment) {
            Map<String, Worth> last = new java.util.HashMap<>();
            worths.stream()
                    .filter(worth -> worth.at().isBefore(moment))
                    .sorted((one, other) -> one.at().compareTo(other.at()))
                    .forEach(worth -> last.put(worth.subscription(), worth));
            return last;
        }

        long mrrAt(Instant moment) {
            return worthAt(moment).values().stream().mapToLong(Worth::cents).sum();
        }

        long activeAt(Instant moment) {
            return worthAt(moment).values().stream().filter(Worth::active).count();
        }

        long churned(Period period) {
            return worths.stream()
                    .filter(worth -> !worth.active())
                    .filter(worth ->
                            !worth.at().isBefore(period.start()) && worth.at().isBefore(period.end()))
                    .count();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {2025, 7, 99})
    void aGeneratedYearEqualsAnIndependentCount(long seed) {
        Year year = new Year(seed);
        year.tell();
        List<Period> periods = new ArrayList<>();
        for (int i = 0; i < 15; i++) {
            periods.add(month(FIRST.plusMonths(i)));
        }
        periods.add(period(FIRST.atDay(1), FIRST.plusMonths(11).atEndOfMonth()));
        periods.add(period(FIRST.atDay(17), FIRST.plusMonths(5).atDay(3)));
        for (Period period : periods) {
            assertRevenue(year, period);
            assertSubscriptions(year, period);
        }
    }

    private void assertRevenue(Year year, Period period) {
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

    private void assertSubscriptions(Year year, Period period) {
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
        String currency = currency(new Random());
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
                .param("currency", currency(new Random()))
                .param("now", Timestamp.from(SANDBOX.clock().instant()))
                .update();
        Mirrored object = new Mirrored(MirrorKind.PAYMENT, payment);
        CompletableFuture<Void> other = transactions.execute(status -> {
            ledger.book(mirror.facts(object, owners.turn(object)));
            CompletableFuture<Void> second = CompletableFuture.runAsync(() ->
                    transactions.executeWithoutResult(again -> ledger.book(mirror.facts(object, owners.turn(object)))));
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
        String currency = currency(new Random());
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
        String currency = currency(new Random());
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
