package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.accounts.TestUsers.User;
import com.ytempire.hub.sandbox.Faults.Fault;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The endpoints by which users pay, at Stripe's pages and beside them, and look after their cards. */
class BuyingIT extends BuyerHubIT {

    @Test
    void theBrowserGetsThePublishableKey() {
        assertThat(data(get("config"), 200).get("publishable_key").asText()).isEqualTo("pk_test_sandbox");
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

    /** An operator buys for whom he names; there has to be such a user, a product of that name, and a card. */
    @Test
    void whoBuysIsThereAndHasACard() {
        String customer = customer();
        String product = product(700);
        String buys = "{\"product_id\":\"%s\",\"user_id\":\"%s\"}";
        assertThat(problem(
                                operatorPost(BILLING + "payments", buys.formatted(product, UUID.randomUUID())),
                                404,
                                "not_found")
                        .get("field")
                        .asText())
                .isEqualTo("user_id");
        problem(operatorPost(BILLING + "payments", buys.formatted("prod_none", user.id())), 422, "product_unavailable");
        problem(operatorPost(BILLING + "payments", buys.formatted(product, user.id())), 422, "payment_method_required");
        card("pm_card_visa");
        data(operatorPost(BILLING + "payments", buys.formatted(product, user.id())), 201);
        assertThat(atStripe("payment_intent", customer)).hasSize(1);
    }
}
