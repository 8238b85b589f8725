package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.sandbox.Faults.Fault;
import java.net.http.HttpResponse;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The endpoints by which users subscribe, change what they have, and look at it. */
class SubscribingIT extends BuyerHubIT {

    @Test
    void subscribesOnceWithTheTrialOfThePlan() {
        JsonNode made = subscribe("starter");
        assertThat(made.get("status").asText()).isEqualTo("trialing");
        assertThat(made.get("client_secret").asText()).startsWith("seti_");
        assertThat(made.get("current_period_end").asText()).isNotBlank();
        String id = made.get("subscription_id").asText();
        JsonNode atStripe = SANDBOX.stripe().find(id).orElseThrow();
        assertThat(atStripe.at("/metadata/plan").asText()).isEqualTo("starter");
        assertThat(atStripe.at("/metadata/channels").asText()).isEqualTo("5");
        assertThat(atStripe.at("/metadata/videos_per_day").asText()).isEqualTo("15");
        assertThat(atStripe.at("/metadata/user_id").asText())
                .isEqualTo(user.id().toString());
        JsonNode again = data(post("subscriptions", "{\"plan\":\"starter\"}"), 200);
        assertThat(again.get("subscription_id").asText()).isEqualTo(id);
        problem(post("subscriptions", "{\"plan\":\"growth\"}"), 409, "subscription_exists");
        assertThat(atStripe("subscription", atStripe.get("customer").asText())).hasSize(1);
    }

    @Test
    void manyAtOnceMakeOneSubscription() {
        String customer = customer();
        List<CompletableFuture<HttpResponse<String>>> all = IntStream.range(0, 8)
                .mapToObj(
                        number -> CompletableFuture.supplyAsync(() -> post("subscriptions", "{\"plan\":\"starter\"}")))
                .toList();
        assertThat(all.stream().map(one -> one.join().statusCode()).toList())
                .containsOnly(200, 201)
                .containsOnlyOnce(201);
        assertThat(atStripe("subscription", customer)).hasSize(1);
    }

    @Test
    void aTrialIsGivenOnceAndWithoutItTheFirstPaymentWaitsForTheCustomer() {
        String first = subscribe("starter").get("subscription_id").asText();
        data(post("subscriptions/" + first + "/cancel", "{\"at_period_end\":false}"), 200);
        JsonNode second = subscribe("growth");
        assertThat(second.get("status").asText()).isEqualTo("incomplete");
        assertThat(second.get("client_secret").asText()).startsWith("pi_");
        assertThat(data(post("subscriptions", "{\"plan\":\"growth\"}"), 200)
                        .get("client_secret")
                        .asText())
                .isEqualTo(second.get("client_secret").asText());
        problem(post("subscriptions", "{\"plan\":\"growth\",\"trial_days\":90}"), 403, "forbidden");
    }

    @Test
    void changesPlansWithPreviewAndAChangeLiftsACancellation() {
        String id = subscribed("starter");
        JsonNode preview = data(post("subscriptions/" + id + "/preview", "{\"plan\":\"growth\"}"), 200);
        assertThat(preview.get("currency").asText()).isEqualTo("usd");
        JsonNode cancelled = data(post("subscriptions/" + id + "/cancel", null), 200);
        assertThat(cancelled.get("cancel_at_period_end").asBoolean()).isTrue();
        JsonNode changed =
                data(call("PATCH", "subscriptions/" + id, null, "{\"plan\":\"growth\",\"proration\":\"none\"}"), 200);
        assertThat(changed.get("price_id").asText()).isEqualTo(GROWTH);
        assertThat(changed.get("cancel_at_period_end").asBoolean()).isFalse();
        assertThat(SANDBOX.stripe().find(id).orElseThrow().at("/metadata/plan").asText())
                .isEqualTo("growth");
    }

    /** Stripe shows ten of a preview's lines in it, the others page by page; a page may fail like any call. */
    @Test
    void aPreviewShowsAllOfItsLines() {
        String customer = customer();
        card("pm_card_visa");
        String path =
                "subscriptions/" + subscribe("starter").get("subscription_id").asText() + "/preview";
        for (int i = 0; i < 110; i++) {
            SANDBOX.stripe().create("invoiceitems", Map.of("customer", customer, "amount", 100 + i, "currency", "usd"));
        }
        SANDBOX.faults()
                .fail(
                        "stripe",
                        Fault.status(500).on("/v1/invoices/upcoming_in_").about("starting_after"),
                        1);
        problem(post(path, "{\"plan\":\"growth\"}"), 503, "billing_delayed");
        JsonNode lines = data(post(path, "{\"plan\":\"growth\"}"), 200).get("lines");
        assertThat(lines).hasSizeGreaterThan(110);
        assertThat(lines.findValuesAsText("amount")).contains("100", "209");
    }

    /** Of another moment one would pay too little, or get too much back. */
    @Test
    void aPreviewHoldsForAWhileAndNoOtherMomentIsTaken() {
        String id = subscribed("starter");
        String path = "subscriptions/" + id;
        String date = data(post(path + "/preview", "{\"plan\":\"growth\"}"), 200)
                .get("proration_date")
                .asText();
        assertThat(data(post(path + "/preview", "{\"plan\":\"growth\",\"proration\":\"none\"}"), 200)
                        .get("proration_date")
                        .isNull())
                .isTrue();
        String ahead = SANDBOX.clock().instant().plusSeconds(60).toString();
        assertThat(problem(call("PATCH", path, null, change(ahead)), 422, "preview_expired")
                        .get("field")
                        .asText())
                .isEqualTo("proration_date");
        data(call("PATCH", path, null, change(date)), 200);
        SANDBOX.clock().advance(Duration.ofMinutes(16));
        user = again(user);
        problem(call("PATCH", path, null, change(date)), 422, "preview_expired");
        problem(post(path + "/preview", change(date)), 422, "preview_expired");
    }

    private static String change(String date) {
        return "{\"plan\":\"growth\",\"proration_date\":\"" + date + "\"}";
    }

    @Test
    void pausesAndResumes() {
        String id = subscribed("starter");
        data(post("subscriptions/" + id + "/pause", null), 200);
        assertThat(SANDBOX.stripe()
                        .find(id)
                        .orElseThrow()
                        .path("pause_collection")
                        .isObject())
                .isTrue();
        data(post("subscriptions/" + id + "/resume", null), 200);
        assertThat(SANDBOX.stripe()
                        .find(id)
                        .orElseThrow()
                        .path("pause_collection")
                        .isObject())
                .isFalse();
    }

    @Test
    void whatNeedsTheCustomerIsDelayedWhileStripeIsAway() {
        customer();
        String subscription = subscribe("starter").get("subscription_id").asText();
        SANDBOX.faults().fail("stripe", Fault.cut(), 1000);
        HttpResponse<String> delayed = post("payment-methods/setup-intents", null);
        problem(delayed, 503, "billing_delayed");
        assertThat(delayed.headers().firstValue("Retry-After")).isPresent();
        JsonNode queued = data(post("subscriptions/" + subscription + "/cancel", null), 202);
        assertThat(queued.get("status").asText()).isEqualTo("queued");
        String command = queued.get("command_id").asText();
        assertThat(data(get("commands/" + command), 200).get("status").asText()).isEqualTo("queued");
        SANDBOX.faults().clear();
        stripeBreaker.reset();
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            SANDBOX.clock().advance(Duration.ofSeconds(10));
            return data(get("commands/" + command), 200).get("status").asText().equals("done");
        });
        assertThat(SANDBOX.stripe()
                        .find(subscription)
                        .orElseThrow()
                        .get("cancel_at_period_end")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void aUserSeesWhatIsHis() {
        String customer = customer();
        String id = subscribe("starter").get("subscription_id").asText();
        assertThat(data(get("subscriptions"), 200)).hasSize(1);
        assertThat(data(get("subscriptions/" + id), 200).get("id").asText()).isEqualTo(id);
        assertThat(data(get("customers"), 200).get(0).get("id").asText()).isEqualTo(customer);
        user = user();
        assertThat(data(get("subscriptions"), 200)).isEmpty();
        problem(get("subscriptions/" + id), 404, "not_found");
        problem(post("subscriptions/" + id + "/cancel", null), 404, "not_found");
    }

    /** An event of the same second is taken while the call is under way; what it told may be older than the answer. */
    @Test
    void whoHasJustChangedSomethingSeesIt() {
        String id = subscribed("starter");
        SANDBOX.deliveries().hold("stripe");
        try {
            SANDBOX.faults().fail("stripe", Fault.slow(Duration.ofSeconds(1)).on("/v1/subscriptions/" + id), 1);
            CompletableFuture<HttpResponse<String>> pause =
                    CompletableFuture.supplyAsync(() -> post("subscriptions/" + id + "/pause", null));
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> jdbc.sql("select count(*) from billing.command where object_id = :id"
                                    + " and state = 'sending'")
                            .param("id", id)
                            .query(Long.class)
                            .single()
                            .equals(1L));
            jdbc.sql("update billing.subscription set version = version + 1, state_at = :now where id = :id")
                    .param("now", Timestamp.from(SANDBOX.clock().instant()))
                    .param("id", id)
                    .update();
            data(pause.join(), 200);
            data(post("subscriptions/" + id + "/resume", null), 200);
            assertThat(SANDBOX.stripe()
                            .find(id)
                            .orElseThrow()
                            .path("pause_collection")
                            .isObject())
                    .as("the mirror knew that there was a pause to end")
                    .isFalse();
        } finally {
            SANDBOX.deliveries().release("stripe");
        }
    }
}
