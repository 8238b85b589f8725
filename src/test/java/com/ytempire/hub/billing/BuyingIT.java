package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.accounts.TestUsers.User;
import com.ytempire.hub.platform.ChangedSettings;
import com.ytempire.hub.sandbox.Faults.Fault;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** The endpoints by which users subscribe, pay and look after their cards. */
class BuyingIT extends UserIT {

    private static final String BILLING = "/api/v1/billing/";

    @Autowired
    private ChangedSettings settings;

    @Autowired
    private PlanLimits limits;

    private HttpResponse<String> call(String method, String path, String key, String body) {
        HttpRequest.Builder request = request(BILLING + path)
                .header("Authorization", "Bearer " + user.token())
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        return send(key == null ? request : request.header("Idempotency-Key", key));
    }

    private HttpResponse<String> post(String path, String body) {
        return call("POST", path, null, body);
    }

    private HttpResponse<String> get(String path) {
        return call("GET", path, null, null);
    }

    private JsonNode problem(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        JsonNode problem = tree(answer);
        assertThat(problem.get("code").asText()).isEqualTo(code);
        return problem;
    }

    private String customer() {
        return data(post("customers", "{}"), 201).get("customer_id").asText();
    }

    /** A card of Stripe's test cards, the default of the customer. */
    private String card(String testCard) {
        String method = SANDBOX.stripe()
                .create("payment_methods", Map.of("type", "card", "card", Map.of("token", "tok_visa")))
                .get("id")
                .asText();
        if (!testCard.equals("pm_card_visa")) {
            method = testCard;
        }
        String attached = data(post("payment-methods", "{\"payment_method_id\":\"" + method + "\"}"), 200)
                .get("payment_method_id")
                .asText();
        data(post("payment-methods/" + attached + "/default", null), 200);
        return attached;
    }

    private List<ObjectNode> atStripe(String type, String customer) {
        return SANDBOX.stripe().all(type).stream()
                .filter(object -> object.path("customer").asText().equals(customer))
                .toList();
    }

    private JsonNode subscribe(String plan) {
        return data(post("subscriptions", "{\"plan\":\"" + plan + "\"}"), 201);
    }

    /** A product sold once, as the mirror knows it. */
    private String product(long cents) {
        ObjectNode price = SANDBOX.stripe()
                .create(
                        "prices",
                        Map.of(
                                "currency",
                                "usd",
                                "unit_amount",
                                cents,
                                "product_data",
                                Map.of("name", "Hundred credits")));
        await().atMost(Duration.ofSeconds(15))
                .until(() -> jdbc.sql(
                                "select count(*) from billing.price pr join billing.product p on p.id = pr.product"
                                        + " where pr.id = :id")
                        .param("id", price.get("id").asText())
                        .query(Long.class)
                        .single()
                        .equals(1L));
        return price.get("product").asText();
    }

    @Test
    void theBrowserGetsThePublishableKey() {
        assertThat(data(get("config"), 200).get("publishable_key").asText()).isEqualTo("pk_test_sandbox");
    }

    @Test
    void aChangedProfileReachesTheCustomerOfTheUserAndNobodyElse() {
        String customer = customer();
        String phone =
                SANDBOX.stripe().find(customer).orElseThrow().path("phone").asText();
        rename(user, "Ada Anders");
        await().atMost(Duration.ofSeconds(15)).untilAsserted(() -> {
            JsonNode told = SANDBOX.stripe().find(customer).orElseThrow();
            assertThat(told.path("name").asText()).isEqualTo("Ada Anders");
            assertThat(told.path("email").asText()).isEqualTo(user.email());
            assertThat(told.path("phone").asText()).isEqualTo(phone);
        });
        rename(user, "Ada Anders");
        User without = user();
        rename(without, "Ben");
        assertThat(accountChanges(user)).as("the same again is no change").isEqualTo(1);
        assertThat(accountChanges(without)).as("no customer yet").isZero();
    }

    private void rename(User whose, String name) {
        HttpResponse<String> answer = send(request("/api/v1/users/me")
                .header("Authorization", "Bearer " + whose.token())
                .header("Content-Type", "application/json")
                .method("PATCH", HttpRequest.BodyPublishers.ofString("{\"name\":\"" + name + "\"}")));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private long accountChanges(User whose) {
        return jdbc.sql("select count(*) from billing.command where user_id = :user"
                        + " and business_key like 'account-change:%'")
                .param("user", whose.id())
                .query(Long.class)
                .single();
    }

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
        customer();
        card("pm_card_visa");
        String id = subscribe("starter").get("subscription_id").asText();
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

    @Test
    void aPlanWhosePriceStripeHasWithdrawnIsNotSold() {
        customer();
        card("pm_card_visa");
        withdrawn(GROWTH, true);
        try {
            assertThat(problem(post("subscriptions", "{\"plan\":\"growth\"}"), 422, "plan_retired")
                            .get("field")
                            .asText())
                    .isEqualTo("plan");
        } finally {
            withdrawn(GROWTH, false);
        }
        subscribe("growth");
    }

    private void withdrawn(String price, boolean is) {
        await().atMost(Duration.ofSeconds(15))
                .until(() -> jdbc.sql("update billing.price set active = :active where id = :id")
                                .param("active", !is)
                                .param("id", price)
                                .update()
                        == 1);
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

    @Test
    void whoHasAPlanKeepsItsPriceWhenThePlanGetsAnother() {
        customer();
        card("pm_card_visa");
        String id = subscribe("starter").get("subscription_id").asText();
        String path = "subscriptions/" + id;
        data(post(path + "/cancel", null), 200);
        settings.change("plan.starter.price", unique("price"), OPERATOR);
        try {
            assertThat(data(post("subscriptions", "{\"plan\":\"starter\"}"), 200)
                            .get("subscription_id")
                            .asText())
                    .isEqualTo(id);
            data(post(path + "/preview", "{\"plan\":\"starter\"}"), 200);
            JsonNode kept = data(call("PATCH", path, null, "{\"plan\":\"starter\"}"), 200);
            assertThat(kept.get("price_id").asText()).isEqualTo(STARTER);
            assertThat(kept.get("cancel_at_period_end").asBoolean()).isFalse();
        } finally {
            settings.change("plan.starter.price", null, OPERATOR);
        }
    }

    private HttpResponse<String> act(String action, String json) {
        return send(operator("/api/v1/operations/actions/" + action)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    private boolean isOffered(String plan) {
        return data(get("plans"), 200).findValuesAsText("name").contains(plan);
    }

    @Test
    void aPlanIsAddedWhileTheHubRuns_andWhenItIsRetiredWhoHasItKeepsIt() {
        String plan = "plan_" + Long.toString(System.nanoTime(), 36);
        String price = SANDBOX.stripe()
                .create(
                        "prices",
                        Map.of(
                                "currency",
                                "usd",
                                "unit_amount",
                                14_900,
                                "recurring",
                                Map.of("interval", "month"),
                                "product_data",
                                Map.of("name", plan)))
                .get("id")
                .asText();
        String wanted = ("{\"values\":{\"name\":\"%s\",\"price\":\"%s\",\"amount\":\"14900\",\"currency\":\"usd\","
                + "\"channels\":\"%s\",\"videos-per-day\":\"20\",\"trial-days\":\"14\",\"features\":\"api_access\"}}");
        problem(act("plan.add", wanted.formatted(plan, price, "many")), 422, "validation_failed");
        problem(act("plan.add", wanted.formatted(plan, STARTER, "7")), 422, "validation_failed");
        problem(act("plan.add", wanted.formatted("starter", price, "7")), 422, "validation_failed");
        data(act("plan.add", wanted.formatted(plan, price, "7")), 200);
        try {
            problem(act("plan.add", wanted.formatted(plan + "_2", price, "7")), 422, "validation_failed");
            await().atMost(Duration.ofSeconds(15)).until(() -> isOffered(plan));
            customer();
            card("pm_card_visa");
            String id = subscribe(plan).get("subscription_id").asText();
            await().atMost(Duration.ofSeconds(15))
                    .untilAsserted(() -> assertThat(limits.of(user.id()))
                            .returns(plan, PlanLimits.Limits::plan)
                            .returns(7, PlanLimits.Limits::channels));

            data(act("plan.retire", "{\"target\":\"" + plan + "\"}"), 200);

            assertThat(isOffered(plan)).isFalse();
            assertThat(data(post("subscriptions", "{\"plan\":\"" + plan + "\"}"), 200)
                            .get("subscription_id")
                            .asText())
                    .as("who has it keeps it")
                    .isEqualTo(id);
            settings.change("plan." + plan + ".channels", "8", OPERATOR);
            assertThat(limits.of(user.id())).returns(8, PlanLimits.Limits::channels);
            data(call("PATCH", "subscriptions/" + id, null, "{\"plan\":\"growth\"}"), 200);
            problem(call("PATCH", "subscriptions/" + id, null, "{\"plan\":\"" + plan + "\"}"), 422, "plan_retired");
            problem(post("subscriptions/" + id + "/preview", "{\"plan\":\"" + plan + "\"}"), 422, "plan_retired");
            somebody();
            problem(post("subscriptions", "{\"plan\":\"" + plan + "\"}"), 422, "plan_retired");
            problem(post("checkout-sessions", "{\"plan\":\"" + plan + "\"}"), 422, "plan_retired");

            data(act("plan.sell", "{\"target\":\"" + plan + "\"}"), 200);
            assertThat(isOffered(plan)).isTrue();
            assertThat(jdbc.sql(
                                    "select action || ' ' || outcome from operations.audit where target = :plan order by id")
                            .param("plan", plan)
                            .query(String.class)
                            .list())
                    .containsExactly("plan.retire done", "plan.sell done");
        } finally {
            settings.change("plan." + plan + ".channels", null, OPERATOR);
            jdbc.sql("delete from billing.added_plan where name = :plan")
                    .param("plan", plan)
                    .update();
            await().atMost(Duration.ofSeconds(5)).until(() -> !isOffered(plan));
        }
    }

    /** Of another moment one would pay too little, or get too much back. */
    @Test
    void aPreviewHoldsForAWhileAndNoOtherMomentIsTaken() {
        customer();
        card("pm_card_visa");
        String id = subscribe("starter").get("subscription_id").asText();
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
        customer();
        card("pm_card_visa");
        String id = subscribe("starter").get("subscription_id").asText();
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

    /** What they tell has been answered to the payment itself, whatever API version the account's events are written in. */
    @Test
    void theEventsOfAPaymentAskStripeNothing() {
        String customer = customer();
        card("pm_card_visa");
        String product = product(1_500);
        SANDBOX.deliveries().hold("stripe");
        try {
            data(post("payments", "{\"product_id\":\"" + product + "\"}"), 201);
        } finally {
            SANDBOX.deliveries().release("stripe");
        }
        String payment = atStripe("payment_intent", customer).get(0).get("id").asText();
        await().atMost(Duration.ofSeconds(15))
                .until(() -> jdbc.sql("select exists (select 1 from webhooks.work join webhooks.event using (event_no)"
                                + " where work.object_key = :customer and state = 'processed'"
                                + " and type = 'payment_intent.succeeded')")
                        .param("customer", customer)
                        .query(Boolean.class)
                        .single());
        assertThat(SANDBOX.sent().to("stripe"))
                .noneMatch(request ->
                        request.method().equals("GET") && request.path().contains(payment));
    }

    @Test
    void sellsAProductAtItsOwnPrice() {
        String customer = customer();
        card("pm_card_visa");
        String product = product(1_500);
        String key = unique("key");
        String body = "{\"product_id\":\"" + product + "\",\"quantity\":3}";
        JsonNode paid = data(call("POST", "payments", key, body), 201);
        assertThat(paid.get("status").asText()).isEqualTo("succeeded");
        assertThat(paid.get("amount").asLong()).isEqualTo(4_500);
        assertThat(paid.get("currency").asText()).isEqualTo("usd");
        assertThat(data(call("POST", "payments", key, body), 201)).isEqualTo(paid);
        assertThat(atStripe("payment_intent", customer)).hasSize(1);
        problem(post("payments", "{\"amount\":100,\"currency\":\"usd\"}"), 403, "forbidden");
        assertThat(problem(post("payments", "{\"product_id\":\"prod_none\"}"), 422, "product_unavailable")
                        .get("field")
                        .asText())
                .isEqualTo("product_id");
    }

    @Test
    void aDeclinedCardSaysWhyAndNothingOfTheInside() {
        String customer = customer();
        card("pm_card_chargeCustomerFail");
        String product = product(1_500);
        String key = unique("key");
        String body = "{\"product_id\":\"" + product + "\"}";
        JsonNode refused = problem(call("POST", "payments", key, body), 402, "card_declined");
        assertThat(refused.get("decline_code").asText()).isEqualTo("generic_decline");
        assertThat(refused.toString()).doesNotContain("pi_").doesNotContain("req_");
        problem(call("POST", "payments", key, body), 402, "card_declined");
        assertThat(atStripe("payment_intent", customer)).hasSize(1);
    }

    /** Stripe failed after the card was declined: the payment it left is found, and is none. */
    @Test
    void aDeclineWhoseAnswerGotLostIsNoSuccess() {
        String customer = customer();
        String card = card("pm_card_chargeCustomerFail");
        String product = product(1_500);
        SANDBOX.faults()
                .fail(
                        "stripe",
                        Fault.status(500).on("/v1/payment_intents").about(card).afterTheWork(),
                        1);
        String body = "{\"product_id\":\"%s\",\"payment_method_id\":\"%s\"}".formatted(product, card);
        problem(post("payments", body), 402, "card_declined");
        assertThat(atStripe("payment_intent", customer)).hasSize(1);
    }

    @Test
    void aCardThatAsksForTheCustomerGivesTheSecret() {
        customer();
        card("pm_card_threeDSecure2Required");
        JsonNode waits = data(post("payments", "{\"product_id\":\"" + product(900) + "\"}"), 201);
        assertThat(waits.get("status").asText()).isEqualTo("requires_action");
        assertThat(waits.get("action_type").asText()).isEqualTo("3d_secure");
        assertThat(waits.get("client_secret").asText()).contains("_secret_");
    }

    @Test
    void looksAfterCards() {
        String customer = customer();
        JsonNode intent = data(post("payment-methods/setup-intents", null), 201);
        assertThat(intent.get("client_secret").asText()).startsWith("seti_");
        String card = card("pm_card_visa");
        JsonNode list = data(get("payment-methods"), 200);
        assertThat(list).hasSize(1);
        assertThat(list.get(0).get("is_default").asBoolean()).isTrue();
        User other = user();
        User self = user;
        user = other;
        problem(call("DELETE", "payment-methods/" + card, null, null), 404, "not_found");
        data(post("customers", "{}"), 201);
        problem(call("DELETE", "payment-methods/" + card, null, null), 404, "not_found");
        problem(get("customers/" + customer), 404, "not_found");
        assertThat(data(get("payment-methods"), 200)).isEmpty();
        user = self;
        data(call("DELETE", "payment-methods/" + card, null, null), 200);
        assertThat(data(get("payment-methods"), 200)).isEmpty();
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

    @Test
    void aDebitUnderWayIsAskedForLater() {
        customer();
        card("pm_usBankAccount_processing");
        JsonNode waits = data(post("payments", "{\"product_id\":\"" + product(900) + "\"}"), 201);
        assertThat(waits.get("status").asText()).isEqualTo("processing");
        assertThat(waits.get("retry_after").asInt()).isEqualTo(60);
    }

    @Test
    void aNewCheckoutPageClosesTheOneBefore() {
        customer();
        JsonNode first = data(post("checkout-sessions", "{\"plan\":\"starter\"}"), 201);
        assertThat(first.get("url").asText()).startsWith("https://checkout.stripe.com/");
        JsonNode second = data(post("checkout-sessions", "{\"plan\":\"starter\"}"), 201);
        String closed = first.get("checkout_session_id").asText();
        assertThat(SANDBOX.stripe().find(closed).orElseThrow().get("status").asText())
                .isEqualTo("expired");
        SANDBOX.stripe().completeCheckout(second.get("checkout_session_id").asText(), "pm_card_visa");
        await().atMost(Duration.ofSeconds(15))
                .until(() -> data(get("subscriptions"), 200).size() == 1);
        data(post("checkout-sessions", "{\"plan\":\"starter\"}"), 200);
        problem(post("checkout-sessions", "{\"plan\":\"growth\"}"), 409, "subscription_exists");
        problem(post("checkout-sessions", "{\"plan\":\"starter\",\"product_id\":\"p\"}"), 422, "validation_failed");
    }

    /** Two clicks open two pages, and both might be paid. */
    @Test
    void ofManyPagesAtOnceOneStaysOpen() {
        String customer = customer();
        List<CompletableFuture<HttpResponse<String>>> all = IntStream.range(0, 5)
                .mapToObj(number ->
                        CompletableFuture.supplyAsync(() -> post("checkout-sessions", "{\"plan\":\"starter\"}")))
                .toList();
        all.forEach(one -> assertThat(one.join().statusCode()).isEqualTo(201));
        assertThat(atStripe("checkout.session", customer).stream()
                        .filter(page -> page.get("status").asText().equals("open")))
                .hasSize(1);
    }

    @Test
    void whoHasJustPaidOnAPageDoesNotSubscribeBesideIt() {
        String customer = customer();
        String page = data(post("checkout-sessions", "{\"plan\":\"starter\"}"), 201)
                .get("checkout_session_id")
                .asText();
        SANDBOX.stripe().withoutEvents(() -> SANDBOX.stripe().completeCheckout(page, "pm_card_visa"));
        problem(post("subscriptions", "{\"plan\":\"starter\"}"), 409, "checkout_completed");
        assertThat(atStripe("subscription", customer)).hasSize(1);
    }

    @Test
    void leadsToThePortal() {
        assertThat(data(post("portal-sessions", null), 201).get("url").asText()).startsWith("https://");
    }

    @Test
    void anOperatorChargesAnAmount() {
        customer();
        card("pm_card_visa");
        JsonNode paid = data(
                operatorPost(
                        BILLING + "payments",
                        "{\"amount\":1234,\"currency\":\"usd\",\"user_id\":\"" + user.id() + "\"}"),
                201);
        assertThat(paid.get("amount").asLong()).isEqualTo(1_234);
        assertThat(problem(
                                operatorPost(BILLING + "payments", "{\"amount\":5,\"currency\":\"usd\"}"),
                                422,
                                "validation_failed")
                        .get("field")
                        .asText())
                .isEqualTo("user_id");
    }

    /** The making of the customer waits for Stripe; he is called something else by then. */
    @Test
    void whatChangesWhileTheCustomerIsBeingMadeFollows() {
        SANDBOX.faults().outage("stripe", Fault.cut(), null);
        assertThat(post("customers", "{}").statusCode()).isEqualTo(202);
        rename(user, "Ada Anders");
        rename(user, "Ada Berg");
        SANDBOX.faults().lift("stripe");
        stripeBreaker.reset();
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            SANDBOX.clock().advance(Duration.ofSeconds(10));
            assertThat(SANDBOX.stripe().all("customer").stream()
                            .filter(customer -> customer.at("/metadata/user_id")
                                    .asText()
                                    .equals(user.id().toString()))
                            .map(customer -> customer.get("name").asText()))
                    .containsExactly("Ada Berg");
        });
        assertThat(accountChanges(user)).isEqualTo(1);
    }

    @Test
    void whoLeavesIsNamelessAtStripeAndInTheHub() {
        String customer = data(
                        post(
                                "customers",
                                "{\"name\":\"Ada Anders\",\"phone\":\"+49 30 1\",\"address\":{\"city\":\"Berlin\",\"country\":\"DE\"}}"),
                        201)
                .get("customer_id")
                .asText();
        card("pm_card_visa");
        String subscription = subscribe("starter").get("subscription_id").asText();
        leave();
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            SANDBOX.clock().advance(Duration.ofSeconds(1));
            JsonNode left = SANDBOX.stripe().find(customer).orElseThrow();
            for (String field : List.of("name", "email", "phone", "address")) {
                assertThat(left.path(field).asText()).as(field).isIn("", "null");
            }
            assertThat(left.at("/metadata/user_id").asText())
                    .isEqualTo(user.id().toString());
            assertThat(SANDBOX.stripe()
                            .find(subscription)
                            .orElseThrow()
                            .get("status")
                            .asText())
                    .isEqualTo("canceled");
            assertThat(jdbc.sql("select concat(object::text, email, name, phone) from billing.customer where id = :id")
                            .param("id", customer)
                            .query(String.class)
                            .single())
                    .doesNotContain(user.email(), "Ada", "Berlin");
            assertThat(jdbc.sql("select string_agg(concat(parameters::text, answer::text), '')"
                                    + " from billing.command where user_id = :user")
                            .param("user", user.id())
                            .query(String.class)
                            .single())
                    .doesNotContain(user.email(), "Ada", "Berlin");
        });
    }

    private void leave() {
        assertThat(send(request("/api/v1/users/me")
                                .header("Authorization", "Bearer " + user.token())
                                .DELETE())
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aCustomerThatWasBeingMadeWhenItsUserLeftIsNamelessToo() {
        SANDBOX.faults()
                .fail(
                        "stripe",
                        Fault.cut()
                                .on("/v1/customers")
                                .about(user.id().toString())
                                .afterTheWork(),
                        1);
        SANDBOX.faults().outage("stripe", Fault.cut(), null);
        assertThat(post("customers", "{\"name\":\"Ada Anders\"}").statusCode()).isEqualTo(202);
        leave();
        SANDBOX.faults().clear();
        stripeBreaker.reset();
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            SANDBOX.clock().advance(Duration.ofSeconds(10));
            assertThat(jdbc.sql("select count(*) from billing.command where user_id = :user"
                                    + " and state in ('waiting', 'sending')")
                            .param("user", user.id())
                            .query(Long.class)
                            .single())
                    .isZero();
            assertThat(SANDBOX.stripe().all("customer").stream()
                            .filter(customer -> customer.at("/metadata/user_id")
                                    .asText()
                                    .equals(user.id().toString()))
                            .map(customer -> customer.path("name").asText()
                                    + customer.path("email").asText()))
                    .allMatch(name -> name.replace("null", "").isEmpty());
        });
    }

    /** An event of the same second is taken while the call is under way; what it told may be older than the answer. */
    @Test
    void whoHasJustChangedSomethingSeesIt() {
        customer();
        card("pm_card_visa");
        String id = subscribe("starter").get("subscription_id").asText();
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
