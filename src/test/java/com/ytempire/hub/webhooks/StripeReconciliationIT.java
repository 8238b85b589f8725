package com.ytempire.hub.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.stripe.model.Event;
import com.ytempire.hub.HubIT;
import com.ytempire.hub.camel.stripe.StripeConstants;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
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
        Instant answeredAt = read.getMessage().getHeader(StripeConstants.DATE, Instant.class);
        assertThat(answeredAt).isNotNull();
        reconciliation.done(window, answeredAt);
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
    void amongWhatWasDeliveredTheMissingIsFound() {
        List<String> lost = List.of(unique("lost") + "@example.com", unique("lost") + "@example.com");
        for (int i = 0; i < 210; i++) {
            boolean drops = i % 100 == 50;
            if (drops) {
                SANDBOX.deliveries().drop("stripe", 1);
            }
            String email = drops ? lost.get(i / 100) : unique("seen") + "@example.com";
            SANDBOX.stripe().create("customers", Map.of("email", email));
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> SANDBOX.deliveries().idle());
        assertThat(lost).allSatisfy(email -> assertThat(sourceOf(email)).isEmpty());
        read();
        assertThat(lost).allSatisfy(email -> assertThat(sourceOf(email)).hasValue("reconciliation"));
    }

    private Optional<String> sourceOf(String email) {
        return jdbc.sql("select source from webhooks.event where service = 'stripe' and body is not null"
                        + " and convert_from(body, 'UTF8') like '%' || :email || '%'")
                .param("email", email)
                .query(String.class)
                .optional();
    }

    /** What is known is not even tried to be stored; a page is read when it is asked for, and no page of later ones. */
    @Test
    void ofEachPageOnlyTheMissingIsLeft() {
        SANDBOX.stripe().create("customers", Map.of("email", unique("known") + "@example.com"));
        await().atMost(Duration.ofSeconds(10)).until(() -> SANDBOX.deliveries().idle());
        String known = jdbc.sql("select event_id from webhooks.event where service = 'stripe' limit 1")
                .query(String.class)
                .single();
        List<Event> listed = new ArrayList<>();
        for (int i = 0; i < 250; i++) {
            Event event = new Event();
            event.setId(i == 20 || i == 120 ? unique("evt_missing") : known);
            listed.add(event);
        }
        AtomicInteger read = new AtomicInteger();
        Iterator<List<Event>> missing = reconciliation.missing(
                () -> listed.stream().peek(event -> read.incrementAndGet()).iterator());
        assertThat(missing.next()).containsExactly(listed.get(20));
        assertThat(read).hasValueLessThan(200);
        assertThat(missing.next()).containsExactly(listed.get(120));
        assertThat(missing.next()).isEmpty();
        assertThat(missing.hasNext()).isFalse();
    }

    @Test
    void aSecondNodeLeavesTheReadingToTheFirst() {
        jdbc.sql("update webhooks.cursor set updated_at = now() - interval '1 hour'")
                .update();
        assertThat(reconciliation.begin()).isNotNull();
        assertThat(reconciliation.begin()).isNull();
    }
}
