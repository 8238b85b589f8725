package com.ytempire.hub.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.ytempire.hub.TestDatabase;
import com.ytempire.hub.platform.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.FileSystemUtils;

/** The jar as it is shipped, in the shape it has in production. */
@OwnProcesses
class PackagedIT {

    private static final Path FOLDER = Path.of("target", "packaged").toAbsolutePath();

    /** A new folder for each run; what an earlier run left does not disturb. */
    private static Path fresh(String name) {
        return FOLDER.resolve(name + "-" + Instant.now().toEpochMilli());
    }

    @Test
    void withoutAnyCredentialsItStartsAndSaysWhatIsOff() throws IOException {
        Path data = fresh("bare");
        Instant start = Instant.now();
        try (HubProcess hub = new HubProcess("bare", data)
                .with("HUB_OPERATOR_PASSWORD", "operator-of-the-test")
                .start(List.of())) {
            System.out.printf(
                    "started with a new database in %d ms%n",
                    Duration.between(start, Instant.now()).toMillis());
            assertThat(hub.post("/api/v1/webhooks/stripe", "Stripe-Signature", "t=1,v1=00", "{}"))
                    .isEqualTo(503);
            assertThat(hub.post("/api/v1/webhooks/n8n", "X-N8N-Signature", "00", "{}"))
                    .isEqualTo(503);
            String log = Files.readString(FOLDER.resolve("bare.log"));
            assertThat(log)
                    .contains("STRIPE_WEBHOOK_SECRET")
                    .contains("N8N_WEBHOOK_SECRET")
                    .contains("STRIPE_SECRET_KEY");
            assertThat(hub.management("/actuator/health", null))
                    .contains("\"status\":\"UP\"")
                    .doesNotContain("vendors");
            assertThat(hub.management("/actuator/health", "operator:operator-of-the-test"))
                    .contains("vendors", "STRIPE_SECRET_KEY");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("secrets"))))
                    .isEqualTo("rw-------");
            assertThat(Files.readString(data.resolve("secrets"))).contains("HUB_ENCRYPTION_KEY", "JWT_SECRET_KEY");
        }
    }

    /** It must not stay up as a process that serves nothing. */
    @Test
    void aFlowThatCannotBeBuiltEndsTheProcess() throws IOException {
        Path routes = fresh("routes");
        FileSystemUtils.copyRecursively(Path.of("routes"), routes);
        Files.writeString(routes.resolve("broken.camel.yaml"), """
                - route:
                    id: broken
                    from:
                      uri: direct:broken
                      steps:
                        - bean:
                            ref: thereIsNoSuchBean
                """);
        try (HubProcess hub = new HubProcess("broken", fresh("broken")).with("HUB_ROUTES", routes.toString())) {
            assertThatThrownBy(hub::start).hasMessageContaining("broken ended");
        }
    }

    @Test
    void aCleanStopFinishesWhatIsUnderWayAndReturnsWhatIsClaimed() throws Exception {
        TestPostgres postgres = TestDatabase.server();
        String url = postgres.freshDatabase();
        HubProcess hub = new HubProcess("stopped", fresh("stopped"))
                .with("STRIPE_WEBHOOK_SECRET", CrashIT.SECRET)
                .with("HUB_ENCRYPTION_KEY", TestDatabase.ENCRYPTION_KEY)
                .with("JWT_SECRET_KEY", TestDatabase.JWT_KEY)
                .on(postgres, url);
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        AtomicInteger number = new AtomicInteger();
        AtomicBoolean sending = new AtomicBoolean(true);
        ExecutorService senders = Executors.newFixedThreadPool(4);
        hub.start();
        for (int i = 0; i < 4; i++) {
            senders.submit(() -> {
                while (sending.get()) {
                    String id = "evt_stop_" + number.incrementAndGet();
                    String body = """
                            {"id":"%s","object":"event","type":"customer.updated","created":1700000000,
                             "livemode":false,"data":{"object":{"id":"cus_%s","object":"customer"}}}""".formatted(id, id);
                    if (hub.post("/api/v1/webhooks/stripe", "Stripe-Signature", CrashIT.signature(body), body) == 200) {
                        acknowledged.add(id);
                    }
                }
            });
        }
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> acknowledged.size() > 300);
        hub.stop();
        sending.set(false);
        senders.shutdown();
        assertThat(senders.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        JdbcClient jdbc = CrashIT.database(url, postgres.user(), postgres.password());
        assertThat(jdbc.sql("select count(*) from webhooks.work where state = 'processing'")
                        .query(Long.class)
                        .single())
                .as("claims nobody holds")
                .isZero();
        assertThat(jdbc.sql("select event_id from webhooks.event")
                        .query(String.class)
                        .list())
                .containsAll(acknowledged);
    }
}
