package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.accounts.TestUsers.User;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** What users and operators read and do about credits, revenue, disputes and the history, over HTTP. */
class BillingReadsIT extends EffectsHubIT {

    @Autowired
    private BillingExport export;

    private User user;
    private String customer;

    @BeforeEach
    void somebody() {
        user = user();
        customer = customerOf(user.id());
    }

    private HttpResponse<String> get(String path) {
        user = again(user);
        return send(as(user, path).GET());
    }

    private HttpResponse<String> post(String path, String key, String body) {
        return send(as(user, path)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private void give(UUID to, long credits) {
        assertThat(operatorPost(
                                "/api/v1/billing/credits/adjustments",
                                "{\"user_id\":\"%s\",\"amount\":%d,\"reason\":\"test\"}".formatted(to, credits))
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void spendsAtTheSameTimeNeverOverdrawAndOneKeySpendsOnce() {
        give(user.id(), 100);
        user = again(user);
        String spend = "{\"amount\":30,\"reason\":\"video\"}";
        List<Integer> answers = IntStream.range(0, 8)
                .mapToObj(i ->
                        CompletableFuture.supplyAsync(() -> post("/api/v1/billing/credits/spend", unique("key"), spend)
                                .statusCode()))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();
        assertThat(answers).filteredOn(status -> status == 201).hasSize(3);
        assertThat(answers).filteredOn(status -> status == 422).hasSize(5);
        String key = unique("key");
        String little = "{\"amount\":4,\"reason\":\"video\"}";
        List<JsonNode> same = IntStream.range(0, 4)
                .mapToObj(i ->
                        CompletableFuture.supplyAsync(() -> tree(post("/api/v1/billing/credits/spend", key, little))))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .distinct()
                .toList();
        assertThat(same).hasSize(1);
        JsonNode balance = data(get("/api/v1/billing/credits"));
        assertThat(balance.get("available").asLong()).isEqualTo(6);
        assertThat(data(get("/api/v1/billing/credits/history"))).hasSize(5);
        HttpResponse<String> more = post("/api/v1/billing/credits/spend", unique("key"), spend);
        assertThat(tree(more).get("code").asText()).isEqualTo("insufficient_credits");
        assertCreditsReAdd();
    }

    @Test
    void creditsOfAPeriodExpireWithIt() {
        buySubscription();
        assertThat(data(get("/api/v1/billing/credits"))
                        .get("expiring_next")
                        .get(0)
                        .get("amount")
                        .asLong())
                .isEqualTo(40);
        SANDBOX.stripe()
                .cancel(SANDBOX.stripe().all("subscription").stream()
                        .filter(each -> each.path("customer").asText().equals(customer))
                        .findFirst()
                        .orElseThrow()
                        .get("id")
                        .asText());
        SANDBOX.clock().advance(Duration.ofDays(32));
        assertThat(data(get("/api/v1/billing/credits")).get("available").asLong())
                .isZero();
        await().atMost(Duration.ofSeconds(20)).until(() -> balance(user.id()) == 0);
        assertCreditsReAdd();
    }

    private void buySubscription() {
        SANDBOX.stripe().subscribe(customer, monthly(product("subscription", 40), 9_700));
        awaitQuiet();
    }

    @Test
    void onePurchaseSendsOneReceipt() {
        SANDBOX.deliveries().duplicate("stripe", 1, 10);
        buySubscription();
        assertThat(number(
                        "select count(*) from notifications.outbox where user_id = :user and channel = 'mail'"
                                + " and key like 'receipt:%'",
                        Map.of("user", user.id())))
                .isEqualTo(1);
        assertThat(number(
                        "select count(*) from notifications.event where user_id = :user and name = 'payment_succeeded'",
                        Map.of("user", user.id())))
                .isEqualTo(1);
        JsonNode history = data(get("/api/v1/billing/history?object_kind=payment"));
        assertThat(history).hasSize(1);
        assertThat(get("/api/v1/billing/revenue").statusCode()).isEqualTo(403);
        HttpResponse<String> csv = get("/api/v1/billing/exports/payments.csv");
        assertThat(csv.statusCode()).isEqualTo(200);
        assertThat(csv.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/csv");
        assertThat(csv.body().lines()).hasSize(2);
        assertThat(get("/api/v1/billing/exports/revenue.csv").statusCode()).isEqualTo(403);
        assertThat(export.of(user.id()).toString()).contains(customer);
    }

    /** A debit takes days: the page is completed, and nothing is paid. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCompletedButUnpaidPageGrantsNothingUntilItIsPaid(boolean worked) {
        String pack = product("payg", 25);
        SANDBOX.stripe().create("prices", Map.of("currency", "usd", "unit_amount", 2_500, "product", pack));
        awaitQuiet();
        user = again(user);
        String session = data(post(
                        "/api/v1/billing/checkout-sessions", unique("key"), "{\"product_id\":\"" + pack + "\"}"))
                .get("checkout_session_id")
                .asText();
        SANDBOX.stripe().completeCheckoutUnpaid(session);
        awaitQuiet();
        assertThat(data(get("/api/v1/billing/credits")).get("balance").asLong()).isZero();
        assertThat(number(
                        "select count(*) from billing.revenue_entry where customer = :customer",
                        Map.of("customer", customer)))
                .isZero();
        SANDBOX.stripe().settleCheckout(session, worked);
        awaitQuiet();
        assertThat(data(get("/api/v1/billing/credits")).get("balance").asLong()).isEqualTo(worked ? 25 : 0);
        assertThat(number(
                        "select coalesce(sum(amount), 0) from billing.revenue_entry where customer = :customer",
                        Map.of("customer", customer)))
                .isEqualTo(worked ? 2_500 : 0);
    }

    @Test
    void anOperatorReadsFiguresWithTheirTime() {
        buySubscription();
        JsonNode revenue = data(operatorGet("/api/v1/billing/revenue"));
        assertThat(revenue.get("as_of").asText()).isNotBlank();
        assertThat(revenue.get("currencies")).isNotEmpty();
        JsonNode metrics = data(operatorGet("/api/v1/billing/subscription-metrics"));
        assertThat(metrics.get("currencies").get(0).get("movements").has("new")).isTrue();
        assertThat(operatorGet("/api/v1/billing/revenue?from=2026-02-01&to=2026-01-01")
                        .statusCode())
                .isEqualTo(422);
        for (String name : List.of("revenue", "mrr", "credits", "payments", "invoices")) {
            assertThat(operatorGet("/api/v1/billing/exports/" + name + ".csv").statusCode())
                    .as(name)
                    .isEqualTo(200);
        }
    }

    @Test
    void financeHearsOfADisputeAndHandsInWhatTheHubKnows() {
        ObjectNode payment = buy(customer, product("payg", 10), 1, 3_000);
        awaitQuiet();
        String dispute = disputed(payment);
        assertThat(number(
                        "select count(*) from notifications.outbox where key = :key"
                                + " and payload->>'audience' = 'FINANCE' and payload->>'due_at' is not null",
                        Map.of("key", "dispute:" + dispute)))
                .isEqualTo(1);
        JsonNode packet = data(operatorGet("/api/v1/billing/disputes/" + dispute + "/evidence"));
        assertThat(packet.get("payment").get("id").asText())
                .isEqualTo(payment.get("id").asText());
        assertThat(packet.get("account").get("id").asText()).isEqualTo(user.id().toString());
        assertThat(packet.get("mails")).isNotEmpty();
        assertThat(get("/api/v1/billing/disputes/" + dispute + "/evidence").statusCode())
                .isEqualTo(403);
        HttpResponse<String> handed = operatorPost(
                "/api/v1/billing/disputes/" + dispute + "/evidence", "{\"text\":\"He used it for a year.\"}");
        assertThat(handed.statusCode()).as(handed.body()).isEqualTo(200);
        assertThat(SANDBOX.stripe().find(dispute).orElseThrow().get("status").asText())
                .isEqualTo("under_review");
        assertThat(operatorPost("/api/v1/billing/disputes/" + dispute + "/evidence", "{}")
                        .statusCode())
                .isEqualTo(409);
    }

    /** An unknown word would look like an empty list. */
    @ParameterizedTest
    @CsvSource({
        "billing/invoices, status",
        "billing/customers, status",
        "billing/refunds/requests, state",
        "billing/commands, state",
        "billing/history, object_kind",
        "billing/dunning, state",
        "notifications/outbox, state",
        "notifications/outbox, channel",
        "webhooks/events, status",
        "webhooks/events, service",
        "n8n/executions, state",
        "users, role"
    })
    void anUnknownWordInAFilterIsRefusedByItsName(String list, String field) {
        HttpResponse<String> answer = operatorGet("/api/v1/" + list + "?" + field + "=nonsense");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(tree(answer).get("code").asText()).isEqualTo("validation_failed");
        assertThat(tree(answer).get("field").asText()).isEqualTo(field);
    }

    @Test
    void theExportHasRefundsOfTheDashboard() {
        String payment = buy(customer, product("payg", 10), 1, 3_000).get("id").asText();
        awaitQuiet();
        SANDBOX.stripe().refund(payment, 1_000);
        awaitQuiet();
        assertThat(((Map<?, ?>) export.of(user.id())).get("refunds").toString()).contains(payment, "1000");
    }

    @Test
    void theHistoryNamesTheEventThatToldOfIt() {
        buySubscription();
        JsonNode paid = data(get("/api/v1/billing/history?object_kind=payment")).get(0);
        assertThat(paid.get("cause").isNull() || paid.get("cause").asText().startsWith("evt_"))
                .as("fetched, or told by an event")
                .isTrue();
        assertThat(number(
                        "select count(*) from billing.history where actor = 'stripe' and cause like 'evt\\_%'",
                        Map.of()))
                .isPositive();
    }

    @Test
    void theHistoryTellsThatACustomerWasDeletedAtStripe() {
        awaitQuiet();
        SANDBOX.stripe().delete("customers", customer);
        awaitQuiet();
        JsonNode deleted = data(get("/api/v1/billing/history?object_kind=customer&action=deleted"));
        assertThat(deleted).hasSize(1);
        assertThat(deleted.get(0).get("object_id").asText()).isEqualTo(customer);
    }
}
