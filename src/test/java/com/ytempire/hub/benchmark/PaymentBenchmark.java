package com.ytempire.hub.benchmark;

import static com.ytempire.hub.benchmark.Benchmarks.print;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.sandbox.Sandbox;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/**
 * What a payment costs in the hub. Stripe is simulated on the same machine; each answer tells how long its request waited
 * for Stripe, see {@link VendorWaits}, and the rest is the hub's. The events that tell of the hub's payments are taken in
 * and take effect meanwhile; mails are written, analytics are off (no keys).
 *
 * <p>By turns with the hub, as many payments are sent to {@link PaymentReference}, which has a Stripe of its own. The hub
 * has nothing to do then, but its jobs go on: also its reading of Stripe's list may fall there. At the end payments are
 * sent to the simulation directly.
 */
final class PaymentBenchmark {

    private static final int USERS = 20;
    private static final int PER_SECOND = 50;
    private static final int ALONE = 200;
    /** Payments before a side is asked whether it is done compiling itself. */
    private static final int WARM_UP = 2_000;
    /** Connections by which they are sent, as fast as answers come. */
    private static final int WARMING_UP = 4;
    /** Milliseconds of compiling a payment that count as done. */
    private static final double COMPILED = 0.6;

    private static final int MOST_WARM_UPS = 16;

    /** Seconds at the speed that is measured, for what is compiled only at that speed. */
    private static final int PACED_WARM_UP = 60;

    /** Of each side, by turns; what counts is the one in the middle, by its p99. */
    private static final int ROUNDS = 5;

    private static final String PASSWORD = "benchmark of payments";
    static final String STRIPE_KEY = "sk_test_benchmark";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final BenchmarkDatabase database;
    private final ServerProcess hub;
    private final Sandbox stripe;
    private final ServerProcess reference;
    private final Sandbox referenceStripe;
    private final int seconds;
    private final boolean counting;
    /** Of the events before the payments that are measured. */
    private long lastBefore;

    /** @param referenceStripe a simulation of its own, for it tells each side of its payments */
    PaymentBenchmark(
            BenchmarkDatabase database,
            ServerProcess hub,
            Sandbox stripe,
            ServerProcess reference,
            Sandbox referenceStripe,
            int seconds,
            boolean counting) {
        this.database = database;
        this.hub = hub;
        this.stripe = stripe;
        this.reference = reference;
        this.referenceStripe = referenceStripe;
        this.seconds = seconds;
        this.counting = counting;
    }

    static Map<String, String> withStripe(Map<String, String> environment, String base) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("STRIPE_SECRET_KEY", STRIPE_KEY);
        all.put("STRIPE_API_BASE", base);
        // Stripe's list of events is read three times as often as usual: the hub knows how when it is measured
        // meanwhile
        all.put("HUB_WEBHOOKS_RECONCILE_INTERVAL", "100000");
        all.put("HUB_WEBHOOKS_RECONCILE_EVERY", "100s");
        all.put("HUB_ACCOUNTS_REQUESTS_PERMINUTE", "1000000");
        all.put("HUB_ACCOUNTS_REQUESTS_PERHOUR", "1000000");
        all.put("HUB_ACCOUNTS_REQUESTS_AUTHPERMINUTE", "1000000");
        return all;
    }

    private record Buyer(String token, String customer) {}

    void measure() throws Exception {
        print("%nPayments, %d/s for %d s", PER_SECOND, seconds);
        connect(stripe, hub);
        connect(referenceStripe, reference);
        database.run("payments", """
                insert into billing.product (id, version, state_at, verified, object, name, active, default_price)
                values ('prod_pack', 1, now(), true,
                        '{"id": "prod_pack", "object": "product", "name": "Pack", "active": true, "metadata": {},
                          "default_price": "price_pack"}', 'Pack', true, 'price_pack');
                insert into billing.price (id, version, state_at, verified, object, product, active, currency, unit_amount)
                values ('price_pack', 1, now(), true,
                        '{"id": "price_pack", "object": "price", "active": true, "product": "prod_pack", "currency": "usd",
                          "unit_amount": 4900, "type": "one_time"}', 'prod_pack', true, 'usd', 4900)
                """);
        Buyer[] buyers = new Buyer[USERS];
        for (int i = 0; i < USERS; i++) {
            buyers[i] = buyer();
        }
        hub.tell("resume");
        stripePayments(buyers, 5 * PER_SECOND);
        String[] customers = referenceCustomers();
        warmUp("reference", reference, referenceStripe, () -> payments(customers, WARM_UP));
        warmUp("hub", hub, stripe, () -> payments(buyers, WARM_UP));
        runSteadily("reference", reference, payments(customers, PACED_WARM_UP * PER_SECOND));
        runSteadily("payments", hub, payments(buyers, PACED_WARM_UP * PER_SECOND));
        lastBefore = database.number("payments", "select coalesce(max(event_no), 0) from webhooks.event");
        if (counting) {
            database.forgetStatements();
        }
        Processor used = Processor.NONE;
        long waiting = 0;
        List<Round> rounds = new ArrayList<>();
        List<Round> referenceRounds = new ArrayList<>();
        for (int i = 1; i <= ROUNDS; i++) {
            Processor before = processor();
            rounds.add(round("round " + i, hub, payments(buyers, seconds * PER_SECOND)));
            waiting += database.number("payments", "select count(*) from webhooks.work where finished_at is null");
            awaitQuiet(stripe);
            used = used.plus(processor()).minus(before);
            referenceRounds.add(round("reference", reference, payments(customers, seconds * PER_SECOND)));
            awaitQuiet(referenceStripe);
        }
        if (counting) {
            print(
                    "  statements  of one payment with its events, and what the hub asks by itself, also in the reference's turns");
            print("%s", database.statements("payments", measured()));
        }
        results();
        print("  events      %,d of %,d payments waited when the last of a round was answered", waiting, measured());
        printProcessor(used);
        Load direct = stripePayments(buyers, seconds * PER_SECOND);
        Load alone = oneByOne(buyers);
        hub.tell("pause");
        Load referenceAlone = new LoadGenerator(reference.port(), 1, null).send(payments(customers, ALONE));
        print(
                "  alone       p50 %5.1f ms   p99 %5.1f ms   one after the other, with Stripe",
                alone.percentile(50), alone.percentile(99));
        print("  Stripe      p50 %5.1f ms   p99 %5.1f ms   alone", direct.percentile(50), direct.percentile(99));
        compare(rounds, alone, referenceRounds, referenceAlone);
        print("  outcome     %s", database.text("payments", """
                select string_agg(n || ' ' || state, ', ') from
                       (select state, count(*) as n from billing.command group by state) as states
                """));
    }

    private void printProcessor(Processor used) {
        print(
                "  processor   %5.1f ms a payment with the events that tell of it: hub %.1f, of it %.1f compiling itself,"
                        + " PostgreSQL %.1f; beside it Stripe's simulation and the load %.1f, of it %.1f compiling",
                perPayment(used.hub().plus(used.database())),
                perPayment(used.hub()),
                perPayment(used.compiling()),
                perPayment(used.database()),
                perPayment(used.own()),
                perPayment(used.ownCompiling()));
    }

    private static void compare(List<Round> rounds, Load alone, List<Round> referenceRounds, Load referenceAlone) {
        Load whole = middle(rounds).load();
        Load plain = middle(referenceRounds).load();
        print("  the rounds in the middle");
        print("  answered    p50 %5.1f ms   p99 %5.1f ms   with Stripe", whole.percentile(50), whole.percentile(99));
        print(
                "  the hub's   p50 %5.1f ms   p99 %5.1f ms   each answer's time less what it waited for Stripe; alone"
                        + " p50 %.1f ms, p99 %.1f ms",
                whole.ownPercentile(50), whole.ownPercentile(99), alone.ownPercentile(50), alone.ownPercentile(99));
        print(
                "  reference   p50 %5.1f ms   p99 %5.1f ms   the same of the reference; alone p50 %.1f ms, p99 %.1f ms",
                plain.ownPercentile(50),
                plain.ownPercentile(99),
                referenceAlone.ownPercentile(50),
                referenceAlone.ownPercentile(99));
        print(
                "  ratio       p50 %5.1f      p99 %5.1f      the hub's by the reference's",
                whole.ownPercentile(50) / plain.ownPercentile(50), whole.ownPercentile(99) / plain.ownPercentile(99));
    }

    private static void connect(Sandbox vendor, ServerProcess side) {
        vendor.stripe().secrets(SignedEvents.SECRET);
        vendor.hub("http://127.0.0.1:" + side.port());
    }

    /** @param stolen percent of the processors' time that the machine did not get */
    private record Round(Load load, Load disk, double stolen) {}

    private Round round(String name, ServerProcess side, byte[][] payments) throws IOException, InterruptedException {
        StolenTime before = StolenTime.now();
        try (DiskProbe probe = database.probe()) {
            Load load = new LoadGenerator(side.port()).send(payments, PER_SECOND);
            Round round = new Round(load, probe.end(), StolenTime.now().since(before));
            print(
                    "  %-11s p50 %5.1f ms   p99 %5.1f ms   its own; the disk p50 %.1f ms, p99 %.1f ms; %.1f %% of the"
                            + " processors' time went to other machines",
                    name,
                    load.ownPercentile(50),
                    load.ownPercentile(99),
                    round.disk().percentile(50),
                    round.disk().percentile(99),
                    round.stolen());
            return round;
        }
    }

    private static Round middle(List<Round> rounds) {
        return rounds.stream()
                .sorted(Comparator.comparingDouble(round -> round.load().ownPercentile(99)))
                .skip(rounds.size() / 2)
                .findFirst()
                .orElseThrow();
    }

    /** What each part has used of the processors. */
    private record Processor(Duration hub, Duration compiling, Duration database, Duration own, Duration ownCompiling) {

        static final Processor NONE =
                new Processor(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO);

        Processor plus(Processor other) {
            return new Processor(
                    hub.plus(other.hub),
                    compiling.plus(other.compiling),
                    database.plus(other.database),
                    own.plus(other.own),
                    ownCompiling.plus(other.ownCompiling));
        }

        Processor minus(Processor other) {
            return new Processor(
                    hub.minus(other.hub),
                    compiling.minus(other.compiling),
                    database.minus(other.database),
                    own.minus(other.own),
                    ownCompiling.minus(other.ownCompiling));
        }
    }

    /**
     * As a server that has run for some minutes, at the speed that is measured: its tables are analyzed, so PostgreSQL
     * knows how large they are, which it does not look at while it keeps a plan, and the load's own JVM has collected its
     * garbage. The tables stay filled, for what was planned on empty ones is slow on those that fill. What is measured
     * follows without a pause, for a machine that has rested answers slowly for some seconds.
     *
     * @param name of the side's database
     */
    private void runSteadily(String name, ServerProcess side, byte[][] payments) throws SQLException {
        database.run(name, "analyze");
        database.run(name, "checkpoint");
        System.gc();
        new LoadGenerator(side.port()).send(payments, PER_SECOND);
    }

    /** Until a side has compiled what it will. */
    private void warmUp(String name, ServerProcess side, Sandbox vendor, Supplier<byte[][]> payments)
            throws IOException {
        double each = Double.MAX_VALUE;
        for (int i = 1; i <= MOST_WARM_UPS && each > COMPILED; i++) {
            Duration before = side.compiling();
            new LoadGenerator(side.port(), WARMING_UP, null).send(payments.get());
            awaitQuiet(vendor);
            each = side.compiling().minus(before).toNanos() / 1e6 / WARM_UP;
            print("  warming up  %,d payments of the %s, %.1f ms of compiling each", i * WARM_UP, name, each);
        }
    }

    /** What the events did, by kind. */
    private void results() throws SQLException {
        print("%s", database.text("payments", """
                select string_agg('              ' || to_char(n, '99990') || '  ' || type || ': ' || result, E'\n' order by n desc)
                  from (select count(*) as n, type, regexp_replace(result, '[a-z]+_[A-Za-z0-9]{10,}', '…') as result
                          from webhooks.work join webhooks.event using (event_no)
                         where event_no > %d group by 2, 3) as results
                """.formatted(lastBefore)));
    }

    private Processor processor() throws IOException {
        return new Processor(
                hub.cpu(),
                hub.compiling(),
                database.cpu(),
                ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO),
                ServerProcess.compiling(ProcessHandle.current().pid()));
    }

    /** @return milliseconds */
    private double perPayment(Duration used) {
        return used.toNanos() / 1e6 / measured();
    }

    /** Payments of all rounds of the hub. */
    private int measured() {
        return ROUNDS * seconds * PER_SECOND;
    }

    /** Payments that nothing else disturbs, not even the events that tell of them. */
    private Load oneByOne(Buyer[] buyers) throws IOException, SQLException {
        awaitQuiet(stripe);
        hub.tell("pause");
        if (counting) {
            database.forgetStatements();
        }
        Duration hubBefore = hub.cpu();
        Duration databaseBefore = database.cpu();
        Load alone = new LoadGenerator(hub.port(), 1, null).send(payments(buyers, ALONE));
        print(
                "  alone       %,.0f µs of CPU a payment: hub %,.0f, PostgreSQL %,.0f   with the intake of its events",
                (hub.cpu().minus(hubBefore).toNanos()
                                + database.cpu().minus(databaseBefore).toNanos())
                        / 1e3
                        / ALONE,
                hub.cpu().minus(hubBefore).toNanos() / 1e3 / ALONE,
                database.cpu().minus(databaseBefore).toNanos() / 1e3 / ALONE);
        if (counting) {
            print("  statements  of one payment, without its events");
            print("%s", database.statements("payments", ALONE));
        }
        return alone;
    }

    /** @param vendor of either side; the reference works on no event */
    private void awaitQuiet(Sandbox vendor) {
        await().pollInterval(Duration.ofMillis(200))
                .atMost(Duration.ofMinutes(2))
                .until(() -> vendor.deliveries().idle()
                        && database.number(
                                        "payments",
                                        "select count(*) from webhooks.work"
                                                + " where state in ('received', 'processing', 'retrying')")
                                == 0);
    }

    private Buyer buyer() throws Exception {
        UUID user = UUID.randomUUID();
        database.run("payments", """
                insert into accounts.account (id, email, email_verified_at, password_hash, role, created_at)
                values ('%1$s', 'buyer-%1$s@example.com', now(), '%2$s', 'user', now())
                """.formatted(user, new BCryptPasswordEncoder(4).encode(PASSWORD)));
        String token = call(
                        "/api/v1/auth/login",
                        null,
                        "{\"email\":\"buyer-" + user + "@example.com\",\"password\":\"" + PASSWORD + "\"}")
                .path("data")
                .path("access_token")
                .asText();
        JsonNode customer = call("/api/v1/billing/customers", token, "{}");
        JsonNode card = call("/api/v1/billing/payment-methods", token, "{\"payment_method_id\":\"pm_card_visa\"}");
        String method = card.path("data").path("payment_method_id").asText();
        call("/api/v1/billing/payment-methods/" + method + "/default", token, "");
        return new Buyer(token, customer.path("data").path("customer_id").asText());
    }

    private String[] referenceCustomers() throws IOException, InterruptedException {
        String[] customers = new String[USERS];
        for (int i = 0; i < USERS; i++) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(referenceStripe.baseUrl() + "/v1/customers"))
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .header("Authorization", "Bearer " + STRIPE_KEY)
                    .POST(HttpRequest.BodyPublishers.ofString("email=buyer-" + i + "@example.com"))
                    .build();
            customers[i] = answer(request).path("id").asText();
        }
        return customers;
    }

    private JsonNode call(String path, String token, String body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + hub.port() + path))
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", UUID.randomUUID().toString())
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return answer(request.build());
    }

    private JsonNode answer(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() / 100 != 2) {
            throw new IllegalStateException(request.uri() + ": " + answer.statusCode() + " " + answer.body());
        }
        return JSON.readTree(answer.body());
    }

    private static byte[][] payments(Buyer[] buyers, int count) {
        return payments(Arrays.stream(buyers).map(Buyer::token).toArray(String[]::new), count);
    }

    /** To the reference a token is the customer himself. */
    private static byte[][] payments(String[] tokens, int count) {
        byte[][] requests = new byte[count][];
        for (int i = 0; i < count; i++) {
            requests[i] = request(
                    "/api/v1/billing/payments",
                    tokens[i % tokens.length],
                    "application/json",
                    "{\"product_id\":\"prod_pack\",\"quantity\":1}");
        }
        return requests;
    }

    /** The same payments without a hub. */
    private Load stripePayments(Buyer[] buyers, int count) {
        byte[][] requests = new byte[count][];
        for (int i = 0; i < count; i++) {
            requests[i] = request(
                    "/v1/payment_intents",
                    STRIPE_KEY,
                    "application/x-www-form-urlencoded",
                    "amount=4900&currency=usd&confirm=true&off_session=true&payment_method=pm_card_visa&customer="
                            + buyers[i % buyers.length].customer());
        }
        return new LoadGenerator(URI.create(stripe.baseUrl()).getPort()).send(requests, PER_SECOND);
    }

    private static byte[] request(String path, String token, String type, String body) {
        return ("POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: " + type + "\r\nAuthorization: Bearer "
                        + token + "\r\nIdempotency-Key: " + UUID.randomUUID() + "\r\nContent-Length: "
                        + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.UTF_8);
    }
}
