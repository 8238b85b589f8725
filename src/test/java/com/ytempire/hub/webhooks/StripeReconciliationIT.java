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
        assertThat(read.getException()).isNull();
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

    /** On more than one page of a hundred: a reading finds the few and does not even try to store the others. */
    @Test
    void amongWhatWasDeliveredOnlyTheMissingIsStored() {
        read();
        int lost = 2;
        for (int i = 0; i < 210; i++) {
            if (i % 100 == 50) {
                SANDBOX.deliveries().drop("stripe", 1);
            }
            SANDBOX.stripe().create("customers", Map.of("email", unique("seen") + "@example.com"));
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> SANDBOX.deliveries().idle());
        long before = numbersUsed();
        read();
        assertThat(numbersUsed()).isEqualTo(before + lost);
        read();
        assertThat(numbersUsed()).as("all are known").isEqualTo(before + lost);
    }

    /** Every try to store an event takes a number, also one that finds it there. */
    private long numbersUsed() {
        return jdbc.sql(
                        "select last_value from pg_sequences where schemaname = 'webhooks'"
                                + " and sequencename = split_part(pg_get_serial_sequence('webhooks.event', 'event_no'), '.', 2)")
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
