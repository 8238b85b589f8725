package com.ytempire.hub.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.TestDatabase;
import com.ytempire.hub.platform.TestPostgres;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.FileSystemUtils;

/**
 * The database goes away under a running hub, once stopped and once frozen: senders are told to come again, quickly, and
 * afterwards all is well. {@code -Doutage.seconds=} makes it longer; it outlasts the driver's wait for an answer, of ten
 * seconds.
 */
@OwnProcesses
class DatabaseOutageIT {

    private static final Duration OUTAGE = Duration.ofSeconds(Integer.getInteger("outage.seconds", 15));

    private static final int IN_FLIGHT = 4;

    private final Set<String> acknowledged = new HashSet<>();
    private int sent;

    @Test
    void sendersAreToldToComeAgainAndNothingIsLost() throws SQLException, IOException {
        Path folder = Path.of("target", "outage").toAbsolutePath();
        FileSystemUtils.deleteRecursively(folder);
        try (TestPostgres postgres = TestPostgres.on(folder.resolve("database"));
                HubProcess hub = new HubProcess("hub", folder.resolve("hub"))
                        .with("STRIPE_WEBHOOK_SECRET", CrashIT.SECRET)
                        .with(
                                "HUB_WEBHOOKS_WORK_LEASE",
                                "10s") // what the outage interrupted is taken up within the test
                        .with("HUB_WEBHOOKS_WORK_RENEW", "3s")
                        .with("HUB_ENCRYPTION_KEY", TestDatabase.ENCRYPTION_KEY)
                        .with("JWT_SECRET_KEY", TestDatabase.JWT_KEY)
                        .with("SPRING_DATASOURCE_URL", postgres.url())
                        .with("SPRING_DATASOURCE_USERNAME", postgres.user())
                        .with("SPRING_DATASOURCE_PASSWORD", postgres.password())
                        .start()) {
            JdbcClient jdbc = CrashIT.database(postgres.url(), postgres.user(), postgres.password());
            CrashIT.countEnds(jdbc);
            assertAccepts(hub, 20);

            ExecutorService senders = Executors.newFixedThreadPool(IN_FLIGHT);
            try (Connection blocker =
                    DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password())) {
                blocker.setAutoCommit(false);
                List<String> waiting = blockWorkAndIntake(hub, jdbc, blocker, senders);
                postgres.freeze();
                try {
                    assertRefusesFor(hub, OUTAGE);
                } finally {
                    postgres.unfreeze();
                }
                blocker.rollback();
                assertComesBack(hub);
                waiting.forEach(id -> assertThat(post(hub, id))
                        .as("sent again, stored or not")
                        .isEqualTo(200));
            } finally {
                senders.shutdownNow();
            }
            assertAccepts(hub, 20);

            postgres.stop();
            try {
                assertRefusesFor(hub, Duration.ofSeconds(5));
            } finally {
                postgres.start();
            }
            assertComesBack(hub);
            assertAccepts(hub, 20);
            assertEachTookEffectOnce(jdbc);
        }
    }

    /**
     * Events claimed and in the middle of their transaction, and others in the middle of the statement that stores them.
     *
     * @return the latter: nobody has had an answer for them
     */
    private List<String> blockWorkAndIntake(
            HubProcess hub, JdbcClient jdbc, Connection blocker, ExecutorService senders) throws SQLException {
        try (Statement lock = blocker.createStatement()) {
            lock.execute("lock table billing.customer in exclusive mode");
            assertAccepts(hub, IN_FLIGHT);
            awaitBlocked(jdbc, "%billing.customer%", 2);
            assertThat(jdbc.sql("select count(*) from webhooks.work where state = 'processing'")
                            .query(Long.class)
                            .single())
                    .as("claimed")
                    .isGreaterThanOrEqualTo(2);
            lock.execute("lock table webhooks.event in exclusive mode");
            List<String> waiting = new ArrayList<>();
            for (int i = 0; i < IN_FLIGHT; i++) {
                String id = "evt_waiting_" + i;
                waiting.add(id);
                senders.submit(() -> exchange(hub, id));
            }
            awaitBlocked(jdbc, "%insert into webhooks.event%", 1);
            return waiting;
        }
    }

    private static void awaitBlocked(JdbcClient jdbc, String statement, int atLeast) {
        Awaitility.await("statements under way")
                .atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> jdbc.sql("select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
                                        + " and application_name = 'ytempire-hub' and query like :statement")
                                .param("statement", statement)
                                .query(Long.class)
                                .single()
                        >= atLeast);
    }

    private int post(HubProcess hub) {
        return post(hub, "evt_outage_" + sent++);
    }

    private int post(HubProcess hub, String id) {
        int status = exchange(hub, id).map(HttpResponse::statusCode).orElse(0);
        if (status == 200) {
            acknowledged.add(id);
        }
        return status;
    }

    private static Optional<HttpResponse<Void>> exchange(HubProcess hub, String id) {
        String body = """
                {"id":"%s","object":"event","type":"customer.updated","created":%d,"livemode":false,
                 "data":{"object":{"id":"cus_%s","object":"customer","name":"%s"}}}""".formatted(id, Instant.now().getEpochSecond(), id, id);
        return hub.exchange("/api/v1/webhooks/stripe", "Stripe-Signature", CrashIT.signature(body), body);
    }

    private void assertAccepts(HubProcess hub, int events) {
        for (int i = 0; i < events; i++) {
            assertThat(post(hub)).isEqualTo(200);
        }
    }

    private void assertRefusesFor(HubProcess hub, Duration outage) {
        Instant end = Instant.now().plus(outage);
        List<Long> millis = new ArrayList<>();
        while (Instant.now().isBefore(end)) {
            Instant start = Instant.now();
            HttpResponse<Void> answer = exchange(hub, "evt_outage_" + sent++).orElseThrow();
            assertThat(answer.statusCode())
                    .as("answered while the database is away")
                    .isEqualTo(503);
            assertThat(answer.headers().firstValueAsLong("Retry-After").orElse(0))
                    .as("seconds until it is worth another try")
                    .isBetween(1L, 60L);
            millis.add(Duration.between(start, Instant.now()).toMillis());
        }
        assertThat(millis).as("whoever waits for the commit waits not for long").allMatch(each -> each < 4000);
        List<Long> sorted = millis.stream().sorted().toList();
        assertThat(sorted.get(sorted.size() / 2))
                .as("the others are told at once")
                .isLessThan(200);
    }

    private void assertComesBack(HubProcess hub) {
        Awaitility.await("events are accepted again")
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> post(hub) == 200);
    }

    private void assertEachTookEffectOnce(JdbcClient jdbc) {
        Awaitility.await("everything has been worked on")
                .atMost(Duration.ofSeconds(90))
                .until(() -> jdbc.sql("select not exists (select 1 from webhooks.work"
                                + " where state in ('received', 'processing', 'retrying'))")
                        .query(Boolean.class)
                        .single());
        List<String> applied = jdbc.sql("select event_id from public.ended join webhooks.event using (event_no)"
                        + " where state = 'processed'")
                .query(String.class)
                .list();
        assertThat(applied).as("applied once").doesNotHaveDuplicates().containsAll(acknowledged);
        System.out.printf("%d sent, %d acknowledged, %d applied%n", sent, acknowledged.size(), applied.size());
    }
}
