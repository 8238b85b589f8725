package com.ytempire.hub.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.ytempire.hub.HubIT;
import com.ytempire.hub.camel.stripe.StripeConstants;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.apache.camel.Exchange;
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
        Exchange read =
                routes.request("direct:webhooks-reconcile-read", exchange -> exchange.setVariable("window", window));
        reconciliation.done(window, read.getMessage().getHeader(StripeConstants.DATE, Instant.class));
    }

    private Instant position() {
        return jdbc.sql("select position from webhooks.cursor where name = 'stripe-events'")
                .query(Timestamp.class)
                .single()
                .toInstant();
    }

    /** As if the machine had started with a wrong date: what Stripe sent meanwhile was refused and must be found. */
    @Test
    void aClockThatWasWrongPassesNothingOver() {
        read();
        Instant stripes = SANDBOX.clock().instant().truncatedTo(ChronoUnit.SECONDS); // as in the Date header
        ReadingWindow ofAWrongClock =
                new ReadingWindow(stripes.minus(Duration.ofMinutes(10)), stripes.plus(Duration.ofDays(20)));
        reconciliation.done(ofAWrongClock, stripes);
        assertThat(position()).isEqualTo(stripes);

        ReadingWindow ofTheFuture =
                new ReadingWindow(stripes.plus(Duration.ofDays(300)), stripes.plus(Duration.ofDays(330)));
        reconciliation.done(ofTheFuture, stripes.plusSeconds(1));
        assertThat(position()).as("nothing was read").isEqualTo(stripes);

        jdbc.sql("update webhooks.cursor set position = position + interval '1 year', updated_at = 'epoch'"
                        + " where name = 'stripe-events'")
                .update();
        assertThat(reconciliation.begin().from()).isBefore(SANDBOX.clock().instant());
        read();
        assertThat(position()).isBefore(SANDBOX.clock().instant().plusSeconds(1));
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
