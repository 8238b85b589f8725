package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.sandbox.ResendVendor.SandboxMail;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * A whole customer's life, over HTTP alone: she registers, subscribes with a trial, pays, upgrades, buys credits, fails
 * to pay, is dunned, recovers with a new card, is refunded, and leaves.
 */
class CustomerLifeIT extends EffectsIT {

    private static final String PASSWORD = "a long enough password";

    private final String email = "life-" + UUID.randomUUID() + "@example.com";
    private String token;

    private HttpResponse<String> open(String path, String body) {
        return send(request("/api/v1/auth/" + path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    private void logIn() {
        token = data(open("login", "{\"email\":\"" + email + "\",\"password\":\"" + PASSWORD + "\"}"))
                .get("access_token")
                .asText();
    }

    private HttpResponse<String> call(String method, String path, String body) {
        return send(request("/api/v1/" + path)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", UUID.randomUUID().toString())
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body)));
    }

    private JsonNode get(String path) {
        return data(call("GET", path, null));
    }

    private JsonNode post(String path, String body) {
        return data(call("POST", path, body));
    }

    private List<String> subjects() {
        return SANDBOX.resend().mailsTo(email).stream()
                .map(SandboxMail::subject)
                .toList();
    }

    private void awaitMail(String subject) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> subjects().stream().anyMatch(sent -> sent.startsWith(subject)));
    }

    private String linkToken() {
        awaitMail("Confirm");
        Matcher link = Pattern.compile("#token=([\\w.-]+)")
                .matcher(SANDBOX.resend().mailsTo(email).get(0).text());
        assertThat(link.find()).isTrue();
        return link.group(1);
    }

    /** Time passes in steps, so that everything happens on its day; afterwards she logs in again. */
    private void pass(Duration time) {
        Instant end = SANDBOX.clock().instant().plus(time);
        while (SANDBOX.clock().instant().isBefore(end)) {
            Duration left = Duration.between(SANDBOX.clock().instant(), end);
            SANDBOX.clock().advance(left.compareTo(Duration.ofDays(1)) < 0 ? left : Duration.ofDays(1));
            awaitQuiet();
            awaitNothingDue();
        }
        logIn();
    }

    private void awaitNothingDue() {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> jdbc.sql("""
                                select not exists (select 1 from billing.dunning_case where state = 'open' and next_at <= now_at)
                                   and not exists (select 1 from billing.command where state in ('waiting', 'sending'))
                                  from (select :now::timestamptz as now_at) as clock
                                """)
                        .param("now", java.sql.Timestamp.from(SANDBOX.clock().instant()))
                        .query(Boolean.class)
                        .single());
    }

    private JsonNode subscription() {
        return get("billing/subscriptions/current");
    }

    private void attachDefault(String method) {
        String attached = post("billing/payment-methods", "{\"payment_method_id\":\"" + method + "\"}")
                .get("payment_method_id")
                .asText();
        post("billing/payment-methods/" + attached + "/default", "");
    }

    private long chargedAtStripe(String customer) {
        return SANDBOX.stripe().all("payment_intent").stream()
                .filter(intent -> intent.path("customer").asText().equals(customer))
                .mapToLong(intent -> intent.path("amount_received").asLong())
                .sum();
    }

    private JsonNode operatorRead(String path) {
        return data(operatorGet("/api/v1/billing/" + path));
    }

    @Test
    void fromRegistrationToFarewell() {
        // She registers and proves her address.
        assertThat(open("register", "{\"email\":\"" + email + "\",\"password\":\"" + PASSWORD + "\",\"name\":\"Ada\"}")
                        .statusCode())
                .isLessThan(300);
        data(open("verify", "{\"token\":\"" + linkToken() + "\"}"));
        logIn();
        UUID user = UUID.fromString(get("users/me").get("id").asText());
        LocalDate firstDay = LocalDate.ofInstant(SANDBOX.clock().instant(), ZoneOffset.UTC);

        // She subscribes to the smallest plan at Stripe's page, with a trial.
        String session = post("billing/checkout-sessions", "{\"plan\":\"starter\"}")
                .get("checkout_session_id")
                .asText();
        SANDBOX.stripe().completeCheckout(session, "pm_card_visa");
        awaitQuiet();
        awaitMail("Welcome");
        assertThat(subscription().get("status").asText()).isEqualTo("trialing");
        assertThat(subscription().get("channels").asInt()).isEqualTo(5);
        String customer = jdbc.sql("select customer from billing.customer_owner where user_id = :user")
                .param("user", user)
                .query(String.class)
                .single();
        assertThat(chargedAtStripe(customer))
                .as("nothing is charged in a trial")
                .isZero();

        // The trial ends, told beforehand, and she pays.
        pass(Duration.ofDays(14).plusHours(2));
        assertThat(subscription().get("status").asText()).isEqualTo("active");
        assertThat(chargedAtStripe(customer)).isEqualTo(9_700);
        awaitMail("Receipt: 97.00 USD");

        // She upgrades at once; what the preview told is what is charged.
        String id = subscription().get("subscription_id").asText();
        String upgrade = "{\"plan\":\"growth\",\"proration\":\"now\"}";
        long told = post("billing/subscriptions/" + id + "/preview", upgrade)
                .get("amount_due")
                .asLong();
        data(call("PATCH", "billing/subscriptions/" + id, upgrade));
        awaitQuiet();
        assertThat(subscription().get("plan").asText()).isEqualTo("growth");
        assertThat(subscription().get("channels").asInt()).isEqualTo(10);
        assertThat(chargedAtStripe(customer) - 9_700).isBetween(told - 20, told + 20); // seconds have passed
        long charged = chargedAtStripe(customer);

        // She buys credits.
        String pack = product("payg", 100);
        SANDBOX.stripe().create("prices", Map.of("currency", "usd", "unit_amount", 4_900, "product", pack));
        awaitQuiet();
        assertThat(post("billing/payments", "{\"product_id\":\"" + pack + "\",\"quantity\":2}")
                        .get("status")
                        .asText())
                .isEqualTo("succeeded");
        awaitQuiet();
        assertThat(get("billing/credits").get("balance").asLong()).isEqualTo(200);
        charged += 9_800;
        assertThat(chargedAtStripe(customer)).isEqualTo(charged);

        // The next month her card is declined, and she is dunned.
        String card =
                get("billing/payment-methods").get(0).get("payment_method_id").asText();
        post("billing/payment-methods/" + card + "/default", "");
        awaitQuiet();
        SANDBOX.stripe().declineCardOf(customer, "insufficient_funds");
        pass(Duration.ofDays(31));
        assertThat(subscription().get("status").asText()).isEqualTo("past_due");
        awaitMail("Your payment of");
        pass(Duration.ofDays(4));
        pass(Duration.ofDays(5));
        assertThat(subscription().get("features").toString()).doesNotContain("api_access");
        assertThat(chargedAtStripe(customer)).as("no declined try charges").isEqualTo(charged);
        assertThat(operatorRead("dunning?state=open").toString()).contains(customer);

        // A new card pays the open invoice at once, once.
        attachDefault("pm_card_mastercard");
        awaitQuiet();
        awaitNothingDue();
        awaitQuiet();
        assertThat(subscription().get("status").asText()).isEqualTo("active");
        assertThat(subscription().get("features").toString()).contains("api_access");
        charged += 29_700;
        assertThat(chargedAtStripe(customer)).isEqualTo(charged);
        assertThat(operatorRead("dunning?state=open").toString()).doesNotContain(customer);

        awaitNothingDue();
        awaitQuiet();
        String newCard =
                get("billing/payment-methods").get(0).get("payment_method_id").asText();
        assertThat(SANDBOX.stripe()
                        .find(id)
                        .orElseThrow()
                        .path("default_payment_method")
                        .asText())
                .as("renewals are tried with the new card")
                .isEqualTo(newCard)
                .isNotEqualTo(card);

        // A part of it is refunded at once, for it is small.
        String payment = SANDBOX.stripe().all("payment_intent").stream()
                .filter(intent -> intent.path("customer").asText().equals(customer)
                        && intent.path("amount_received").asLong() == 29_700)
                .map(intent -> intent.get("id").asText())
                .findFirst()
                .orElseThrow();
        ObjectNode refund = json.createObjectNode()
                .put("payment_id", payment)
                .put("amount", 5_000)
                .put("reason", "requested_by_customer");
        assertThat(call("POST", "billing/refunds", refund.toString()).statusCode())
                .isEqualTo(201);
        awaitQuiet();
        awaitMail("Your refund of 50.00 USD");

        // She leaves at the end of the period.
        data(call(
                "POST",
                "billing/subscriptions/" + id + "/cancel",
                "{\"at_period_end\":true,\"reason\":\"user_requested\"}"));
        awaitQuiet();
        assertThat(subscription().get("cancel_at_period_end").asBoolean()).isTrue();
        pass(Duration.ofDays(32));
        assertThat(subscription().get("status").asText()).isEqualTo("canceled");
        assertThat(subscription().get("channels").asInt()).isZero();
        assertThat(chargedAtStripe(customer)).as("nothing is charged any more").isEqualTo(charged);

        leftBehind(user, firstDay, charged);
    }

    private void leftBehind(UUID user, LocalDate firstDay, long charged) {
        assertThat(jdbc.sql(
                                "select payload ->> 'template' from notifications.outbox where channel = 'mail' and user_id = :user")
                        .param("user", user)
                        .query(String.class)
                        .list())
                .containsExactlyInAnyOrder(
                        "verify-email",
                        "welcome",
                        "trial-ending",
                        "plan-changed",
                        "receipt",
                        "receipt",
                        "receipt",
                        "receipt",
                        "payment-reminder",
                        "payment-update-request",
                        "suspension-warning",
                        "refund",
                        "cancelled",
                        "retention");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> SANDBOX.resend().mailsTo(email).size() == 14);
        assertThat(jdbc.sql("select distinct name from notifications.event where user_id = :user")
                        .param("user", user)
                        .query(String.class)
                        .list())
                .contains(
                        "signed_up",
                        "subscription_started",
                        "subscription_changed",
                        "subscription_cancelled",
                        "invoice_payment_failed");
        assertCreditsReAdd();
        assertThat(get("billing/credits").get("balance").asLong()).isEqualTo(200);
        assertThat(get("billing/history")).isNotEmpty();
        assertThat(get("users/me/export").get("billing").toString()).contains("growth");

        long booked = number(
                "select coalesce(sum(e.amount), 0) from billing.revenue_entry e join billing.customer_owner o"
                        + " on o.customer = e.customer where o.user_id = :user",
                Map.of("user", user));
        assertThat(booked).as("revenue is what was paid less what went back").isEqualTo(charged - 5_000);
        long mrr = number(
                "select coalesce(sum(m.amount), 0) from billing.mrr_movement m join billing.customer_owner o"
                        + " on o.customer = m.customer where o.user_id = :user",
                Map.of("user", user));
        assertThat(mrr).as("her movements add up to nothing, for she has left").isZero();
        JsonNode revenue = operatorRead("revenue?from=" + firstDay + "&to="
                + LocalDate.ofInstant(SANDBOX.clock().instant(), ZoneOffset.UTC));
        assertThat(revenue.get("as_of").isNull()).isFalse();
    }
}
