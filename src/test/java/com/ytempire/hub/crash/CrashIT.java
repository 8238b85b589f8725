package com.ytempire.hub.crash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.TestDatabase;
import com.ytempire.hub.platform.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * The packaged jar is killed again and again while thousands of events with duplicates come in, in random order. In the
 * end every acknowledged event is there and has been applied exactly once: a trigger in the database counts each
 * committed end of an event's work, whoever did it.
 *
 * <p>{@code -Dcrash.seed=} and {@code -Dcrash.rounds=} choose another run.
 */
@OwnProcesses
class CrashIT {

    static final String SECRET = "whsec_crash";
    private static final int CUSTOMERS = 40;
    private static final int EVENTS_A_ROUND = 1000;
    private static final int SENDERS = 12;
    private static final Duration RETRY_AFTER = Duration.ofMillis(100);

    private final long seed = Long.getLong("crash.seed", 20261121L);
    private final int rounds = Integer.getInteger("crash.rounds", 3);
    private final Random random = new Random(seed);
    private final Path folder = Path.of("target", "crash").toAbsolutePath();
    private final List<Sent> all = new ArrayList<>();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final AtomicInteger refused = new AtomicInteger();
    private int kills;

    /** @param created the event's own time, by which the newest state of a customer is known */
    private record Sent(String id, String customer, long created, String body) {}

    @Test
    void oneHubKilledAgainAndAgainLosesAndDoublesNothing() throws Exception {
        int databasePort = HubProcess.freePort();
        Path data = fresh("one");
        try (HubProcess hub = new HubProcess("one", data)
                .with("STRIPE_WEBHOOK_SECRET", SECRET)
                .with("HUB_OPERATIONS_AUTOMATIC", "false") // its daily test would be one more event
                .with("HUB_DATABASE_PORT", Integer.toString(databasePort))
                .start()) {
            JdbcClient jdbc = database("jdbc:postgresql://127.0.0.1:" + databasePort + "/hub", "hub", password(data));
            countEnds(jdbc);
            for (int round = 1; round <= rounds; round++) {
                List<Sent> events = events(round);
                runWhileKilling(List.of(hub), events);
            }
            assertAppliedOnce(jdbc, "one hub");
        }
    }

    @Test
    void oneOfTwoHubsKilledAgainAndAgainLosesAndDoublesNothing() throws Exception {
        TestPostgres postgres = TestDatabase.server();
        String url = postgres.freshDatabase();
        JdbcClient jdbc = database(url, postgres.user(), postgres.password());
        countEnds(jdbc);
        try (HubProcess first = hub("first", url, postgres).start();
                HubProcess second = hub("second", url, postgres).start()) {
            for (int round = 1; round <= rounds; round++) {
                runWhileKilling(List.of(first, second), events(100 + round));
            }
            assertAppliedOnce(jdbc, "two hubs");
        }
    }

    private HubProcess hub(String name, String url, TestPostgres postgres) throws IOException {
        return new HubProcess(name, fresh(name))
                .with("STRIPE_WEBHOOK_SECRET", SECRET)
                .with("HUB_OPERATIONS_AUTOMATIC", "false") // its daily test would be one more event
                .with("HUB_ENCRYPTION_KEY", TestDatabase.ENCRYPTION_KEY)
                .with("JWT_SECRET_KEY", TestDatabase.JWT_KEY)
                .on(postgres, url);
    }

    private Path fresh(String name) throws IOException {
        Path data = folder.resolve(name);
        if (Files.exists(data)) {
            try (var files = Files.walk(data)) {
                for (Path file : files.sorted(Collections.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        return data;
    }

    static String password(Path data) throws IOException {
        return secret(data, "POSTGRES_PASSWORD");
    }

    /** Of the file the hub keeps its own secrets in. */
    static String secret(Path data, String name) throws IOException {
        return Files.readAllLines(data.resolve("secrets")).stream()
                .filter(line -> line.startsWith(name + "="))
                .map(line -> line.substring(line.indexOf('=') + 1))
                .findFirst()
                .orElseThrow();
    }

    static JdbcClient database(String url, String user, String password) {
        return JdbcClient.create(new DriverManagerDataSource(url, user, password));
    }

    /** One row for each time an event's work is committed as ended. */
    static void countEnds(JdbcClient jdbc) {
        jdbc.sql("create table public.ended (event_no bigint not null, state text not null)")
                .update();
        jdbc.sql("""
                        create function public.note_end() returns trigger language plpgsql as $$
                        begin
                            insert into public.ended values (new.event_no, new.state);
                            return null;
                        end $$
                        """).update();
        jdbc.sql("""
                        create trigger note_end after update on webhooks.work for each row
                        when (new.state in ('processed', 'ignored', 'dead') and old.state = 'processing')
                        execute function public.note_end()
                        """).update();
    }

    private List<Sent> events(int round) {
        List<Sent> events = new ArrayList<>();
        long base = Instant.now().getEpochSecond() - 100_000 + round * 2000L;
        for (int i = 0; i < EVENTS_A_ROUND; i++) {
            String id = "evt_" + seed + "_" + round + "_" + i;
            String customer = "cus_" + random.nextInt(CUSTOMERS);
            long created = base + i;
            events.add(new Sent(id, customer, created, """
                    {"id":"%s","object":"event","type":"customer.updated","created":%d,"livemode":false,
                     "api_version":"2023-10-16","data":{"object":{"id":"%s","object":"customer","name":"%s"}}}""".formatted(id, created, customer, id)));
        }
        all.addAll(events);
        return events;
    }

    /** Sends everything until it is acknowledged, as Stripe would, while a hub is killed at a random moment. */
    private void runWhileKilling(List<HubProcess> hubs, List<Sent> events) throws Exception {
        List<Sent> deliveries = new ArrayList<>(events);
        for (Sent event : events) {
            for (int copies = random.nextInt(3); copies > 0; copies--) {
                deliveries.add(event);
            }
        }
        Collections.shuffle(deliveries, random);
        ConcurrentLinkedQueue<Sent> queue = new ConcurrentLinkedQueue<>(deliveries);
        AtomicInteger underWay = new AtomicInteger();
        ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < SENDERS; i++) {
            int start = i;
            running.add(senders.submit(() -> send(hubs, queue, underWay, start)));
        }
        int killAfter = acknowledged.size() + 50 + random.nextInt(events.size() / 2);
        Awaitility.await("the moment to kill")
                .atMost(Duration.ofSeconds(120))
                .pollInterval(Duration.ofMillis(2))
                .until(() -> acknowledged.size() >= killAfter || queue.isEmpty());
        HubProcess victim = hubs.get(random.nextInt(hubs.size()));
        victim.kill();
        kills++;
        victim.start();
        for (Future<?> sender : running) {
            sender.get();
        }
        senders.shutdown();
    }

    private void send(List<HubProcess> hubs, ConcurrentLinkedQueue<Sent> queue, AtomicInteger underWay, int start) {
        int next = start;
        while (true) {
            underWay.incrementAndGet();
            Sent event = queue.poll();
            if (event == null) {
                underWay.decrementAndGet();
                if (underWay.get() == 0) {
                    return;
                }
                LockSupport.parkNanos(1_000_000); // another's may come back
                continue;
            }
            HubProcess hub = hubs.get(Math.floorMod(next++, hubs.size()));
            if (hub.post("/api/v1/webhooks/stripe", "Stripe-Signature", signature(event.body), event.body) == 200) {
                acknowledged.add(event.id);
            } else {
                refused.incrementAndGet();
                queue.add(event);
                LockSupport.parkNanos(RETRY_AFTER.toNanos()); // as a vendor would, so that the start gets the machine
            }
            underWay.decrementAndGet();
        }
    }

    static String signature(String body) {
        long now = Instant.now().getEpochSecond();
        return "t=" + now + ",v1=" + hmac(SECRET, now + "." + body);
    }

    static String hmac(String secret, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private void assertAppliedOnce(JdbcClient jdbc, String what) {
        Awaitility.await("everything has been worked on")
                .atMost(Duration.ofSeconds(120))
                .until(() -> jdbc.sql("select not exists (select 1 from webhooks.work"
                                + " where state in ('received', 'processing', 'retrying'))")
                        .query(Boolean.class)
                        .single());
        Set<String> ids = all.stream().map(Sent::id).collect(Collectors.toSet());
        Set<String> stored = new HashSet<>(jdbc.sql("select event_id from webhooks.event")
                .query(String.class)
                .list());
        List<String> doubled = jdbc.sql(
                        "select event_id from public.ended join webhooks.event using (event_no) group by 1 having count(*) > 1")
                .query(String.class)
                .list();
        Set<String> applied = new HashSet<>(jdbc.sql(
                        "select event_id from public.ended join webhooks.event using (event_no) where state = 'processed'")
                .query(String.class)
                .list());
        System.out.printf(
                "%s, seed %d: %d kills, %d events, %d acknowledged, %d deliveries repeated after a failure,"
                        + " %d stored, %d applied, %d applied twice%n",
                what,
                seed,
                kills,
                ids.size(),
                acknowledged.size(),
                refused.get(),
                stored.size(),
                applied.size(),
                doubled.size());
        assertThat(acknowledged).as("all were acknowledged in the end").isEqualTo(ids);
        assertThat(stored).as("stored").isEqualTo(ids);
        assertThat(applied).as("applied").isEqualTo(ids);
        assertThat(doubled).as("applied more than once").isEmpty();
        assertThat(newestNames()).as("each customer is in the newest state").isEqualTo(names(jdbc));
    }

    private Map<String, String> newestNames() {
        return all.stream()
                .collect(Collectors.toMap(Sent::customer, sent -> sent, (a, b) -> a.created > b.created ? a : b))
                .entrySet()
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().id));
    }

    private static Map<String, String> names(JdbcClient jdbc) {
        return jdbc.sql("select id, name from billing.customer").query().listOfRows().stream()
                .collect(Collectors.toMap(row -> (String) row.get("id"), row -> (String) row.get("name")));
    }
}
