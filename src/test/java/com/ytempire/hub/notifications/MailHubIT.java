package com.ytempire.hub.notifications;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.ytempire.hub.HubIT;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Autowired;

/** What tests of mails have in common: what became of one in the outbox. */
abstract class MailHubIT extends HubIT {

    @Autowired
    Outbox outbox;

    static String address() {
        return unique("user") + "@example.com";
    }

    String state(String key) {
        return column(key, "state");
    }

    String column(String key, String name) {
        return jdbc.sql("select " + name + "::text from notifications.outbox where channel = 'mail' and key = :key")
                .param("key", key)
                .query(String.class)
                .optional()
                .orElse("");
    }

    void awaitState(String key, String state) {
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(
                        () -> assertThat(state(key)).as(column(key, "result")).isEqualTo(state));
    }
}
