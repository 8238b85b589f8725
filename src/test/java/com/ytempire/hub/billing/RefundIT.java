package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.accounts.TestUsers.User;
import com.ytempire.hub.sandbox.Faults.Fault;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Refunds over HTTP: the policy's borders, approval, the dashboard, disputes, two at once. */
class RefundIT extends EffectsHubIT {

    @Autowired
    private MoneyMirror mirror;

    @Autowired
    private CircuitBreaker stripeBreaker;

    private User user;
    private String customer;

    @BeforeEach
    void somebody() {
        user = user();
        customer = customerOf(user.id());
    }

    private HttpResponse<String> ask(String key, String body) {
        user = again(user);
        return send(as(user, "/api/v1/billing/refunds")
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> ask(String payment) {
        return ask(unique("key"), "{\"payment_id\":\"%s\",\"reason\":\"changed my mind\"}".formatted(payment));
    }

    private String paid(long cents) {
        String payment = SANDBOX.stripe().pay(customer, cents).get("id").asText();
        awaitQuiet();
        return payment;
    }

    private void assertRefused(HttpResponse<String> answer, String reason) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
        assertThat(tree(answer).get("code").asText()).isEqualTo("refund_not_eligible");
        assertThat(tree(answer).get("detail").asText()).startsWith(reason);
    }

    private long refundedAtStripe(String payment) {
        return SANDBOX.stripe().all("refund").stream()
                .filter(refund -> refund.path("payment_intent").asText().equals(payment))
                .mapToLong(refund -> refund.get("amount").asLong())
                .sum();
    }

    @Test
    void hundredDollarsGoAtOnceAndTheSameKeyOnlyOnce() {
        String payment = paid(10_000);
        String key = unique("key");
        String body = "{\"payment_id\":\"%s\",\"reason\":\"changed my mind\"}".formatted(payment);
        List<CompletableFuture<HttpResponse<String>>> both = IntStream.range(0, 2)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> ask(key, body)))
                .toList();
        both.forEach(answer -> {
            JsonNode data = data(answer.join());
            assertThat(answer.join().statusCode()).isEqualTo(201);
            assertThat(data.get("refund_id").asText()).startsWith("re_");
            assertThat(data.get("amount").asLong()).isEqualTo(10_000);
            assertThat(data.get("status").asText()).isEqualTo("succeeded");
        });
        assertThat(refundedAtStripe(payment)).isEqualTo(10_000);
        assertRefused(ask(payment), "already_refunded");
    }

    @Test
    void aCentMoreWaitsForApproval() {
        String payment = paid(10_001);
        HttpResponse<String> answer = ask(payment);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        String id = data(answer).get("refund_request_id").asText();
        assertThat(data(answer).get("status").asText()).isEqualTo("pending_approval");
        assertThat(refundedAtStripe(payment)).isZero();
        assertRefused(ask(payment), "refund_under_way");
        HttpResponse<String> approved = operatorPost("/api/v1/billing/refunds/" + id + "/approve", "");
        assertThat(approved.statusCode()).as(approved.body()).isEqualTo(201);
        assertThat(refundedAtStripe(payment)).isEqualTo(10_001);
        HttpResponse<String> late =
                operatorPost("/api/v1/billing/refunds/" + id + "/reject", "{\"reason\":\"too late\"}");
        assertThat(late.statusCode()).isEqualTo(409);
        JsonNode seen =
                data(send(as(user, "/api/v1/billing/refunds/requests").GET())).get(0);
        assertThat(seen.get("state").asText()).isEqualTo("refunded");
        assertThat(seen.get("decided_by").asText())
                .as("our people's names are for our people")
                .isEqualTo("support");
        assertThat(seen.get("requested_by").asText()).isEqualTo(user.id().toString());
    }

    @Test
    void severalSmallOnesOfAPaymentNeedApprovalToo() {
        String payment = paid(20_000);
        String part = "{\"payment_id\":\"%s\",\"amount\":6000,\"reason\":\"part\"}".formatted(payment);
        assertThat(ask(unique("key"), part).statusCode()).isEqualTo(201);
        HttpResponse<String> second = ask(unique("key"), part);
        assertThat(second.statusCode()).isEqualTo(202);
        operatorPost(
                "/api/v1/billing/refunds/"
                        + data(second).get("refund_request_id").asText() + "/reject",
                "{\"reason\":\"no\"}");
        assertThat(refundedAtStripe(payment)).isEqualTo(6_000);
    }

    @Test
    void fourteenAndThirtyDaysBelongToTheirSpans() {
        String full = paid(2_000);
        String half = paid(2_000);
        String late = paid(2_000);
        moveTo(full, Duration.ofDays(14).minusSeconds(20)); // to the second: RefundPolicyTest
        assertThat(data(ask(full)).get("amount").asLong()).isEqualTo(2_000);
        moveTo(half, Duration.ofDays(30).minusSeconds(20));
        assertThat(data(ask(half)).get("amount").asLong()).isEqualTo(1_000);
        assertRefused(ask(half), "already_refunded");
        moveTo(late, Duration.ofDays(30).plusSeconds(1));
        assertRefused(ask(late), "too_late");
    }

    private void moveTo(String payment, Duration age) {
        Instant paidAt = mirror.payment(payment).orElseThrow().paidAt();
        SANDBOX.clock().advance(Duration.between(SANDBOX.clock().instant(), paidAt.plus(age)));
    }

    @Test
    void theDashboardsRefundsCountAndADisputeStopsThem() {
        String payment = paid(3_000);
        SANDBOX.stripe().refund(payment, 1_000);
        awaitQuiet();
        assertThat(data(ask(unique("key"), "{\"payment_id\":\"%s\",\"reason\":\"rest\"}".formatted(payment)))
                        .get("amount")
                        .asLong())
                .isEqualTo(2_000);
        ObjectNode inDispute = SANDBOX.stripe().pay(customer, 3_000);
        awaitQuiet();
        disputed(inDispute);
        assertRefused(ask(inDispute.get("id").asText()), "dispute_open");
    }

    @Test
    void aFullRefundOfThePresentPeriodEndsItAndTakesItsCreditsBack() {
        String price = monthly(product("subscription", 40), 9_700);
        ObjectNode subscription = SANDBOX.stripe().subscribe(customer, price);
        awaitQuiet();
        assertThat(balance(user.id())).isEqualTo(40);
        String invoice = subscription.get("latest_invoice").asText();
        HttpResponse<String> answer =
                ask(unique("key"), "{\"invoice_id\":\"%s\",\"reason\":\"not for me\"}".formatted(invoice));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> SANDBOX.stripe()
                        .find(subscription.get("id").asText())
                        .orElseThrow()
                        .get("status")
                        .asText()
                        .equals("canceled"));
        awaitQuiet();
        assertThat(balance(user.id())).isZero();
        assertThat(number(
                        "select sum(amount) from billing.revenue_entry where customer = :customer",
                        Map.of("customer", customer)))
                .isZero();
        assertThat(number(
                        "select count(*) from notifications.outbox where user_id = :user and key like 'refund:%'"
                                + " and channel = 'mail'",
                        Map.of("user", user.id())))
                .isEqualTo(1);
        assertCreditsReAdd();
    }

    @Test
    void anotherUsersPaymentIsUnknown() {
        String payment = paid(1_000);
        User other = user();
        HttpResponse<String> answer = send(as(other, "/api/v1/billing/refunds")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"payment_id\":\"%s\",\"reason\":\"mine\"}".formatted(payment))));
        assertThat(answer.statusCode()).isEqualTo(404);
    }

    @Test
    void whatWasRejectedIsNotSentWhenItsRequestComesAgainAfterACrash() {
        String payment = paid(10_001);
        String key = unique("key");
        String body = "{\"payment_id\":\"%s\",\"reason\":\"changed my mind\"}".formatted(payment);
        String id = data(ask(key, body)).get("refund_request_id").asText();
        jdbc.sql("update billing.request set answer = null, answer_status = null,"
                        + " lease_until = now() - interval '1 second' where key = :key")
                .param("key", key)
                .update();
        operatorPost("/api/v1/billing/refunds/" + id + "/reject", "{\"reason\":\"no\"}");
        assertThat(data(ask(key, body)).get("status").asText()).isEqualTo("rejected");
        assertThat(refundedAtStripe(payment)).isZero();
    }

    @Test
    void approvedTwiceIsAnsweredAlikeAndSentOnce() {
        String payment = paid(10_001);
        String id = data(ask(payment)).get("refund_request_id").asText();
        String path = "/api/v1/billing/refunds/" + id + "/approve";
        HttpResponse<String> first = operatorPost(path, "");
        HttpResponse<String> second = operatorPost(path, "");
        assertThat(first.statusCode()).as(first.body()).isEqualTo(201);
        assertThat(second.statusCode()).as(second.body()).isEqualTo(201);
        assertThat(data(second)).isEqualTo(data(first));
        assertThat(refundedAtStripe(payment)).isEqualTo(10_001);
    }

    /** The mirror learns last that the payment has succeeded; what follows from its refund follows then. */
    @Test
    void aRefundToldOfBeforeItsPaymentSucceededHasTheSameEnd() {
        String price = monthly(product("subscription", 40), 9_700);
        ObjectNode subscription = SANDBOX.stripe().subscribe(customer, price);
        awaitQuiet();
        assertThat(balance(user.id())).isEqualTo(40);
        String payment = jdbc.sql("select payment from billing.invoice where id = :id")
                .param("id", subscription.get("latest_invoice").asText())
                .query(String.class)
                .single();
        jdbc.sql("update billing.payment set status = 'processing' where id = :id")
                .param("id", payment)
                .update();
        SANDBOX.stripe().refund(payment, 9_700);
        awaitQuiet();
        jdbc.sql("update billing.payment set verified = false, version = version + 1 where id = :id")
                .param("id", payment)
                .update();
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            SANDBOX.clock().advance(Duration.ofSeconds(5));
            return balance(user.id()) == 0
                    && SANDBOX.stripe()
                            .find(subscription.get("id").asText())
                            .orElseThrow()
                            .get("status")
                            .asText()
                            .equals("canceled");
        });
        awaitQuiet();
        assertCreditsReAdd();
    }

    private long told(String key, String channelOrAudience) {
        return number(
                "select count(*) from notifications.outbox where channel = 'mail' and key = :key"
                        + " and coalesce(payload->>'audience', payload->>'template') = :what",
                Map.of("key", key, "what", channelOrAudience));
    }

    /** Whoever asked was answered that it waits. */
    @Test
    void aQueuedRefundThatStripeRefusesLaterIsToldToUserAndFinance() {
        String payment = paid(5_000);
        SANDBOX.faults().outage("stripe", Fault.cut(), null);
        HttpResponse<String> answer = ask(payment);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        SANDBOX.stripe().refund(payment, 5_000); // in the dashboard
        SANDBOX.faults().lift("stripe");
        stripeBreaker.reset();
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            SANDBOX.clock().advance(Duration.ofSeconds(10));
            return "failed"
                    .equals(jdbc.sql("select state from billing.refund_request where payment = :payment")
                            .param("payment", payment)
                            .query(String.class)
                            .single());
        });
        awaitQuiet();
        user = again(user);
        JsonNode seen = data(userGet(user, "/api/v1/billing/refunds/requests?state=failed"))
                .get(0);
        assertThat(seen.get("payment").asText()).isEqualTo(payment);
        assertThat(seen.get("note").asText()).isEqualTo("charge_already_refunded");
        String key = "refund-failed:" + seen.get("id").asText();
        assertThat(number(
                        "select count(*) from notifications.outbox where key in (:key, :finance) and channel = 'mail'",
                        Map.of("key", key, "finance", key + ":finance")))
                .as("user and finance")
                .isEqualTo(2);
        assertThat(refundedAtStripe(payment)).isEqualTo(5_000);
    }

    /** The bank did not take it after all. */
    @Test
    void aRefundThatComesBackIsToldToUserAndFinance() {
        String payment = paid(5_000);
        String refund = data(ask(payment)).get("refund_id").asText();
        awaitQuiet();
        SANDBOX.stripe().failRefund(refund, "expired_or_canceled_card");
        awaitQuiet();
        assertThat(told("refund-failed:" + refund, "refund-failed")).isEqualTo(1);
        assertThat(told("refund-failed:" + refund + ":finance", "FINANCE")).isEqualTo(1);
        user = again(user);
        assertThat(data(userGet(user, "/api/v1/billing/refunds/requests"))
                        .get(0)
                        .get("state")
                        .asText())
                .isEqualTo("failed");
    }

    @Test
    void anOperatorRefundsAPaymentWithoutACustomer() {
        String payment = SANDBOX.stripe()
                .create(
                        "payment_intents",
                        Map.of(
                                "amount",
                                3_000,
                                "currency",
                                "usd",
                                "payment_method",
                                "pm_card_visa",
                                "confirm",
                                true,
                                "automatic_payment_methods",
                                Map.of("enabled", true, "allow_redirects", "never")))
                .get("id")
                .asText();
        awaitQuiet();
        await().atMost(Duration.ofSeconds(15))
                .until(() -> mirror.payment(payment).isPresent());
        String body = "{\"payment_id\":\"%s\",\"amount\":1000,\"reason\":\"by mistake\"}".formatted(payment);
        assertThat(ask(unique("key"), body).statusCode()).as("is nobody's").isEqualTo(404);
        HttpResponse<String> answer = operatorPost("/api/v1/billing/refunds", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(refundedAtStripe(payment)).isEqualTo(1_000);
        List<CompletableFuture<Integer>> both = IntStream.range(0, 2)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> operatorPost(
                                "/api/v1/billing/refunds",
                                "{\"payment_id\":\"%s\",\"reason\":\"the rest\"}".formatted(payment))
                        .statusCode()))
                .toList();
        assertThat(both.stream().map(CompletableFuture::join)).containsExactlyInAnyOrder(201, 422);
        assertThat(refundedAtStripe(payment)).isEqualTo(3_000);
    }
}
