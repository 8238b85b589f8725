package com.ytempire.hub.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.TestDatabase;
import com.ytempire.hub.platform.TestPostgres;
import com.ytempire.hub.sandbox.Delivery;
import com.ytempire.hub.sandbox.ResendVendor;
import com.ytempire.hub.sandbox.Sandbox;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.FileSystemUtils;

/**
 * Customers subscribe, buy, spend, upgrade, fail to pay, recover, are refunded and leave, over HTTP, while the packaged
 * jar is killed again and again; many requests come twice at the same moment, and Stripe tells everything twice and in
 * random order. In the end every keyed command took effect exactly once and has one answer, what was asked once and never
 * again took effect at most once, and nobody was charged, credited or written to twice.
 *
 * <p>{@code -Dcrash.seed=} and {@code -Dcrash.billing.rounds=} choose another run.
 */
@OwnProcesses
class BillingCrashIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String OPERATOR_PASSWORD = "operator-of-the-test";
    private static final Duration BOUND = Duration.ofSeconds(120);

    private static final int CUSTOMERS = 4;
    private static final int COMMANDS = 12;

    private final long seed = Long.getLong("crash.seed", 20261121L);
    private final int rounds = Integer.getInteger("crash.billing.rounds", 2);
    private final Random random = new Random(seed);
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger repeated = new AtomicInteger();
    private final AtomicInteger doubled = new AtomicInteger();
    private int kills;
    private int told;

    private Sandbox sandbox;
    private List<HubProcess> hubs;
    private JdbcClient jdbc;
    private String pack;
    private CrashShop shop;

    @Test
    void oneHubKilledAgainAndAgainChargesCreditsAndWritesOnce() throws Exception {
        liveAndCrash("billing-one");
    }

    @Test
    void ofTwoHubsKilledAgainAndAgainBothTogetherChargeCreditAndWriteOnce() throws Exception {
        liveAndCrash("billing-first", "billing-second");
    }

    private void liveAndCrash(String... names) throws Exception {
        TestPostgres postgres = TestDatabase.server();
        String url = postgres.freshDatabase();
        jdbc = CrashIT.database(url, postgres.user(), postgres.password());
        sandbox = Sandbox.start(0);
        hubs = new ArrayList<>();
        ScheduledExecutorService stripe = Executors.newSingleThreadScheduledExecutor();
        try {
            sandbox.resend().takesPerSecond(25);
            String settings = settings();
            for (String name : names) {
                hubs.add(new HubProcess(name, fresh(name))
                        .with("SPRING_APPLICATION_JSON", settings)
                        .with("HUB_OPERATOR_PASSWORD", OPERATOR_PASSWORD)
                        .with("HUB_OPERATIONS_AUTOMATIC", "false") // its daily test would be one more payment
                        .with("HUB_ENCRYPTION_KEY", TestDatabase.ENCRYPTION_KEY)
                        .with("JWT_SECRET_KEY", TestDatabase.JWT_KEY)
                        .with("SPRING_DATASOURCE_URL", url)
                        .with("SPRING_DATASOURCE_USERNAME", postgres.user())
                        .with("SPRING_DATASOURCE_PASSWORD", postgres.password()));
            }
            together(hubs, HubProcess::start);
            sandbox.hub(hubs.get(0).url());
            sandbox.stripe().secrets(CrashIT.SECRET);
            shop = new CrashShop(sandbox, hubs, jdbc, pack, seed, accepted, repeated, doubled);
            List<CrashCustomer> customers = IntStream.range(0, CUSTOMERS)
                    .mapToObj(number -> new CrashCustomer(shop, number))
                    .toList();
            together(customers, CrashCustomer::register);
            stripe.scheduleWithFixedDelay(this::tellTwiceInRandomOrder, 100, 100, TimeUnit.MILLISECONDS);
            runWhileKilling(customers);
            stripe.shutdown();
            assertThat(stripe.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
            sandbox.deliveries().release("stripe");
            awaitQuiet();
            print(customers);
            assertOnce(customers);
        } finally {
            stripe.shutdownNow();
            hubs.forEach(HubProcess::close);
            sandbox.close();
        }
    }

    /** The settings of the hubs; what they look for in the background they look for often. */
    private String settings() throws JsonProcessingException {
        String starter = monthly("starter", 50, CrashCustomer.STARTER);
        String growth = monthly("growth", 100, CrashCustomer.GROWTH);
        pack = product(Map.of("credit_amount", 100, "credit_type", "payg"));
        sandbox.stripe()
                .create("prices", Map.of("currency", "usd", "unit_amount", CrashCustomer.PACK, "product", pack));
        ObjectNode settings = JSON.createObjectNode();
        settings.put("hub.stripe.api-base", sandbox.baseUrl())
                .put("hub.stripe.secret-key", "sk_test_sandbox")
                .put("hub.webhooks.secrets.stripe", CrashIT.SECRET)
                .put("hub.webhooks.secrets.resend", ResendVendor.WEBHOOK_SECRET)
                .put("hub.accounts.bcrypt-strength", "4")
                .put("hub.accounts.requests.per-minute", "100000")
                .put("hub.accounts.requests.per-hour", "100000")
                .put("hub.accounts.requests.auth-per-minute", "1000")
                .put("hub.billing.plans.starter.price", starter)
                .put("hub.billing.plans.starter.trial-days", "0")
                .put("hub.billing.plans.growth.price", growth)
                .put("hub.billing.verify-interval", "500")
                .put("hub.billing.sync-interval", "300")
                .put("hub.billing.open-effects-interval", "300")
                .put("hub.billing.dunning.look", "300")
                .put("hub.billing.commands.look", "200")
                .put("hub.billing.commands.try-again", "20ms")
                .put("hub.billing.commands.lease", "10s") // what a killed hub left is taken up within the test
                .put("hub.notifications.look", "200")
                .put("hub.notifications.lease", "15s")
                .put("hub.notifications.mail.base-url", sandbox.baseUrl() + "/resend")
                .put("hub.notifications.mail.api-key", "re_sandbox")
                .put("hub.notifications.mail.per-second", "20")
                .put("hub.notifications.mixpanel.base-url", sandbox.baseUrl() + "/mixpanel")
                .put("hub.notifications.mixpanel.token", "mixpanel_sandbox")
                .put("hub.notifications.mixpanel.project-id", "1")
                .put("hub.notifications.amplitude.base-url", sandbox.baseUrl() + "/amplitude")
                .put("hub.notifications.amplitude.api-key", "amplitude_sandbox");
        return JSON.writeValueAsString(settings);
    }

    private String monthly(String plan, long credits, long cents) {
        String product = product(Map.of("credit_amount", credits, "credit_type", "subscription", "plan_tier", plan));
        return sandbox.stripe()
                .recurringPrice(product, cents, "month")
                .get("id")
                .asText();
    }

    private String product(Map<String, Object> metadata) {
        return sandbox.stripe()
                .create("products", Map.of("name", "Product", "metadata", metadata))
                .get("id")
                .asText();
    }

    private static Path fresh(String name) throws IOException {
        Path data = Path.of("target", "crash", name).toAbsolutePath();
        FileSystemUtils.deleteRecursively(data);
        return data;
    }

    private static <T> void together(List<T> all, Consumer<T> work) {
        CompletableFuture.allOf(all.stream()
                        .map(each -> CompletableFuture.runAsync(() -> work.accept(each)))
                        .toArray(CompletableFuture[]::new))
                .join();
    }

    /** To whichever hub; what a dead one was told is told again, not so often that Stripe gives up before it is back. */
    private void tellTwiceInRandomOrder() {
        sandbox.hub(hubs.get(random.nextInt(hubs.size())).url());
        sandbox.deliveries().releasePermuted("stripe", random.nextLong());
        sandbox.deliveries().duplicate("stripe", 1, 1000);
        sandbox.deliveries().hold("stripe");
        if (++told % 50 == 0) {
            sandbox.deliveries().redeliverNow();
        }
    }

    /** Each customer lives while hubs are killed at random moments and started again. */
    private void runWhileKilling(List<CrashCustomer> customers) throws Exception {
        Random moments = new Random(seed + hubs.size());
        List<Integer> kill = moments.ints(rounds, 3, CUSTOMERS * COMMANDS * 4 / 5)
                .sorted()
                .boxed()
                .toList();
        ExecutorService threads = Executors.newFixedThreadPool(CUSTOMERS);
        List<Future<?>> lives = new ArrayList<>();
        for (CrashCustomer customer : customers) {
            lives.add(threads.submit(customer::live));
        }
        for (int moment : kill) {
            Awaitility.await("the moment to kill")
                    .atMost(BOUND)
                    .pollInterval(Duration.ofMillis(2))
                    .until(() -> writtenAtStripe() >= moment || lives.stream().allMatch(Future::isDone));
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(moments.nextInt(30))); // its answer is on the way
            HubProcess victim = hubs.get(moments.nextInt(hubs.size()));
            victim.kill();
            kills++;
            victim.start();
        }
        threads.shutdown();
        assertThat(threads.awaitTermination(BOUND.toSeconds(), TimeUnit.SECONDS))
                .as("all have lived; at last: %s", customers)
                .isTrue();
        for (Future<?> life : lives) {
            life.get();
        }
        assertThat(sandbox.deliveries().all())
                .as("Stripe has given nothing up")
                .noneMatch(delivery -> delivery.state() == Delivery.State.GIVEN_UP);
    }

    /** How many requests of the hubs have changed something there. */
    private long writtenAtStripe() {
        return sandbox.sent().to("stripe").stream()
                .filter(request -> !request.method().equals("GET"))
                .count();
    }

    private void awaitQuiet() {
        Awaitility.await("all has taken effect")
                .atMost(BOUND)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    sandbox.deliveries().redeliverNow();
                    return sandbox.deliveries().idle()
                            && jdbc.sql("""
                                            select not exists (select 1 from webhooks.work
                                                                where state in ('received', 'processing', 'retrying'))
                                               and not exists (select 1 from billing.command
                                                                where state in ('waiting', 'sending'))
                                               and not exists (select 1 from billing.open_effect)
                                               and not exists (select 1 from billing.dunning_case
                                                                where state = 'open')
                                               and not exists (select 1 from notifications.outbox
                                                                where state in ('waiting', 'sending'))
                                            """).query(Boolean.class).single();
                });
    }

    private void print(List<CrashCustomer> customers) {
        System.out.printf(
                "billing, %d hub(s), seed %d: %d kills, %d customers, %d commands accepted, %d requests repeated, %d sent"
                        + " twice at once, %d commands and %d events begun again, %d purchases asked once of which %d were made, %d events each told twice, %d"
                        + " charges, %d refunds, %d credit grants, %d mails, %d analytics events%n",
                hubs.size(),
                seed,
                kills,
                customers.size(),
                accepted.get(),
                repeated.get(),
                doubled.get(),
                number("select count(*) from billing.command where attempt > 1"),
                number("select count(*) from webhooks.work where attempt > 1"),
                customers.size(),
                customers.stream().mapToLong(CrashCustomer::unrepeated).sum(),
                sandbox.stripe().events().size(),
                shop.charged().size(),
                sandbox.stripe().all("refund").size(),
                number("select count(*) from billing.credit_entry where kind = 'grant'"),
                sandbox.resend().mails().size(),
                number("select count(*) from notifications.event"));
    }

    private void assertOnce(List<CrashCustomer> customers) {
        assertThat(accepted.get()).isEqualTo(CUSTOMERS * COMMANDS);
        assertThat(sandbox.stripe().all("customer")).hasSameSizeAs(customers);
        customers.forEach(CrashCustomer::assertOnce);
        assertThat(sandbox.resend().mails())
                .as("no mail but theirs")
                .hasSize(customers.stream()
                        .mapToInt(customer -> customer.mails().size())
                        .sum());
        assertThat(jdbc.sql("select kind || ' ' || state from billing.command where state not in ('done', 'failed')")
                        .query(String.class)
                        .list())
                .as("commands nobody knows the end of")
                .isEmpty();
        assertThat(jdbc.sql("select error from webhooks.work where state = 'dead'")
                        .query(String.class)
                        .list())
                .as("dead letters")
                .isEmpty();
        assertMirrored(
                "customer",
                "customer",
                "default_payment_method",
                object -> object.at("/invoice_settings/default_payment_method").asText());
        assertMirrored(
                "payment_method",
                "payment_method",
                "customer",
                object -> object.get("customer").asText());
        assertMirrored(
                "subscription",
                "subscription",
                "status || ' ' || price || ' ' || cancel_at_period_end || ' ' || latest_invoice",
                object -> String.join(
                        " ",
                        object.get("status").asText(),
                        object.at("/items/data/0/price/id").asText(),
                        object.get("cancel_at_period_end").asText(),
                        object.get("latest_invoice").asText()));
        assertMirrored(
                "invoice",
                "invoice",
                "status || ' ' || amount_paid || ' ' || amount_remaining",
                object -> String.join(
                        " ",
                        object.get("status").asText(),
                        object.get("amount_paid").asText(),
                        object.get("amount_remaining").asText()));
        assertMirrored(
                "payment_intent",
                "payment",
                "status || ' ' || amount || ' ' || amount_received",
                object -> String.join(
                        " ",
                        object.get("status").asText(),
                        object.get("amount").asText(),
                        object.get("amount_received").asText()));
        assertMirrored(
                "refund",
                "refund",
                "status || ' ' || amount || ' ' || payment",
                object -> String.join(
                        " ",
                        object.get("status").asText(),
                        object.get("amount").asText(),
                        object.get("payment_intent").asText()));
        assertRevenue();
        assertTracked();
    }

    /** The mirror holds every object of that type, each as Stripe has it, and no other. */
    private void assertMirrored(String type, String table, String columns, Function<JsonNode, String> facts) {
        Map<String, String> theirs = sandbox.stripe().all(type).stream()
                .collect(Collectors.toMap(object -> object.get("id").asText(), facts));
        Awaitility.await()
                .atMost(Duration.ofSeconds(15)) // what events of one second left in doubt is asked once more
                .untilAsserted(() -> assertThat(jdbc
                                .sql("select id, (" + columns + ")::text as facts from billing." + table
                                        + " where id not like 'pm\\_card\\_%'") // names for Stripe's test cards
                                .query()
                                .listOfRows()
                                .stream()
                                .collect(Collectors.toMap(
                                        row -> (String) row.get("id"), row -> String.valueOf(row.get("facts")))))
                        .as("the mirror's " + table)
                        .isEqualTo(theirs));
    }

    /** As the operator reads it, over HTTP. */
    private void assertRevenue() {
        LocalDate today = LocalDate.ofInstant(sandbox.clock().instant(), ZoneOffset.UTC);
        JsonNode revenue = CrashShop.tree(CrashShop.send(HttpRequest.newBuilder(
                                URI.create(hubs.get(0).url() + "/api/v1/billing/revenue?from=" + today.minusDays(1)
                                        + "&to=" + today.plusDays(1)))
                        .header(
                                "Authorization",
                                "Basic "
                                        + Base64.getEncoder()
                                                .encodeToString(("operator:" + OPERATOR_PASSWORD)
                                                        .getBytes(StandardCharsets.UTF_8)))
                        .GET()))
                .at("/data/currencies");
        assertThat(revenue).hasSize(1);
        List<ObjectNode> charges = shop.charged();
        long gross = CrashShop.sum(charges, "amount");
        long packs = CrashShop.sum(
                charges.stream()
                        .filter(charge -> charge.get("invoice").isNull())
                        .toList(),
                "amount");
        long back = CrashShop.sum(charges, "amount_refunded");
        JsonNode usd = revenue.get(0);
        assertThat(usd.get("gross_total_revenue").asLong()).isEqualTo(gross);
        assertThat(usd.get("gross_one_time_revenue").asLong()).isEqualTo(packs);
        assertThat(usd.get("gross_subscription_revenue").asLong()).isEqualTo(gross - packs);
        assertThat(usd.get("refunds").asLong()).isEqualTo(back).isEqualTo(CUSTOMERS * CrashCustomer.BACK);
        assertThat(usd.get("total_revenue").asLong()).isEqualTo(gross - back);
        assertThat(usd.get("one_time_revenue").asLong()).isEqualTo(packs - back);
        assertThat(usd.get("paid_orders").asLong()).isEqualTo(charges.size());
        assertThat(usd.get("customer_count").asLong()).isEqualTo(CUSTOMERS);
    }

    /** Both vendors have every event the hub has, and each once. */
    private void assertTracked() {
        for (Map<String, Object> row : jdbc.sql(
                        "select name, count(*) as number from notifications.event group by name")
                .query()
                .listOfRows()) {
            String name = (String) row.get("name");
            int number = ((Number) row.get("number")).intValue();
            assertThat(sandbox.mixpanel().events(name)).as("Mixpanel: " + name).hasSize(number);
            assertThat(sandbox.amplitude().events(name))
                    .as("Amplitude: " + name)
                    .hasSize(number);
        }
    }

    private long number(String sql) {
        return jdbc.sql(sql).query(Long.class).single();
    }
}
