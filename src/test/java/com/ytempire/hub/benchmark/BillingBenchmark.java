package com.ytempire.hub.benchmark;

import static com.ytempire.hub.benchmark.Benchmarks.print;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.ToDoubleFunction;
import javax.crypto.Mac;

/**
 * What an event of billing costs next to one that only changes the mirror. A purchase is two events, the payment and its
 * invoice, of a customer whose user is known: credits are granted, revenue is booked, and mail and analytics are left in
 * the outbox. Rounds of both kinds take turns; counted is from the first claim until the last event has taken effect.
 */
final class BillingBenchmark {

    private static final String PATH = "/api/v1/webhooks/stripe";
    private static final int CUSTOMERS = 500;
    private static final String WAITING = "select (select count(*) from webhooks.work where state = 'processing')"
            + " + (select count(*) from webhooks.work where state in ('received', 'retrying'))";

    private final BenchmarkDatabase database;
    private final ServerProcess hub;
    private final int rounds;
    private final int events;
    private final boolean counting;
    private int made;

    private record Round(double perSecond, double hubMicros, double databaseMicros) {

        double cpuMicros() {
            return hubMicros + databaseMicros;
        }
    }

    BillingBenchmark(BenchmarkDatabase database, ServerProcess hub, int rounds, int events, boolean counting) {
        this.database = database;
        this.hub = hub;
        this.rounds = rounds;
        this.events = events;
        this.counting = counting;
    }

    void events() throws SQLException, IOException {
        print("%nBilling events, %,d a round, from the first claim until all have taken effect", events);
        prepare();
        for (int i = 0; i < 2; i++) {
            round(plain());
            round(purchases());
        }
        List<Round> plain = new ArrayList<>();
        List<Round> purchases = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            plain.add(round(plain()));
            purchases.add(round(purchases()));
        }
        report("mirror", plain);
        report("billing", purchases);
        print("  ratio       %.2f", median(purchases, Round::perSecond) / median(plain, Round::perSecond));
        if (counting) {
            statements("mirror", plain());
            statements("billing", purchases());
        }
        print("  left behind %s", database.text("hub", """
                select (select count(*) from billing.credit_entry) || ' credit entries, '
                    || (select count(*) from billing.revenue_entry) || ' revenue entries, '
                    || (select count(*) from notifications.outbox) || ' outbox rows'
                """));
    }

    private static void report(String kind, List<Round> rounds) {
        print(
                "  %-10s  %7.0f/s   %5.0f µs of CPU an event: hub %5.0f, PostgreSQL %5.0f   (medians)",
                kind,
                median(rounds, Round::perSecond),
                median(rounds, Round::cpuMicros),
                median(rounds, Round::hubMicros),
                median(rounds, Round::databaseMicros));
    }

    /** What the server was asked for one event, the most frequent first; what the hub's jobs ask is among it. */
    private void statements(String kind, byte[][] requests) throws SQLException, IOException {
        database.empty("hub");
        new LoadGenerator(hub.port()).send(requests);
        database.forgetStatements();
        hub.tell("resume");
        awaitNothingWaits();
        hub.tell("pause");
        print("  statements  %s, for one event", kind);
        print("%s", database.statements("hub", requests.length));
    }

    /** Users with customers, and a product that gives credits; a pack whose mirror knows all that a purchase names. */
    private void prepare() throws SQLException {
        for (int i = 0; i < CUSTOMERS; i++) {
            UUID user = UUID.randomUUID();
            database.run("hub", """
                    insert into accounts.account (id, email, email_verified_at, role, created_at)
                    values ('%1$s', 'buyer-%1$s@example.com', now(), 'user', now());
                    insert into billing.customer_owner (customer, user_id, assigned_at, assigned_by)
                    values ('cus_buyer%2$d', '%1$s', now(), 'benchmark')
                    """.formatted(user, i));
        }
        database.run("hub", """
                insert into billing.product (id, version, state_at, verified, object, name, active)
                values ('prod_pack', 1, now(), true,
                        '{"id": "prod_pack", "object": "product", "name": "Pack", "active": true,
                          "metadata": {"credit_amount": "100", "credit_type": "payg"}}', 'Pack', true);
                insert into billing.price (id, version, state_at, verified, object, product, active, currency, unit_amount)
                values ('price_pack', 1, now(), true, '{"id": "price_pack", "object": "price"}', 'prod_pack', true, 'usd',
                        4900)
                """);
    }

    private byte[][] plain() {
        return new SignedEvents("plain" + ++made + "x").requests(events, PATH);
    }

    private byte[][] purchases() {
        Mac mac = SignedEvents.mac();
        byte[][] requests = new byte[events][];
        String prefix = "buy" + ++made + "x";
        long now = System.currentTimeMillis() / 1000 - 60;
        for (int i = 0; i + 1 < events; i += 2) {
            String customer = "cus_buyer" + i / 2 % CUSTOMERS;
            String id = prefix + i;
            requests[i] = SignedEvents.request(
                    mac, PATH, event(id + "p", now, "payment_intent.succeeded", """
                    {"id":"pi_%1$s","object":"payment_intent","amount":4900,"amount_received":4900,"currency":"usd",\
                    "customer":"%2$s","created":%3$d,"status":"succeeded","invoice":"in_%1$s","livemode":false,\
                    "payment_method":"pm_%1$s","latest_charge":"ch_%1$s","metadata":{}}""".formatted(id, customer, now)));
            requests[i + 1] = SignedEvents.request(
                    mac, PATH, event(id + "i", now, "invoice.paid", """
                    {"id":"in_%1$s","object":"invoice","customer":"%2$s","currency":"usd","created":%3$d,"status":"paid",\
                    "number":"N-%1$s","total":4900,"amount_due":4900,"amount_paid":4900,"amount_remaining":0,\
                    "attempt_count":1,"attempted":true,"billing_reason":"manual","livemode":false,\
                    "payment_intent":"pi_%1$s","charge":"ch_%1$s","subscription":null,"paid":true,\
                    "period_start":%3$d,"period_end":%3$d,"status_transitions":{"paid_at":%3$d},\
                    "lines":{"object":"list","data":[{"id":"il_%1$s","object":"line_item","amount":4900,"currency":"usd",\
                    "quantity":1,"proration":false,"type":"invoiceitem","period":{"start":%3$d,"end":%3$d},\
                    "price":{"id":"price_pack","product":"prod_pack","unit_amount":4900}}]}}\
                    """.formatted(id, customer, now)));
        }
        if (events % 2 == 1) {
            throw new IllegalArgumentException("a purchase is two events");
        }
        return requests;
    }

    private static byte[] event(String id, long now, String type, String object) {
        return ("{\"id\":\"evt_" + id + "\",\"object\":\"event\",\"api_version\":\"2023-10-16\",\"created\":" + now
                        + ",\"livemode\":false,\"type\":\"" + type + "\",\"data\":{\"object\":" + object + "}}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private Round round(byte[][] requests) throws SQLException, IOException {
        database.empty("hub");
        new LoadGenerator(hub.port()).send(requests);
        Duration hubBefore = hub.cpu();
        Duration databaseBefore = database.cpu();
        long begin = System.nanoTime();
        hub.tell("resume");
        awaitNothingWaits();
        double seconds = (System.nanoTime() - begin) / 1e9;
        hub.tell("pause");
        double hubMicros = hub.cpu().minus(hubBefore).toNanos() / 1e3 / requests.length;
        double databaseMicros = database.cpu().minus(databaseBefore).toNanos() / 1e3 / requests.length;
        long failed = database.number("hub", "select count(*) from webhooks.work where state <> 'processed'");
        if (failed > 0) {
            throw new IllegalStateException(failed + " events had no effect: " + database.text("hub", """
                    select state || ' ' || coalesce(error, result) from webhooks.work where state <> 'processed' limit 1
                    """));
        }
        return new Round(requests.length / seconds, hubMicros, databaseMicros);
    }

    private void awaitNothingWaits() {
        await().pollInterval(Duration.ofMillis(50))
                .atMost(Duration.ofMinutes(5))
                .until(() -> database.number("hub", WAITING) == 0);
    }

    private static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
        double[] figures = rounds.stream().mapToDouble(figure).sorted().toArray();
        return figures[figures.length / 2];
    }
}
