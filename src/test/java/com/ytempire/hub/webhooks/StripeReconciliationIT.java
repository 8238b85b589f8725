package com.ytempire.hub.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.ytempire.hub.HubIT;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Events that Stripe lists but never delivers. */
class StripeReconciliationIT extends HubIT {

    @Autowired
    private StripeReconciliation reconciliation;

    @Autowired
    private ProducerTemplate routes;

    private void read() {
        jdbc.sql("update webhooks.cursor set updated_at = now() - interval '1 hour'")
                .update();
        ReadingWindow window = reconciliation.begin();
        routes.send("direct:webhooks-reconcile-read", exchange -> exchange.setVariable("window", window));
        reconciliation.done(window);
    }

    @Test
    void whatWasNeverDeliveredComesInByTheSameWay() {
        SANDBOX.deliveries().drop("stripe", 1);
        String email = unique("lost") + "@example.com";
        SANDBOX.stripe().create("customers", Map.of("email", email));
        String id = SANDBOX.stripe().events().stream()
                .filter(event -> event.at("/data/object/email").asText().equals(email))
                .findFirst()
                .orElseThrow()
                .get("id")
                .asText();
        assertThat(stateOf("stripe", id)).isEqualTo("absent");
        read();
        awaitState("stripe", id, "processed", "ignored");
        assertThat(jdbc.sql("select source from webhooks.event where event_id = :id")
                        .param("id", id)
                        .query(String.class)
                        .single())
                .isEqualTo("reconciliation");
    }

    @Test
    void whatWasDeliveredIsNotStoredAgain() {
        String email = unique("seen") + "@example.com";
        SANDBOX.stripe().create("customers", Map.of("email", email));
        await().atMost(Duration.ofSeconds(10)).until(() -> SANDBOX.deliveries().idle());
        long before = count();
        read();
        assertThat(count()).isEqualTo(before);
    }

    private long count() {
        return jdbc.sql("select count(*) from webhooks.event where service = 'stripe'")
                .query(Long.class)
                .single();
    }

    @Test
    void aSecondNodeLeavesTheReadingToTheFirst() {
        jdbc.sql("update webhooks.cursor set updated_at = now() - interval '1 hour'")
                .update();
        assertThat(reconciliation.begin()).isNotNull();
        assertThat(reconciliation.begin()).isNull();
    }
}
