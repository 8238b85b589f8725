package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.HubIT;
import com.ytempire.hub.sandbox.Faults.Fault;
import com.ytempire.hub.webhooks.ClaimedEvent;
import java.net.URI;
import java.net.http.HttpRequest;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** What Stripe's events leave in the mirror, against a Stripe that keeps state. */
class StripeMirrorIT extends HubIT {

    private static final String USUAL_VERSION = "2023-10-16";

    @Autowired
    private ProducerTemplate routes;

    @AfterEach
    void usualStripe() {
        SANDBOX.faults().clear();
        SANDBOX.stripe().apiVersion(USUAL_VERSION);
        SANDBOX.stripe().thinEvents(false);
        SANDBOX.stripe().snapshotEvents(true);
    }

    private Map<String, Object> row(String table, String id) {
        return jdbc
                .sql("select * from billing." + table + " where id = :id")
                .param("id", id)
                .query()
                .listOfRows()
                .stream()
                .findFirst()
                .orElse(Map.of());
    }

    private void awaitQuiet() {
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    SANDBOX.clock().advance(Duration.ofSeconds(1));
                    return SANDBOX.deliveries().idle()
                            && jdbc.sql("select not exists (select 1 from webhooks.work where service = 'stripe'"
                                            + " and state in ('received', 'processing', 'retrying')"
                                            + " and object_key like 'cus\\_%')")
                                    .query(Boolean.class)
                                    .single();
                });
    }

    private ObjectNode subscribed() {
        ObjectNode customer = SANDBOX.stripe().customerWithCard(unique("a") + "@example.com");
        ObjectNode price = SANDBOX.stripe().monthlyPrice("Growth", 29700);
        return SANDBOX.stripe()
                .subscribe(customer.get("id").asText(), price.get("id").asText());
    }

    @ParameterizedTest
    @ValueSource(strings = {"2020-08-27", "2023-10-16", "2024-12-18.acacia", "2025-03-31.basil"})
    void readsEveryShapeAccountsSend(String apiVersion) {
        SANDBOX.stripe().apiVersion(apiVersion);
        ObjectNode subscription = subscribed();
        String id = subscription.get("id").asText();
        await().atMost(Duration.ofSeconds(15))
                .until(() -> "active".equals(row("subscription", id).get("status")));
        awaitQuiet();
        Map<String, Object> mirrored = row("subscription", id);
        assertThat(mirrored)
                .containsEntry("customer", subscription.get("customer").asText())
                .containsEntry("unit_amount", 29700L)
                .containsEntry("currency", "usd")
                .containsEntry("quantity", 1L)
                .containsEntry("verified", true);
        Instant end = ((Timestamp) mirrored.get("current_period_end")).toInstant();
        assertThat(end).isAfter(SANDBOX.clock().instant().plus(Duration.ofDays(27)));
        Map<String, Object> invoice = row("invoice", (String) mirrored.get("latest_invoice"));
        assertThat(invoice)
                .containsEntry("status", "paid")
                .containsEntry("subscription", id)
                .containsEntry("total", 29700L)
                .containsEntry("amount_paid", 29700L);
        String payment = (String) invoice.get("payment");
        assertThat(row("payment", payment)).containsEntry("status", "succeeded");
        assertThat(operatorGet("/api/v1/billing/payments/" + payment).body())
                .contains("\"invoice\":\"" + invoice.get("id") + "\"");
        assertThat(row("customer", subscription.get("customer").asText()).get("email"))
                .asString()
                .endsWith("@example.com");
    }

    /** Every order, with any duplicates, ends in what Stripe holds. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void endsInTheSameStateWhateverTheOrder(long seed) {
        SANDBOX.deliveries().hold("stripe");
        SANDBOX.deliveries().duplicate("stripe", 1, 20);
        ObjectNode subscription = subscribed();
        String id = subscription.get("id").asText();
        SANDBOX.stripe().pause(id);
        SANDBOX.clock().advance(Duration.ofSeconds(2));
        SANDBOX.stripe().resume(id);
        SANDBOX.stripe().update("subscriptions", id, Map.of("cancel_at_period_end", true));
        SANDBOX.clock().advance(Duration.ofSeconds(1));
        SANDBOX.stripe().update("subscriptions", id, Map.of("cancel_at_period_end", false));
        if (seed % 2 == 0) {
            SANDBOX.stripe().cancel(id);
        }
        SANDBOX.deliveries().releasePermuted("stripe", seed);
        awaitQuiet();
        ObjectNode atStripe = SANDBOX.stripe().find(id).orElseThrow();
        assertThat(row("subscription", id))
                .containsEntry("status", atStripe.get("status").asText())
                .containsEntry(
                        "cancel_at_period_end",
                        atStripe.get("cancel_at_period_end").asBoolean());
        String invoice = atStripe.get("latest_invoice").asText();
        assertThat(row("invoice", invoice))
                .containsEntry(
                        "status",
                        SANDBOX.stripe()
                                .find(invoice)
                                .orElseThrow()
                                .get("status")
                                .asText());
    }

    @Test
    void thinAndSnapshotEventOfOneChangeActOnce() {
        SANDBOX.stripe().thinEvents(true);
        ObjectNode customer = SANDBOX.stripe().create("customers", Map.of("email", unique("thin") + "@example.com"));
        String id = customer.get("id").asText();
        await().atMost(Duration.ofSeconds(15))
                .until(() ->
                        jdbc.sql("select count(*) from webhooks.work where object_key = :id and state = 'processed'")
                                        .param("id", id)
                                        .query(Long.class)
                                        .single()
                                == 2);
        assertThat(row("customer", id))
                .containsEntry("version", 1)
                .containsEntry("email", customer.get("email").asText());
        assertThat(jdbc.sql("select result from webhooks.work where object_key = :id order by event_no")
                        .param("id", id)
                        .query(String.class)
                        .list())
                .anyMatch(result -> result.contains("another event"));

        String swallowed = jdbc.sql("select event_id from webhooks.event join webhooks.work w using (event_no)"
                        + " where w.object_key = :id and w.result like 'another event%'")
                .param("id", id)
                .query(String.class)
                .single();
        operatorPost("/api/v1/webhooks/events/stripe/" + swallowed + "/replay", "");
        await("a replay is never swallowed")
                .atMost(Duration.ofSeconds(15))
                .until(() -> jdbc.sql(
                                "select coalesce(result, '') from webhooks.work join webhooks.event using (event_no)"
                                        + " where event_id = :event")
                        .param("event", swallowed)
                        .query(String.class)
                        .single()
                        .startsWith("customer " + id));
    }

    @Test
    void takesThinEventsAlone() {
        SANDBOX.stripe().thinEvents(true);
        SANDBOX.stripe().snapshotEvents(false);
        ObjectNode subscription = subscribed();
        String id = subscription.get("id").asText();
        await().atMost(Duration.ofSeconds(15))
                .until(() -> "active".equals(row("subscription", id).get("status")));
        awaitQuiet();
        assertThat(row("subscription", id))
                .containsEntry("customer", subscription.get("customer").asText());
    }

    /** As without a key; the event may be replayed when there is one, so it must not count as the one that acted. */
    @Test
    void aNoticeNobodyCanAskAboutIsIgnored() {
        String event = unique("evt");
        long number = jdbc.sql("""
                        with stored as (
                            insert into webhooks.event
                                (service, event_id, type, object_key, change_id, source, received_at)
                            values ('stripe', :event, 'v1.customer.updated', :event, :event, 'test', now())
                            returning event_no)
                        insert into webhooks.work (event_no, service, object_key, state, due_at, attempt, lease_until)
                        select event_no, 'stripe', :event, 'processing', now(), 1, now() + interval '1 minute'
                          from stored
                        returning event_no
                        """).param("event", event).query(Long.class).single();
        Instant now = SANDBOX.clock().instant();
        ClaimedEvent claimed = new ClaimedEvent(
                number,
                "stripe",
                event,
                "v1.customer.updated",
                event,
                event,
                now,
                now,
                false,
                null,
                new byte[0],
                1,
                false);
        routes.sendBody(
                "direct:billing-mirror-apply",
                new MirrorChange(
                        claimed,
                        MirrorKind.CUSTOMER,
                        "cus_1",
                        Held.NOTHING,
                        OrderingGuard.Decision.IGNORE,
                        null,
                        now,
                        false,
                        false));
        assertThat(stateOf("stripe", event)).isEqualTo("ignored");
        assertThat(jdbc.sql("select count(*) from billing.applied_change where change_id = :event")
                        .param("event", event)
                        .query(Long.class)
                        .single())
                .isZero();
    }

    @Test
    void keepsANulVisibleInsteadOfFailing() {
        String id = unique("cus");
        String event = unique("evt");
        String body = """
                {"id":"%s","object":"event","type":"customer.updated","created":%d,"livemode":false,
                 "data":{"object":{"id":"%s","object":"customer","email":"nul@example.com","name":"A\\u0000B"}}}""".formatted(event, SANDBOX.clock().instant().getEpochSecond(), id);
        assertThat(postStripe(body).statusCode()).isEqualTo(200);
        awaitState("stripe", event, "processed");
        assertThat(row("customer", id)).containsEntry("name", "A\uFFFDB");
    }

    @Test
    void deletesWhatStripeDeletedAndNeverBringsItBack() {
        ObjectNode customer = SANDBOX.stripe().create("customers", Map.of("email", unique("gone") + "@example.com"));
        String id = customer.get("id").asText();
        await().atMost(Duration.ofSeconds(10)).until(() -> !row("customer", id).isEmpty());
        SANDBOX.clock().advance(Duration.ofSeconds(5));
        SANDBOX.stripe().delete("customers", id);
        await().atMost(Duration.ofSeconds(10)).until(() -> row("customer", id).get("deleted_at") != null);
        assertThat(row("customer", id))
                .containsEntry("email", customer.get("email").asText());
        // an older update comes late
        String event = unique("evt");
        String body = """
                {"id":"%s","object":"event","type":"customer.updated","created":%d,"livemode":false,
                 "data":{"object":{"id":"%s","object":"customer","email":"back@example.com"}}}""".formatted(event, SANDBOX.clock().instant().getEpochSecond() - 3, id);
        postStripe(body);
        awaitState("stripe", event, "processed");
        assertThat(row("customer", id).get("deleted_at")).isNotNull();
    }

    /** Stripe does not know the product: had it been asked, the product would be deleted. */
    @Test
    void stripeIsNotAskedAboutTheStateItsAnswerHasBrought() {
        String id = unique("prod");
        String event = unique("evt");
        String object = "{\"id\":\"%s\",\"object\":\"product\",\"name\":\"Known\"}".formatted(id);
        Instant now = SANDBOX.clock().instant();
        jdbc.sql("insert into billing.product (id, version, state_at, verified, object, name)"
                        + " values (:id, 1, :now, true, :object::jsonb, 'Known')")
                .param("id", id)
                .param("now", Timestamp.from(now))
                .param("object", object)
                .update();
        postStripe("""
                {"id":"%s","object":"event","type":"product.created","created":%d,"livemode":false,
                 "data":{"object":%s}}""".formatted(event, now.getEpochSecond() - 1, object));
        awaitState("stripe", event, "processed");
        assertThat(row("product", id)).containsEntry("deleted_at", null).containsEntry("version", 1);
    }

    @Test
    void anOlderEventOfAnObjectStripeDoesNotKnowMeansDeleted() {
        String id = unique("prod");
        long now = SANDBOX.clock().instant().getEpochSecond();
        for (long created : new long[] {now, now - 10}) {
            String event = unique("evt");
            postStripe("""
                    {"id":"%s","object":"event","type":"product.updated","created":%d,"livemode":false,
                     "data":{"object":{"id":"%s","object":"product","name":"Ghost"}}}""".formatted(event, created, id));
            awaitState("stripe", event, "processed");
        }
        assertThat(row("product", id).get("deleted_at")).isNotNull();
        assertThat(row("product", id)).containsEntry("name", "Ghost");
    }

    @Test
    void waitsWhileStripeIsDownAndCatchesUpAfterwards() {
        ObjectNode customer = SANDBOX.stripe().create("customers", Map.of("email", unique("down") + "@example.com"));
        String id = customer.get("id").asText();
        await().atMost(Duration.ofSeconds(10)).until(() -> !row("customer", id).isEmpty());
        SANDBOX.faults().fail("stripe", Fault.status(500).on("/v1/customers/" + id), 4);
        String event = unique("evt");
        postStripe("""
                {"id":"%s","object":"event","type":"customer.updated","created":%d,"livemode":false,
                 "data":{"object":{"id":"%s","object":"customer","email":"old@example.com"}}}""".formatted(event, SANDBOX.clock().instant().getEpochSecond() - 100, id));
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    SANDBOX.clock().advance(Duration.ofMinutes(5));
                    return stateOf("stripe", event).equals("processed");
                });
        assertThat(row("customer", id))
                .containsEntry("email", customer.get("email").asText());
    }

    /** Each try asks Stripe, so an event that always comes too late must not be tried as fast as it goes. */
    @Test
    void anEventWhoseObjectChangesAllTheTimeIsTriedLessAndLess() {
        ObjectNode customer = SANDBOX.stripe().create("customers", Map.of("email", unique("busy") + "@example.com"));
        String id = customer.get("id").asText();
        await().atMost(Duration.ofSeconds(10)).until(() -> !row("customer", id).isEmpty());
        String event = unique("evt");
        jdbc.sql("""
                        create function public.change_%1$s() returns trigger language plpgsql as $$
                        begin
                            return null; -- as if another version were held by now
                        end
                        $$;
                        create trigger change_%1$s before insert on billing.customer
                           for each row when (new.id = '%2$s') execute function public.change_%1$s()
                        """.formatted(event, id)).update();
        long begin = System.nanoTime();
        postStripe("""
                {"id":"%s","object":"event","type":"customer.updated","created":%d,"livemode":false,
                 "data":{"object":{"id":"%s","object":"customer","email":"old@example.com"}}}""".formatted(event, SANDBOX.clock().instant().getEpochSecond() - 100, id));
        await().atMost(Duration.ofSeconds(15)).until(() -> attemptsOf(event) >= 6);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(1_400));
        jdbc.sql("drop function public.change_%s() cascade".formatted(event)).update();
        awaitState("stripe", event, "processed");
        assertThat(row("customer", id))
                .containsEntry("email", customer.get("email").asText());
    }

    private int attemptsOf(String event) {
        return jdbc.sql(
                        "select attempt from webhooks.work join webhooks.event using (event_no) where event_id = :event")
                .param("event", event)
                .query(Integer.class)
                .single();
    }

    @ParameterizedTest
    @CsvSource({
        "payment.succeeded,payment,succeeded",
        "payment.refunded,refund,succeeded",
        "payment.disputed,dispute,needs_response"
    })
    void mirrorsPaymentsRefundsAndDisputes(String scenario, String table, String status) {
        Set<String> before = new HashSet<>(ids(table));
        var control = send(HttpRequest.newBuilder(URI.create(SANDBOX.baseUrl() + "/_sandbox/events"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"vendor\":\"stripe\",\"scenario\":\"" + scenario + "\"}")));
        assertThat(control.statusCode()).as(control.body()).isEqualTo(200);
        await().atMost(Duration.ofSeconds(15)).until(() -> {
            List<String> now = new ArrayList<>(ids(table));
            now.removeAll(before);
            return now.stream().anyMatch(id -> status.equals(row(table, id).get("status")));
        });
    }

    private List<String> ids(String table) {
        return jdbc.sql("select id from billing." + table).query(String.class).list();
    }

    /** The same events, without a Stripe to ask: hand-made ones in shuffled orders. */
    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void severalThreadsOnOneObjectLeaveTheNewestState(long seed) {
        String id = unique("cus");
        long base = SANDBOX.clock().instant().getEpochSecond() - 1000;
        List<String> bodies = new ArrayList<>();
        List<String> events = new ArrayList<>();
        SANDBOX.faults().clear();
        for (int i = 0; i < 20; i++) {
            String event = unique("evt");
            events.add(event);
            bodies.add("""
                    {"id":"%s","object":"event","type":"customer.updated","created":%d,"livemode":false,
                     "data":{"object":{"id":"%s","object":"customer","name":"state %d"}}}""".formatted(event, base + i * 10L, id, i));
        }
        Collections.shuffle(bodies, new Random(seed));
        CompletableFuture.allOf(bodies.stream()
                        .map(body -> CompletableFuture.runAsync(
                                () -> assertThat(postStripe(body).statusCode()).isEqualTo(200)))
                        .toArray(CompletableFuture[]::new))
                .join();
        events.forEach(event -> awaitState("stripe", event, "processed"));
        // Stripe does not know this customer: whoever had to ask found it deleted, and the newest payload still won
        assertThat(row("customer", id).get("name")).isNotNull();
        assertThat(jdbc.sql("select count(*) from billing.applied_change where change_id in (:events)")
                        .param("events", events)
                        .query(Long.class)
                        .single())
                .isEqualTo(20);
    }

    /** Card and customer of one second: the later state wins, whichever was told first. */
    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void aDefaultCardOfTheCustomersFirstSecondIsNotLost(long seed) {
        SANDBOX.deliveries().hold("stripe");
        SANDBOX.deliveries().duplicate("stripe", 1, 10);
        List<ObjectNode> customers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            customers.add(SANDBOX.stripe().customerWithCard(unique("card") + "@example.com"));
        }
        SANDBOX.deliveries().releasePermuted("stripe", seed);
        awaitQuiet();
        customers.forEach(customer -> assertThat(
                        row("customer", customer.get("id").asText()))
                .containsEntry(
                        "default_payment_method",
                        customer.at("/invoice_settings/default_payment_method").asText()));
    }
}
