package com.ytempire.hub.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.TestDatabase;
import com.ytempire.hub.platform.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The database goes away under a running hub, once stopped and once frozen: senders are told to come again, quickly, and
 * afterwards all is well. {@code -Doutage.seconds=} makes it longer or shorter.
 */
class DatabaseOutageIT {

    private static final Duration OUTAGE = Duration.ofSeconds(Integer.getInteger("outage.seconds", 30));

    private final Set<String> acknowledged = new HashSet<>();
    private int sent;

    @Test
    void sendersAreToldToComeAgainAndNothingIsLost() {
        Path folder = Path.of("target", "outage").toAbsolutePath();
        try (TestPostgres postgres = TestPostgres.on(folder.resolve("database"));
                HubProcess hub = new HubProcess("hub", folder.resolve("hub"))
                        .with("STRIPE_WEBHOOK_SECRET", CrashIT.SECRET)
                        .with("HUB_ENCRYPTION_KEY", TestDatabase.ENCRYPTION_KEY)
                        .with("JWT_SECRET_KEY", TestDatabase.JWT_KEY)
                        .with("SPRING_DATASOURCE_URL", postgres.url())
                        .with("SPRING_DATASOURCE_USERNAME", postgres.user())
                        .with("SPRING_DATASOURCE_PASSWORD", postgres.password())
                        .start()) {
            JdbcClient jdbc = CrashIT.database(postgres.url(), postgres.user(), postgres.password());
            CrashIT.countEnds(jdbc);
            assertAccepts(hub, 20);

            postgres.freeze();
            try {
                assertRefusesFor(hub, OUTAGE);
            } finally {
                postgres.unfreeze();
            }
            assertComesBack(hub);
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

    private int post(HubProcess hub) {
        String id = "evt_outage_" + sent++;
        String body = """
                {"id":"%s","object":"event","type":"customer.updated","created":%d,"livemode":false,
                 "data":{"object":{"id":"cus_%s","object":"customer","name":"%s"}}}""".formatted(id, Instant.now().getEpochSecond(), id, id);
        int status = hub.post("/api/v1/webhooks/stripe", "Stripe-Signature", CrashIT.signature(body), body);
        if (status == 200) {
            acknowledged.add(id);
        }
        return status;
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
            assertThat(post(hub)).as("answered while the database is away").isEqualTo(503);
            millis.add(Duration.between(start, Instant.now()).toMillis());
        }
        assertThat(millis.get(0)).as("the first one waits for the commit").isLessThan(4000);
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
