package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.HubIT;
import com.ytempire.hub.sandbox.Faults.Fault;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** How the mirror is filled, compared, mended and read. */
class MirrorUpkeepIT extends HubIT {

    private static final String UNNOTICED = "cancel_at_period_end: false at ours, true at theirs";

    @Autowired
    private ProducerTemplate routes;

    @Autowired
    private SubscriptionSweep sweep;

    @Autowired
    private MirrorRefresh refresh;

    @Autowired
    private ObjectMapper json;

    @Autowired
    private CircuitBreaker stripeBreaker;

    @AfterEach
    void noFaults() {
        SANDBOX.faults().clear();
    }

    private String subscribed() {
        String customer = SANDBOX.stripe()
                .customerWithCard(unique("u") + "@example.com")
                .get("id")
                .asText();
        String price = SANDBOX.stripe().monthlyPrice("Starter", 9700).get("id").asText();
        return SANDBOX.stripe().subscribe(customer, price).get("id").asText();
    }

    private JsonNode subscription(String id) {
        HttpResponse<String> answer = operatorGet("/api/v1/billing/subscriptions/" + id);
        return answer.statusCode() == 404 ? json.createObjectNode() : data(answer);
    }

    private void sync() {
        JsonNode run = data(operatorPost("/api/v1/billing/sync", ""));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> data(operatorGet(
                                "/api/v1/billing/sync/" + run.get("id").asLong()))
                        .get("state")
                        .asText()
                        .equals("done"));
    }

    @Test
    void aSyncBringsWhatNoEventTold() {
        String[] id = new String[1];
        SANDBOX.stripe().withoutEvents(() -> id[0] = subscribed());
        assertThat(operatorGet("/api/v1/billing/subscriptions/" + id[0]).statusCode())
                .isEqualTo(404);
        sync();
        JsonNode mirrored = subscription(id[0]);
        assertThat(mirrored.get("status").asText()).isEqualTo("active");
        assertThat(mirrored.get("unit_amount").asLong()).isEqualTo(9700);
        assertThat(mirrored.get("verified").asBoolean()).isTrue();
        String invoice = mirrored.get("latest_invoice").asText();
        assertThat(data(operatorGet("/api/v1/billing/invoices/" + invoice))
                        .get("status")
                        .asText())
                .isEqualTo("paid");
    }

    /** What an open breaker keeps back has not failed: no dead letter, no attempt. */
    @Test
    void anOpenBreakerPostponesEvents() {
        String id = SANDBOX.stripe()
                .create("customers", Map.of("email", unique("open") + "@example.com"))
                .get("id")
                .asText();
        await().atMost(Duration.ofSeconds(15))
                .until(() -> operatorGet("/api/v1/billing/customers/" + id).statusCode() == 200);
        String event = unique("evt");
        stripeBreaker.transitionToOpenState();
        try {
            postStripe("""
                    {"id":"%s","object":"event","type":"customer.updated","created":%d,"livemode":false,
                     "data":{"object":{"id":"%s","object":"customer","email":"old@example.com"}}}""".formatted(event, SANDBOX.clock().instant().getEpochSecond() - 100, id));
            await().atMost(Duration.ofSeconds(15))
                    .until(() -> jdbc.sql("select coalesce(error, '') from webhooks.event e"
                                    + " join webhooks.work w using (event_no) where e.event_id = :event")
                            .param("event", event)
                            .query(String.class)
                            .single()
                            .contains("breaker"));
            assertThat(stateOf("stripe", event)).isNotEqualTo("dead");
        } finally {
            stripeBreaker.reset();
        }
        await().atMost(Duration.ofSeconds(15)).until(() -> {
            SANDBOX.clock().advance(Duration.ofSeconds(2));
            return stateOf("stripe", event).equals("processed");
        });
    }

    @Test
    void aSyncGoesOnAfterAFailure() {
        String[] id = new String[1];
        SANDBOX.stripe().withoutEvents(() -> id[0] = subscribed());
        SANDBOX.faults().fail("stripe", Fault.status(500).on("/v1/subscriptions"), 2);
        sync();
        assertThat(subscription(id[0]).get("status").asText()).isEqualTo("active");
    }

    @Test
    void theNightlySweepFindsDriftAndOneCallMendsIt() {
        String id = subscribed();
        changeUnnoticed(id);
        SANDBOX.clock().advance(Duration.ofMinutes(10));
        routes.sendBody("direct:billing-sweep-compare", null);
        JsonNode drift = data(operatorGet("/api/v1/billing/drift?per_page=100"));
        assertThat(drift).anySatisfy(row -> {
            assertThat(row.get("subscription").asText()).isEqualTo(id);
            assertThat(row.get("field").asText()).isEqualTo("cancel_at_period_end");
            assertThat(row.get("ours").asText()).isEqualTo("false");
            assertThat(row.get("theirs").asText()).isEqualTo("true");
        });
        MirrorChange wanted = refresh.subscription(id);
        sweep.repaired(null, wanted, OPERATOR);
        assertThat(driftOf(id)).as("it was left as it is").containsExactly(UNNOTICED);
        assertThat(data(operatorPost("/api/v1/billing/drift/repair", ""))
                        .get("left")
                        .asInt())
                .isZero();
        assertThat(subscription(id).get("cancel_at_period_end").asBoolean()).isTrue();
        sweep.repaired(wanted.mirrored(), wanted, "another operator at the same time");
        assertThat(jdbc.sql("select actor || ' ' || before::text || ' ' || after::text from billing.history"
                                + " where object_id = :id and action = 'drift_repaired'")
                        .param("id", id)
                        .query(String.class)
                        .single())
                .contains(OPERATOR, "\"cancel_at_period_end\": \"false\"", "\"cancel_at_period_end\": \"true\"");
    }

    @Test
    void theNightlySweepFindsWhatStripeNoLongerLists() {
        String id = unique("sub");
        String event = unique("evt");
        long then = SANDBOX.clock().instant().getEpochSecond();
        postStripe("""
                {"id":"%s","object":"event","type":"customer.subscription.created","created":%d,"livemode":false,
                 "api_version":"2023-10-16","data":{"object":{"id":"%s","object":"subscription","customer":"cus_lost",
                 "status":"active","created":%d}}}""".formatted(event, then, id, then));
        awaitState("stripe", event, "processed");
        SANDBOX.clock().advance(Duration.ofMinutes(10));
        routes.sendBody("direct:billing-sweep-compare", null);
        assertThat(driftOf(id)).containsExactly("status: active at ours, null at theirs");
        assertThat(data(operatorPost("/api/v1/billing/drift/repair", ""))
                        .get("left")
                        .asInt())
                .isZero();
        assertThat(subscription(id).get("deleted_at").isNull()).isFalse();
        routes.sendBody("direct:billing-sweep-compare", null);
        assertThat(driftOf(id)).as("it is known to be gone").isEmpty();
    }

    @Test
    void theNightlySweepFindsWhatIsHeldAsDeletedAndLives() {
        String id = subscribed();
        awaitSettled(id);
        jdbc.sql("update billing.subscription set deleted_at = state_at where id = :id")
                .param("id", id)
                .update();
        SANDBOX.clock().advance(Duration.ofMinutes(10));
        routes.sendBody("direct:billing-sweep-compare", null);
        assertThat(driftOf(id)).containsExactly("status: deleted at ours, active at theirs");
        operatorPost("/api/v1/billing/drift/repair", "");
        assertThat(subscription(id).get("deleted_at").isNull()).isTrue();
    }

    /** Once all that was told of it has taken effect: whatever is read after the change would bring it. */
    private void changeUnnoticed(String id) {
        awaitSettled(id);
        SANDBOX.stripe()
                .withoutEvents(
                        () -> SANDBOX.stripe().update("subscriptions", id, Map.of("cancel_at_period_end", true)));
    }

    /** What a comparison that runs beside a repair says of one that differs: it is never taken for mended meanwhile. */
    @Test
    void aDriftThatLastsIsNeverCalledRepaired() {
        String id = subscribed();
        changeUnnoticed(id);
        SANDBOX.clock().advance(Duration.ofMinutes(10));
        routes.sendBody("direct:billing-sweep-compare", null);
        assertThat(driftOf(id)).containsExactly(UNNOTICED);
        jdbc.sql("""
                        create function public.refuse() returns trigger language plpgsql as $$
                        begin
                            raise 'called repaired';
                        end $$
                        """).update();
        jdbc.sql("create trigger refuse before update on billing.drift for each row when (new.subscription = '%s'"
                                .formatted(id)
                        + " and new.repaired_at is not null) execute function public.refuse()")
                .update();
        try {
            routes.sendBody("direct:billing-sweep-compare", null);
        } finally {
            jdbc.sql("drop function public.refuse cascade").update();
        }
        assertThat(driftOf(id)).containsExactly(UNNOTICED);
    }

    private void awaitSettled(String id) {
        await().atMost(Duration.ofSeconds(15)).until(() -> {
            SANDBOX.clock().advance(Duration.ofSeconds(1)); // what was postponed is due
            return SANDBOX.deliveries().idle()
                    && jdbc.sql("""
                                    select verified and status = 'active'
                                       and not exists (select 1 from webhooks.work
                                                        where service = 'stripe' and object_key in (id, customer)
                                                          and state in ('received', 'processing', 'retrying'))
                                       and not exists (select 1 from billing.invoice
                                                        where invoice.customer = subscription.customer and not verified)
                                      from billing.subscription where id = :id
                                    """)
                            .param("id", id)
                            .query(Boolean.class)
                            .optional()
                            .orElse(false);
        });
    }

    private List<String> driftOf(String id) {
        return jdbc.sql("select field || ': ' || ours || ' at ours, ' || coalesce(theirs, 'null') || ' at theirs'"
                        + " from billing.drift where subscription = :id and repaired_at is null")
                .param("id", id)
                .query(String.class)
                .list();
    }

    @Test
    void oneSubscriptionStripeKeepsBackStopsNoOtherRepair() {
        String kept = subscribed();
        String other = subscribed();
        changeUnnoticed(kept);
        changeUnnoticed(other);
        SANDBOX.clock().advance(Duration.ofMinutes(10));
        routes.sendBody("direct:billing-sweep-compare", null);
        assertThat(driftOf(kept)).containsExactly(UNNOTICED);
        SANDBOX.faults().fail("stripe", Fault.status(403).on("/v1/subscriptions/" + kept), 100);
        HttpResponse<String> answer = operatorPost("/api/v1/billing/drift/repair", "");
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).contains("\"code\":\"stripe_failed\"").contains("1 left");
        assertThat(driftOf(kept)).containsExactly(UNNOTICED);
        assertThat(driftOf(other)).isEmpty();
        SANDBOX.faults().clear();
        assertThat(data(operatorPost("/api/v1/billing/drift/repair", "")))
                .isEqualTo(json.createObjectNode().put("repaired", 1).put("left", 0));
    }

    @Test
    void whatNobodyCouldBeSureOfIsAskedOfStripe() {
        String id = subscribed();
        await().atMost(Duration.ofSeconds(15))
                .until(() -> subscription(id).path("status").asText().equals("active"));
        jdbc.sql("update billing.subscription set verified = false, status = 'incomplete', version = version + 1"
                        + " where id = :id")
                .param("id", id)
                .update();
        await().atMost(Duration.ofSeconds(15))
                .until(() -> subscription(id).get("verified").asBoolean());
        assertThat(subscription(id).get("status").asText()).isEqualTo("active");
    }

    @Test
    void theMirrorIsReadByPageAndFilter() {
        String id = subscribed();
        await().atMost(Duration.ofSeconds(15))
                .until(() -> subscription(id).path("status").asText().equals("active"));
        String customer = subscription(id).get("customer").asText();
        HttpResponse<String> list =
                operatorGet("/api/v1/billing/subscriptions?customer=" + customer + "&status=active&per_page=1");
        assertThat(list.body()).contains("\"pagination\":{\"page\":1,\"per_page\":1,\"total\":1,\"pages\":1}");
        assertThat(data(list).get(0).get("id").asText()).isEqualTo(id);
        for (String kind :
                new String[] {"customers", "products", "prices", "invoices", "payments", "refunds", "disputes"}) {
            assertThat(operatorGet("/api/v1/billing/" + kind).statusCode()).isEqualTo(200);
        }
        assertThat(operatorGet("/api/v1/billing/prices?customer=x").statusCode())
                .isEqualTo(400);
        assertThat(operatorGet("/api/v1/billing/prices?per_page=101").statusCode())
                .isEqualTo(422);
        assertThat(operatorGet("/api/v1/billing/prices/price_unknown").statusCode())
                .isEqualTo(404);
        assertThat(send(request("/api/v1/billing/customers").GET()).statusCode())
                .isEqualTo(401);
    }
}
