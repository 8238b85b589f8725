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
import com.ytempire.hub.sandbox.ResendVendor.SandboxMail;
import com.ytempire.hub.sandbox.Sandbox;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
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
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
class BillingCrashIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private static final String PASSWORD = "a long enough password";
    private static final String OPERATOR_PASSWORD = "operator-of-the-test";
    private static final Duration RETRY_AFTER = Duration.ofMillis(300);
    private static final Duration BOUND = Duration.ofSeconds(120);

    private static final int CUSTOMERS = 4;
    private static final int COMMANDS = 12;
    private static final long STARTER = 9_700;
    private static final long GROWTH = 29_700;
    private static final long PACK = 4_900;
    private static final long BACK = 1_000;
    private static final long SPENT = 30;

    /** Of the share of a pack's price that went back, rounded down. */
    private static final long TAKEN_BACK = 100 * BACK / PACK;

    /** What everybody gets, beside a receipt for each charge. */
    private static final List<String> MAILS =
            List.of("cancelled", "payment-reminder", "plan-changed", "refund", "retention", "verify-email", "welcome");

    /** What analytics hear of everybody, beside one for each charge, and each status a subscription went through. */
    private static final List<String> TRACKED = List.of(
            "invoice_payment_failed",
            "payment_failed",
            "payment_recovered",
            "refund_succeeded",
            "signed_up",
            "subscription_cancelled",
            "subscription_changed",
            "subscription_started");

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
            List<Customer> customers =
                    IntStream.range(0, CUSTOMERS).mapToObj(Customer::new).toList();
            together(customers, Customer::register);
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
        String starter = monthly("starter", 50, STARTER);
        String growth = monthly("growth", 100, GROWTH);
        pack = product(Map.of("credit_amount", 100, "credit_type", "payg"));
        sandbox.stripe().create("prices", Map.of("currency", "usd", "unit_amount", PACK, "product", pack));
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
        Map<String, Object> price = Map.of(
                "currency",
                "usd",
                "unit_amount",
                cents,
                "product",
                product(Map.of("credit_amount", credits, "credit_type", "subscription", "plan_tier", plan)),
                "recurring",
                Map.of("interval", "month"));
        return sandbox.stripe().create("prices", price).get("id").asText();
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
    private void runWhileKilling(List<Customer> customers) throws Exception {
        Random moments = new Random(seed + hubs.size());
        List<Integer> kill = moments.ints(rounds, 3, CUSTOMERS * COMMANDS * 4 / 5)
                .sorted()
                .boxed()
                .toList();
        ExecutorService threads = Executors.newFixedThreadPool(CUSTOMERS);
        List<Future<?>> lives = new ArrayList<>();
        for (Customer customer : customers) {
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

    private void print(List<Customer> customers) {
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
                customers.stream().mapToLong(Customer::unrepeated).sum(),
                sandbox.stripe().events().size(),
                charged().size(),
                sandbox.stripe().all("refund").size(),
                number("select count(*) from billing.credit_entry where kind = 'grant'"),
                sandbox.resend().mails().size(),
                number("select count(*) from notifications.event"));
    }

    private void assertOnce(List<Customer> customers) {
        assertThat(accepted.get()).isEqualTo(CUSTOMERS * COMMANDS);
        assertThat(sandbox.stripe().all("customer")).hasSameSizeAs(customers);
        customers.forEach(Customer::assertOnce);
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

    private List<ObjectNode> charged() {
        return sandbox.stripe().all("charge").stream()
                .filter(charge -> charge.path("status").asText().equals("succeeded"))
                .toList();
    }

    private static long sum(List<ObjectNode> objects, String field) {
        return objects.stream().mapToLong(object -> object.path(field).asLong()).sum();
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
        JsonNode revenue = tree(send(HttpRequest.newBuilder(
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
        List<ObjectNode> charges = charged();
        long gross = sum(charges, "amount");
        long packs = sum(
                charges.stream()
                        .filter(charge -> charge.get("invoice").isNull())
                        .toList(),
                "amount");
        long back = sum(charges, "amount_refunded");
        JsonNode usd = revenue.get(0);
        assertThat(usd.get("gross_total_revenue").asLong()).isEqualTo(gross);
        assertThat(usd.get("gross_one_time_revenue").asLong()).isEqualTo(packs);
        assertThat(usd.get("gross_subscription_revenue").asLong()).isEqualTo(gross - packs);
        assertThat(usd.get("refunds").asLong()).isEqualTo(back).isEqualTo(CUSTOMERS * BACK);
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

    /** Null without an answer. */
    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.timeout(Duration.ofSeconds(15)).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A command with its key, and the one answer it has. */
    private record Command(String method, String path, String key, String body, int status, JsonNode answer) {}

    private final class Customer {

        private final String email;
        private final int number;
        private final Random choice;
        private final List<Command> commands = new ArrayList<>();
        private String token;
        private String id;
        private String subscription;
        private int unrepeatedStatus;
        private volatile String doing = "nothing";

        Customer(int number) {
            this.number = number;
            this.email = "crash-" + number + "@example.com";
            this.choice = new Random(seed + number);
        }

        void register() {
            once("auth/register", "{\"email\":\"" + email + "\",\"password\":\"" + PASSWORD + "\",\"name\":\"Ada\"}");
            until("the mail with the link", () -> !mails().isEmpty());
            Matcher link =
                    Pattern.compile("#token=([\\w.-]+)").matcher(mails().get(0).text());
            assertThat(link.find()).isTrue();
            once("auth/verify", "{\"token\":\"" + link.group(1) + "\"}");
            token = once("auth/login", "{\"email\":\"" + email + "\",\"password\":\"" + PASSWORD + "\"}")
                    .get("access_token")
                    .asText();
        }

        private JsonNode once(String path, String body) {
            HttpResponse<String> answer = send(request(0, "POST", path, body));
            assertThat(answer).isNotNull();
            assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
            return tree(answer).get("data");
        }

        void live() {
            id = command("POST", "customers", "{}").get("customer_id").asText();
            String card = newCard("pm_card_visa");
            JsonNode made = command("POST", "subscriptions", "{\"plan\":\"starter\"}");
            subscription = made.get("subscription_id").asText();
            String secret = made.get("client_secret").asText();
            sandbox.stripe().confirm(secret.substring(0, secret.indexOf("_secret_")), card);
            String payment = buy();
            buy();
            until("the credits are there", () -> balance() >= SPENT);
            command("POST", "credits/spend", "{\"amount\":" + SPENT + ",\"reason\":\"a video\"}");
            command("PATCH", "subscriptions/" + subscription, "{\"plan\":\"growth\",\"proration\":\"now\"}");
            buyAndNeverAskAgain();
            sandbox.stripe().renew(subscription);
            command(
                    "POST",
                    "refunds",
                    "{\"payment_id\":\"" + payment + "\",\"amount\":" + BACK
                            + ",\"reason\":\"requested_by_customer\"}");
            sandbox.stripe().declineCardOf(id, "insufficient_funds");
            sandbox.stripe().renew(subscription);
            until(
                    "the hub knows that the invoice is open",
                    () -> jdbc.sql("select count(*) from billing.dunning_case where customer = :id and state = 'open'")
                            .param("id", id)
                            .query(Long.class)
                            .single()
                            .equals(1L));
            newCard("pm_card_mastercard");
            until(
                    "the new card has paid",
                    () -> sandbox.stripe()
                            .find(subscription)
                            .orElseThrow()
                            .get("status")
                            .asText()
                            .equals("active"));
            command("POST", "subscriptions/" + subscription + "/cancel", "{\"at_period_end\":" + leavesLater() + "}");
        }

        private boolean leavesLater() {
            return number % 2 == 0;
        }

        private String newCard(String test) {
            String card = command("POST", "payment-methods", "{\"payment_method_id\":\"" + test + "\"}")
                    .get("payment_method_id")
                    .asText();
            command("POST", "payment-methods/" + card + "/default", "");
            return card;
        }

        private String buy() {
            return command("POST", "payments", "{\"product_id\":\"" + pack + "\",\"quantity\":1}")
                    .get("payment_intent_id")
                    .asText();
        }

        /** Whatever becomes of the request; its quantity tells it from the others. */
        private void buyAndNeverAskAgain() {
            HttpResponse<String> answer = send(keyed(
                    number,
                    "POST",
                    "payments",
                    "crash-unrepeated-" + number,
                    "{\"product_id\":\"" + pack + "\",\"quantity\":2}"));
            unrepeatedStatus = answer == null ? 0 : answer.statusCode();
        }

        private long balance() {
            HttpResponse<String> answer = send(request(number, "GET", "billing/credits", ""));
            return answer == null || answer.statusCode() != 200
                    ? 0
                    : tree(answer).at("/data/available").asLong();
        }

        /** Asks under one key until there is an answer that lasts, whichever hub lives; sometimes twice at once. */
        private JsonNode command(String method, String path, String body) {
            String key = "crash-" + number + "-" + commands.size();
            for (int attempt = number; ; attempt++) {
                CompletableFuture<HttpResponse<String>> second =
                        choice.nextInt(3) == 0 ? askBeside(attempt + 1, method, path, key, body) : null;
                HttpResponse<String> answer = send(keyed(attempt, method, path, key, body));
                doing = path + " " + (answer == null ? "without an answer" : answer.statusCode() + " " + answer.body());
                HttpResponse<String> other = second == null ? null : second.join();
                if (isFinal(answer, path)) {
                    accepted.incrementAndGet();
                    if (isFinal(other, path)) {
                        assertThat(tree(other)).as(path + " at the same moment").isEqualTo(tree(answer));
                    }
                    commands.add(new Command(method, path, key, body, answer.statusCode(), tree(answer)));
                    return tree(answer).get("data");
                }
                repeated.incrementAndGet();
                LockSupport.parkNanos(RETRY_AFTER.toNanos());
            }
        }

        private CompletableFuture<HttpResponse<String>> askBeside(
                int attempt, String method, String path, String key, String body) {
            doubled.incrementAndGet();
            return CompletableFuture.supplyAsync(() -> send(keyed(attempt, method, path, key, body)));
        }

        /** @throws AssertionError for a refusal that will not pass */
        private boolean isFinal(HttpResponse<String> answer, String path) {
            int status = answer == null ? 0 : answer.statusCode();
            if (status != 0 && status != 202 && status != 409 && status >= 300 && status < 500) {
                throw new AssertionError(email + ", " + path + ": " + status + " " + answer.body());
            }
            return status == 200 || status == 201;
        }

        private HttpRequest.Builder keyed(int attempt, String method, String path, String key, String body) {
            return request(attempt, method, "billing/" + path, body).header("Idempotency-Key", key);
        }

        private HttpRequest.Builder request(int attempt, String method, String path, String body) {
            HttpRequest.Builder request = HttpRequest.newBuilder(
                            URI.create(hubs.get(attempt % hubs.size()).url() + "/api/v1/" + path))
                    .header("Content-Type", "application/json")
                    .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
            return token == null ? request : request.header("Authorization", "Bearer " + token);
        }

        List<SandboxMail> mails() {
            return sandbox.resend().mailsTo(email);
        }

        private List<ObjectNode> atStripe(String type) {
            return sandbox.stripe().all(type).stream()
                    .filter(object -> object.path("customer").asText().equals(id))
                    .toList();
        }

        private List<ObjectNode> charges() {
            return charged().stream()
                    .filter(charge -> charge.path("customer").asText().equals(id))
                    .toList();
        }

        /** How many of the purchases asked once were made. */
        long unrepeated() {
            return charges().stream()
                    .filter(charge -> charge.get("amount").asLong() == 2 * PACK)
                    .count();
        }

        void assertOnce() {
            for (Command command : commands) {
                HttpResponse<String> again =
                        send(keyed(number, command.method, command.path, command.key, command.body));
                assertThat(again).isNotNull();
                assertThat(again.statusCode()).isEqualTo(command.status);
                assertThat(tree(again))
                        .as(email + ": " + command.path + ", asked again")
                        .isEqualTo(command.answer);
            }
            assertCharged();
            assertThat(ofUser("select amount::text from billing.credit_entry where kind = 'grant' and user_id = :user"))
                    .as(email + ": credits granted")
                    .hasSize(5 + (int) unrepeated());
            assertThat(
                            ofUser(
                                    "select sum(amount)::text from billing.credit_entry where kind = 'grant' and user_id = :user"))
                    .as(email + ": credits granted")
                    .containsExactly(String.valueOf(50 + 100 + 100 + 100 * (2 + 2 * unrepeated())));
            assertThat(ofUser("select balance::text from billing.credit_account where user_id = :user"))
                    .as(email + ": credits left")
                    .containsExactly(String.valueOf(250 + 100 * (2 + 2 * unrepeated()) - SPENT - TAKEN_BACK));
            assertThat(ofUser("select coalesce(sum(amount), 0)::text from billing.credit_entry where user_id = :user"))
                    .as(email + ": what the ledger says")
                    .isEqualTo(ofUser("select balance::text from billing.credit_account where user_id = :user"));
            assertThat(ofUser("select payload ->> 'template' from notifications.outbox"
                            + " where channel = 'mail' and user_id = :user and payload ->> 'template' <> 'receipt'"
                            + " order by 1"))
                    .as(email + ": mails written")
                    .isEqualTo(MAILS);
            assertThat(mails())
                    .as(email + ": mails arrived, with the receipts")
                    .hasSize(MAILS.size() + charges().size());
            assertThat(ofUser("select name from notifications.event where user_id = :user"
                            + " and name not in ('payment_succeeded', 'subscription_status', 'subscription_ended')"
                            + " order by 1"))
                    .as(email + ": analytics")
                    .isEqualTo(TRACKED);
            assertThat(ofUser("select name from notifications.event where user_id = :user"
                            + " and name = 'payment_succeeded'"))
                    .hasSameSizeAs(charges());
        }

        /** Two packs, the first period, the upgrade, a renewal, and the one that was recovered. */
        private void assertCharged() {
            assertThat(atStripe("subscription"))
                    .as(email + ": subscriptions")
                    .singleElement()
                    .satisfies(ended ->
                            assertThat(ended.get("status").asText()).isEqualTo(leavesLater() ? "active" : "canceled"));
            assertThat(unrepeated()).as(email + ": what was asked once").isLessThanOrEqualTo(1);
            if (unrepeatedStatus / 100 == 2) {
                assertThat(unrepeated())
                        .as(email + ": what was asked once and promised")
                        .isOne();
            }
            assertThat(atStripe("payment_intent"))
                    .as(email + ": payments, declined ones included")
                    .hasSize(6 + (int) unrepeated());
            List<ObjectNode> charges = charges();
            assertThat(charges).as(email + ": charges").hasSize(6 + (int) unrepeated());
            List<ObjectNode> invoices = atStripe("invoice");
            assertThat(invoices)
                    .as(email + ": invoices")
                    .hasSize(4)
                    .allSatisfy(invoice ->
                            assertThat(invoice.get("status").asText()).isEqualTo("paid"));
            assertThat(invoices.stream()
                            .map(invoice -> invoice.get("amount_paid").asLong()))
                    .contains(STARTER, GROWTH);
            assertThat(sum(charges, "amount"))
                    .as(email + ": charged")
                    .isEqualTo(sum(invoices, "amount_paid") + (2 + 2 * unrepeated()) * PACK);
            assertThat(sum(charges, "amount_refunded")).as(email + ": refunded").isEqualTo(BACK);
        }

        /** What the customer asked last, and the answer. */
        @Override
        public String toString() {
            return email + ": " + doing;
        }

        private List<String> ofUser(String sql) {
            UUID user = jdbc.sql("select user_id from billing.customer_owner where customer = :id")
                    .param("id", id)
                    .query(UUID.class)
                    .single();
            return jdbc.sql(sql).param("user", user).query(String.class).list();
        }
    }

    private static void until(String what, BooleanSupplier reached) {
        Awaitility.await(what).atMost(BOUND).pollInterval(Duration.ofMillis(50)).until(reached::getAsBoolean);
    }

    private static JsonNode tree(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(answer.body(), e);
        }
    }
}
