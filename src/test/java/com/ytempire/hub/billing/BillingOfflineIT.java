package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.ytempire.hub.HubIT;
import com.ytempire.hub.accounts.TestUsers;
import java.net.http.HttpResponse;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** The switch for when payments are down: nothing goes out, nothing is lost, and the queue drains afterwards. */
class BillingOfflineIT extends HubIT {

    @Autowired
    private BillingOffline offline;

    @AfterEach
    void online() {
        offline.end(OPERATOR);
    }

    private List<String> told(Instant since) {
        return jdbc.sql("select payload->>'subject' from notifications.outbox"
                        + " where starts_with(key, 'billing-offline:') and created_at >= :since order by id")
                .param("since", Timestamp.from(since))
                .query(String.class)
                .list();
    }

    @Test
    void offlineNothingIsSent_whatCanWaitIsQueued_andDrainsInTheEnd() {
        TestUsers.User user = user();
        Instant begun = SANDBOX.clock().instant();
        offline.begin("trying it out", OPERATOR);
        offline.begin("asked twice", OPERATOR);
        assertThat(offline.breaker()).isEqualTo("forced_open");

        HttpResponse<String> queued = userPost(user, "/api/v1/billing/customers", "{}");
        assertThat(queued.statusCode()).as(queued.body()).isEqualTo(202);
        assertThat(tree(queued).at("/data/status").asText()).isEqualTo("queued");
        String command = tree(queued).at("/data/command_id").asText();
        assertThat(state(command)).isEqualTo("waiting");

        offline.end(OPERATOR);
        assertThat(offline.breaker()).isEqualTo("closed");
        SANDBOX.clock().advance(Duration.ofSeconds(30));
        await().atMost(Duration.ofSeconds(15)).until(() -> state(command).equals("done"));
        assertThat(told(begun)).containsExactly("Payments are offline", "Payments are online again");
    }

    private String state(String command) {
        return jdbc.sql("select state from billing.command where id = :id")
                .param("id", UUID.fromString(command))
                .query(String.class)
                .single();
    }
}
