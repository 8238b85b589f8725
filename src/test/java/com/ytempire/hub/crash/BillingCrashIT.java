package com.ytempire.hub.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.TestDatabase;
import com.ytempire.hub.platform.TestPostgres;
import com.ytempire.hub.sandbox.Delivery;
import com.ytempire.hub.sandbox.Sandbox;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

    private static final int CUSTOMERS = 4;

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
            CrashCatalogue catalogue = CrashCatalogue.at(sandbox);
            for (String name : names) {
                hubs.add(new HubProcess(name, fresh(name))
                        .with("SPRING_APPLICATION_JSON", catalogue.settings().toString())
                        .with("HUB_OPERATOR_PASSWORD", CrashShop.OPERATOR_PASSWORD)
                        .with("HUB_OPERATIONS_AUTOMATIC", "false") // its daily test would be one more payment
                        .with("HUB_ENCRYPTION_KEY", TestDatabase.ENCRYPTION_KEY)
                        .with("JWT_SECRET_KEY", TestDatabase.JWT_KEY)
                        .on(postgres, url));
            }
            together(hubs, HubProcess::start);
            sandbox.hub(hubs.get(0).url());
            sandbox.stripe().secrets(CrashIT.SECRET);
            shop = new CrashShop(sandbox, hubs, jdbc, catalogue.pack(), seed, accepted, repeated, doubled);
            List<CrashCustomer> customers = IntStream.range(0, CUSTOMERS)
                    .mapToObj(number -> new CrashCustomer(shop, number))
                    .toList();
            together(customers, CrashCustomer::register);
            stripe.scheduleWithFixedDelay(this::tellTwiceInRandomOrder, 100, 100, TimeUnit.MILLISECONDS);
            runWhileKilling(customers);
            stripe.shutdown();
            assertThat(stripe.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
            sandbox.deliveries().release("stripe");
            CrashBooks books = new CrashBooks(shop, customers);
            books.awaitQuiet();
            print(customers);
            books.assertOnce();
        } finally {
            stripe.shutdownNow();
            hubs.forEach(HubProcess::close);
            sandbox.close();
        }
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
        List<Integer> kill = moments.ints(rounds, 3, CUSTOMERS * CrashCustomer.COMMANDS * 4 / 5)
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
                    .atMost(CrashShop.BOUND)
                    .pollInterval(Duration.ofMillis(2))
                    .until(() -> writtenAtStripe() >= moment || lives.stream().allMatch(Future::isDone));
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(moments.nextInt(30))); // its answer is on the way
            HubProcess victim = hubs.get(moments.nextInt(hubs.size()));
            victim.kill();
            kills++;
            victim.start();
        }
        threads.shutdown();
        assertThat(threads.awaitTermination(CrashShop.BOUND.toSeconds(), TimeUnit.SECONDS))
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

    private long number(String sql) {
        return jdbc.sql(sql).query(Long.class).single();
    }
}
