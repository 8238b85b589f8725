package com.ytempire.hub.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.sandbox.Delivery;
import com.ytempire.hub.sandbox.Sandbox;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.util.FileSystemUtils;

/**
 * PostgreSQL is killed again and again, all its processes at once, while customers live as in {@link BillingCrashIT},
 * Stripe tells of them and of new products, and texts are made that use up a day's money. What was committed without
 * waiting for the disk is forgotten then; the hub lives, starts its server again, and goes on with all it has in its own
 * memory. In the end nothing that was acknowledged is missing, everything took effect once, and no limit was passed.
 *
 * <p>The server's own writing of its log is made slow, so that it forgets more. {@code -Dcrash.seed=} and
 * {@code -Dcrash.database.rounds=} choose another run.
 */
@OwnProcesses
class DatabaseCrashIT {

    private static final int CUSTOMERS = 3;
    private static final int PRODUCTS_A_ROUND = 60;
    private static final int WRITERS = 2;
    private static final BigDecimal A_DAY = new BigDecimal("0.03");

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final long seed = Long.getLong("crash.seed", 20261122L);
    private final int rounds = Integer.getInteger("crash.database.rounds", 4);
    private final Random random = new Random(seed);
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger repeated = new AtomicInteger();
    private final AtomicInteger doubled = new AtomicInteger();
    private final AtomicInteger texts = new AtomicInteger();
    private final AtomicInteger failedTexts = new AtomicInteger();
    private final Map<Long, Timestamp> seenToEnd = new HashMap<>();
    private volatile BigDecimal most = BigDecimal.ZERO;
    private volatile boolean over;
    private int kills;
    private int told;

    private Sandbox sandbox;
    private HubProcess hub;
    private String url;
    private JdbcClient jdbc;

    @Test
    void theServerKilledAgainAndAgainLosesNothingThatWasToldToAnybody() throws Exception {
        sandbox = Sandbox.start(0);
        ScheduledExecutorService background = Executors.newScheduledThreadPool(2);
        ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
        try {
            CrashCatalogue catalogue = CrashCatalogue.at(sandbox);
            sandbox.resend().takesPerSecond(25);
            start(catalogue);
            sandbox.hub(hub.url());
            sandbox.stripe().secrets(CrashIT.SECRET);
            CrashShop shop =
                    new CrashShop(sandbox, List.of(hub), jdbc, catalogue.pack(), seed, accepted, repeated, doubled);
            List<CrashCustomer> customers = IntStream.range(0, CUSTOMERS)
                    .mapToObj(number -> new CrashCustomer(shop, number))
                    .toList();
            CrashBooks books = new CrashBooks(shop, customers);
            CompletableFuture.allOf(customers.stream()
                            .map(customer -> CompletableFuture.runAsync(customer::register))
                            .toArray(CompletableFuture[]::new))
                    .join();
            background.scheduleWithFixedDelay(this::tellTwiceInRandomOrder, 100, 100, TimeUnit.MILLISECONDS);
            background.scheduleWithFixedDelay(this::lookAtTheBudget, 10, 10, TimeUnit.MILLISECONDS);
            List<Future<?>> writing = IntStream.range(0, WRITERS)
                    .<Future<?>>mapToObj(number -> writers.submit(() -> write(number)))
                    .toList();
            runWhileKilling(customers);
            over = true;
            for (Future<?> each : writing) {
                each.get();
            }
            background.shutdown();
            assertThat(background.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
            sandbox.deliveries().release("stripe");
            books.awaitQuiet();
            int tries = 0;
            do { // somebody else's commit may have brought all of it to the disk
                killTheServer(this::endTogether, PRODUCTS_A_ROUND / 2);
                books.awaitQuiet();
            } while (forgotten() == 0 && ++tries < 3);
            CrashShop.until(
                    "all calls have ended",
                    () -> number("select count(*) from spending.attempt where state in ('reserved', 'sent')") == 0);
            print(shop);
            books.assertOnce();
            assertAcknowledgedIsThere();
            assertPaidOnce();
            assertThat(forgotten()).as("events the server forgot to have ended").isPositive();
        } finally {
            over = true;
            background.shutdownNow();
            writers.shutdownNow();
            if (hub != null) {
                hub.close();
            }
            sandbox.close();
        }
    }

    private void start(CrashCatalogue catalogue) throws IOException {
        Path data = Path.of("target", "crash", "database").toAbsolutePath();
        FileSystemUtils.deleteRecursively(data);
        int port = HubProcess.freePort();
        catalogue
                .settings()
                .put("hub.database.watch", "200ms")
                .put("hub.webhooks.work.lease", "5s") // what a killed server interrupted is taken up within the test
                .put("hub.webhooks.work.renew", "1s")
                .put("hub.webhooks.work.retries", "200ms, 500ms, 1s, 2s, 5s")
                .put("hub.webhooks.work.postpone", "300ms")
                .put("hub.billing.commands.lease", "4s")
                .put("hub.notifications.lease", "5s")
                .put("hub.spending.lease", "5s")
                .put("hub.spending.clear-interval", "500")
                .put("hub.spending.limits.day", A_DAY.toPlainString())
                .put("hub.content.slot", "5s")
                .put("OPENAI_API_KEY", "sk-sandbox")
                .put("OPENAI_BASE_URL", sandbox.baseUrl() + "/openai");
        hub = new HubProcess("database", data)
                .with("SPRING_APPLICATION_JSON", catalogue.settings().toString())
                .with("HUB_OPERATOR_PASSWORD", CrashShop.OPERATOR_PASSWORD)
                .with("HUB_DATABASE_PORT", Integer.toString(port));
        hub.start();
        url = "jdbc:postgresql://127.0.0.1:" + port + "/";
        jdbc = CrashIT.database(url + "hub", "hub", CrashIT.password(data));
        JdbcClient admin =
                CrashIT.database(url + "postgres", "postgres", CrashIT.secret(data, "POSTGRES_ADMIN_PASSWORD"));
        admin.sql("alter system set wal_writer_delay = '10s'").update();
        admin.sql("alter system set wal_writer_flush_after = '1GB'").update();
        jdbc.sql("create table public.kill (number int)").update();
        admin.sql("select pg_reload_conf()").query(Boolean.class).single();
    }

    /** What the hub could not take is told again, not so often that Stripe gives up. */
    private void tellTwiceInRandomOrder() {
        sandbox.deliveries().releasePermuted("stripe", random.nextLong());
        sandbox.deliveries().duplicate("stripe", 1, 1000);
        sandbox.deliveries().hold("stripe");
        if (++told % 20 == 0) {
            sandbox.deliveries().redeliverNow();
        }
    }

    private void lookAtTheBudget() {
        try {
            most = most.max(
                    jdbc.sql("select coalesce(max(spent + reserved), 0) from spending.budget where scope = 'day'")
                            .query(BigDecimal.class)
                            .single());
        } catch (DataAccessException e) {
            // it was killed
        }
    }

    /** One text after the other; what the limit does not allow a template writes. */
    private void write(int writer) {
        for (int number = 0; !over; number++) {
            HttpResponse<String> answer =
                    CrashShop.send(HttpRequest.newBuilder(URI.create(hub.url() + "/api/v1/content/titles"))
                            .header("Authorization", CrashShop.OPERATOR)
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofString("{\"topic\":\"Lighthouse %d of coast %d\",\"fresh\":true}"
                                    .formatted(number, writer))));
            if (answer != null && answer.statusCode() == 200) {
                texts.incrementAndGet();
            } else {
                failedTexts.incrementAndGet();
            }
        }
    }

    private void runWhileKilling(List<CrashCustomer> customers) throws Exception {
        List<Integer> moments = random.ints(rounds, 3, CUSTOMERS * CrashCustomer.COMMANDS * 4 / 5)
                .sorted()
                .boxed()
                .toList();
        ExecutorService threads = Executors.newFixedThreadPool(CUSTOMERS);
        List<Future<?>> lives = new ArrayList<>();
        for (CrashCustomer customer : customers) {
            lives.add(threads.submit(customer::live));
        }
        for (int moment : moments) {
            Awaitility.await("the moment to kill")
                    .atMost(CrashShop.BOUND)
                    .pollInterval(Duration.ofMillis(2))
                    .until(() -> accepted.get() >= moment || lives.stream().allMatch(Future::isDone));
            killTheServer(this::addProducts, 3);
        }
        threads.shutdown();
        assertThat(threads.awaitTermination(CrashShop.BOUND.toSeconds(), TimeUnit.SECONDS))
                .as("all have lived; at last: %s", customers)
                .isTrue();
        for (Future<?> life : lives) {
            life.get();
        }
    }

    private void addProducts() {
        for (int i = 0; i < PRODUCTS_A_ROUND; i++) {
            sandbox.stripe().create("products", Map.of("name", "Product " + kills + "." + i));
        }
    }

    /** The first of them ends when the last is stored: storing one would bring the ends before it to the disk. */
    private void endTogether() {
        try (Connection blocker = DriverManager.getConnection(url + "hub", "hub", CrashIT.password(hub.data()));
                Statement lock = blocker.createStatement()) {
            blocker.setAutoCommit(false);
            lock.execute("lock table billing.product in share mode");
            addProducts();
            CrashShop.until(
                    "all are stored",
                    () -> sandbox.deliveries().idle()
                            && number("select count(*) from webhooks.event where service = 'stripe'")
                                    == sandbox.stripe().events().size());
            blocker.rollback();
        } catch (SQLException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * While ends of events are in the server's memory alone.
     *
     * @param work leads to such
     * @param atLeast so many, if it comes to that
     */
    private void killTheServer(Runnable work, int atLeast) throws IOException {
        Set<Long> onDisk = ended().keySet();
        jdbc.sql("insert into public.kill values (:number)")
                .param("number", kills)
                .update(); // with this
        SingleConnectionDataSource connection =
                new SingleConnectionDataSource(url + "hub", "hub", CrashIT.password(hub.data()), true);
        try {
            JdbcClient server = JdbcClient.create(connection);
            List<ProcessHandle> processes = processes(server);
            Map<Long, Long> seenAt = new HashMap<>();
            work.run();
            try {
                Awaitility.await()
                        .atMost(PATIENCE)
                        .pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> endedUnwritten(server, onDisk, seenAt) >= atLeast);
            } catch (ConditionTimeoutException e) {
                // any moment will do
            }
            processes.forEach(ProcessHandle::destroyForcibly);
            kills++;
            Awaitility.await("it has ended")
                    .atMost(Duration.ofSeconds(10))
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> processes.stream().noneMatch(ProcessHandle::isAlive));
        } finally {
            connection.destroy();
        }
        CrashShop.until("the server is there again", () -> number("select 1") == 1);
    }

    /** All of them, the main one first: it would notice the others' end. */
    private List<ProcessHandle> processes(JdbcClient server) throws IOException {
        assertThat(server.sql("select 1").query(Integer.class).single()).isOne(); // its process is one of them
        ProcessHandle main = ProcessHandle.of(
                        Long.parseLong(Files.readAllLines(hub.data().resolve("postgres/postmaster.pid"))
                                .get(0)
                                .strip()))
                .orElseThrow();
        return Stream.concat(Stream.of(main), main.descendants()).toList();
    }

    /**
     * How many events have ended and may not be on the disk.
     *
     * @param seenAt how long the server's log was when an event was seen to have ended
     */
    private long endedUnwritten(JdbcClient server, Set<Long> onDisk, Map<Long, Long> seenAt) {
        long[] written = new long[1];
        server.sql("""
                        select pg_current_wal_flush_lsn() - '0/0', pg_current_wal_insert_lsn() - '0/0', event_no, finished_at
                          from (select 1) as one left join webhooks.work on state = 'processed'
                        """).query(row -> {
            written[0] = row.getLong(1);
            if (row.getTimestamp(4) != null && !onDisk.contains(row.getLong(3))) {
                seenAt.putIfAbsent(row.getLong(3), row.getLong(2));
                seenToEnd.put(row.getLong(3), row.getTimestamp(4));
            }
        });
        return seenAt.values().stream().filter(lsn -> lsn > written[0]).count();
    }

    private Map<Long, Timestamp> ended() {
        Map<Long, Timestamp> ended = new HashMap<>();
        jdbc.sql("select event_no, finished_at from webhooks.work where state = 'processed'")
                .query(row -> {
                    ended.put(row.getLong(1), row.getTimestamp(2));
                });
        return ended;
    }

    /** Events that had ended when the server was killed, and have ended since once more. */
    private long forgotten() {
        Map<Long, Timestamp> now = ended();
        return seenToEnd.entrySet().stream()
                .filter(seen -> !seen.getValue().equals(now.get(seen.getKey())))
                .count();
    }

    private void assertAcknowledgedIsThere() {
        assertThat(sandbox.deliveries().all())
                .as("Stripe has given nothing up")
                .noneMatch(delivery -> delivery.state() == Delivery.State.GIVEN_UP);
        assertThat(jdbc.sql("select event_id from webhooks.event where service = 'stripe'")
                        .query(String.class)
                        .list())
                .as("every event is stored once")
                .containsExactlyInAnyOrderElementsOf(sandbox.stripe().events().stream()
                        .map(event -> event.get("id").asText())
                        .toList());
        assertThat(jdbc.sql("select id from billing.product")
                        .query(String.class)
                        .list())
                .as("products")
                .containsExactlyInAnyOrderElementsOf(sandbox.stripe().all("product").stream()
                        .map(product -> product.get("id").asText())
                        .toList());
    }

    private void assertPaidOnce() {
        assertThat(most).as("spent and reserved at most: the limit was near").isBetween(new BigDecimal("0.02"), A_DAY);
        assertThat(answered()).as("texts that were paid").isPositive();
        assertThat(number("select count(*) from spending.budget where reserved <> 0"))
                .as("budgets with something still set aside")
                .isZero();
        assertThat(number("select count(*) from spending.budget b where scope = 'day' and spent <>"
                        + " (select coalesce(sum(amount), 0) from spending.cost where business_date::text = b.key)"))
                .as("days that are not what the ledger says")
                .isZero();
        assertThat(number("select count(*) from (select attempt_id from spending.cost where note is null"
                        + " group by attempt_id having count(*) > 1) twice"))
                .as("calls counted twice")
                .isZero();
        assertThat(number("select count(distinct attempt_id) from spending.cost where service = 'openai'"))
                .as("calls in the ledger, at least those that were answered")
                .isGreaterThanOrEqualTo(answered());
    }

    private long answered() {
        return sandbox.sent().to("openai").stream()
                .filter(request -> request.method().equals("POST") && request.status() == 200)
                .count();
    }

    private void print(CrashShop shop) {
        System.out.printf(
                "database, seed %d: %d kills of the server, %d events that had ended were forgotten and ended once more;"
                        + " %d commands accepted, %d requests repeated, %d sent twice at once, %d commands and %d events"
                        + " begun again, %d events each told twice, %d charges, %d credit grants, %d mails, %d texts of"
                        + " which %d were paid and %d booked at their bound, %d requests for a text failed, %s of %s"
                        + " dollars used at most%n",
                seed,
                kills,
                forgotten(),
                accepted.get(),
                repeated.get(),
                doubled.get(),
                number("select count(*) from billing.command where attempt > 1"),
                number("select count(*) from webhooks.work where attempt > 1"),
                sandbox.stripe().events().size(),
                shop.charged().size(),
                number("select count(*) from billing.credit_entry where kind = 'grant'"),
                sandbox.resend().mails().size(),
                texts.get(),
                answered(),
                number("select count(*) from spending.cost where note = 'booked at its bound'"),
                failedTexts.get(),
                most.toPlainString(),
                A_DAY.toPlainString());
    }

    private long number(String sql) {
        return jdbc.sql(sql).query(Long.class).single();
    }
}
