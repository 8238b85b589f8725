package com.ytempire.hub.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.ytempire.hub.platform.Problem;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** What the threads that store survive. */
class EventWriterTest {

    private static final WebhookSettings SETTINGS = new WebhookSettings(
            Map.of(),
            null,
            null,
            null,
            new WebhookSettings.Store(1, 64, 100, Duration.ofSeconds(5), Duration.ofMinutes(1), Duration.ZERO),
            null,
            null,
            null,
            null);

    private final AtomicInteger connections = new AtomicInteger();

    @Test
    void aBatchTooLargeForTheMemoryEndsNoThread() throws InterruptedException {
        DataSource database = (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    if (connections.incrementAndGet() == 1) {
                        throw new OutOfMemoryError("of a test");
                    }
                    throw new SQLException("away", "08006");
                });
        EventWriter writer = new EventWriter(database, SETTINGS);
        for (int tries = 1; tries <= 2; tries++) {
            assertThatExceptionOfType(Problem.class)
                    .isThrownBy(() -> writer.store(event(), true))
                    .satisfies(problem -> assertThat(problem.code()).isEqualTo("not_stored"));
            assertThat(connections).as("the thread took it").hasValue(tries);
        }
        writer.stop();
    }

    private static NewEvent event() {
        return new NewEvent(
                "stripe",
                "evt_1",
                "test",
                "key",
                "evt_1",
                "test",
                null,
                false,
                null,
                null,
                null,
                Instant.EPOCH,
                null,
                new byte[0],
                null);
    }
}
