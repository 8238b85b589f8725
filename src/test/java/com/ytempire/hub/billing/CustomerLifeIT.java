package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.sandbox.ResendVendor.SandboxMail;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.sql.Timestamp;
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
class CustomerLifeIT extends EffectsHubIT {

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

    /** What is not sent within three days of its writing is dropped. */
    private void awaitMailsGone() {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> jdbc.sql("select not exists (select 1 from notifications.outbox where channel = 'mail'"
                                + " and state in ('waiting', 'sending'))")
                        .query(Boolean.class)
                        .single());
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
            awaitMailsGone();
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
                        .param("now", Timestamp.from(SANDBOX.clock().instant()))
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

    /** What her plan grants at this moment. */
    private void assertGranted(String status, String plan, int channels, int videosPerDay, String... features) {
        JsonNode subscription = subscription();
        assertThat(subscription.get("status").asText()).isEqualTo(status);
        assertThat(subscription.get("plan").asText()).isEqualTo(plan);
        assertThat(subscription.get("channels").asInt()).isEqualTo(channels);
        assertThat(subscription.get("videos_per_day").asInt()).isEqualTo(videosPerDay);
        assertThat(json.convertValue(subscription.get("features"), String[].class))
                .containsExactlyInAnyOrder(features);
    }

    private void assertCredits(long balance) {
        assertThat(get("billing/credits").get("balance").asLong()).isEqualTo(balance);
        assertCreditsReAdd();
    }

    /** What the operator's figures say in dollars for all her days, and for what was there before. */
    private JsonNode figures(String of, LocalDate firstDay) {
        JsonNode currencies = operatorRead(of + "?from=" + firstDay.minusDays(1) + "&to=" + firstDay.plusDays(200))
                .get("currencies");
        for (JsonNode currency : currencies) {
            if (currency.get("currency").asText().equals("usd")) {
                return currency;
            }
        }
        return json.createObjectNode();
    }

    private static long grown(JsonNode before, JsonNode after, String field) {
        return after.at("/" + field).asLong() - before.at("/" + field).asLong();
    }

    /** To the second, each part rounded by itself: docs.stripe.com/billing/subscriptions/prorations. */
    private static long prorated(long cents, JsonNode subscription, Instant at) {
        long start = subscription.get("current_period_start").asLong();
        long end = subscription.get("current_period_end").asLong();
        return BigDecimal.valueOf(cents)
                .multiply(BigDecimal.valueOf(end - at.getEpochSecond()))
                .divide(BigDecimal.valueOf(end - start), 0, RoundingMode.HALF_UP)
                .longValueExact();
    }

    @Test
    void fromRegistrationToFarewell() {
        forgetDunning(); // all revenue shall be hers
        LocalDate firstDay = LocalDate.ofInstant(SANDBOX.clock().instant(), ZoneOffset.UTC);
        JsonNode revenueBefore = figures("revenue", firstDay);
        JsonNode metricsBefore = figures("subscription-metrics", firstDay);

        // She registers and proves her address.
        assertThat(open("register", "{\"email\":\"" + email + "\",\"password\":\"" + PASSWORD + "\",\"name\":\"Ada\"}")
                        .statusCode())
                .isLessThan(300);
        data(open("verify", "{\"token\":\"" + linkToken() + "\"}"));
        logIn();
        UUID user = UUID.fromString(get("users/me").get("id").asText());
        assertThat(subscription().get("status").asText()).isEqualTo("none");
        assertThat(subscription().get("features")).isEmpty();
        assertCredits(0);

        // She subscribes to the smallest plan at Stripe's page, with a trial.
        String session = post("billing/checkout-sessions", "{\"plan\":\"starter\"}")
                .get("checkout_session_id")
                .asText();
        SANDBOX.stripe().completeCheckout(session, "pm_card_visa");
        awaitQuiet();
        awaitMail("Welcome");
        assertGranted("trialing", "starter", 5, 15, "basic_analytics", "email_support");
        String customer = jdbc.sql("select customer from billing.customer_owner where user_id = :user")
                .param("user", user)
                .query(String.class)
                .single();
        assertThat(chargedAtStripe(customer))
                .as("nothing is charged in a trial")
                .isZero();

        // The trial ends, told beforehand, and she pays.
        pass(Duration.ofDays(14).plusHours(2));
        assertGranted("active", "starter", 5, 15, "basic_analytics", "email_support");
        assertThat(chargedAtStripe(customer)).isEqualTo(9_700);
        awaitMail("Receipt: 97.00 USD");

        // She looks what an upgrade costs, thinks about it, and is charged what she saw, to the cent.
        String id = subscription().get("subscription_id").asText();
        ObjectNode upgrade = json.createObjectNode().put("plan", "growth").put("proration", "now");
        JsonNode told = post("billing/subscriptions/" + id + "/preview", upgrade.toString());
        Instant at = Instant.parse(told.get("proration_date").asText());
        JsonNode period = SANDBOX.stripe().find(id).orElseThrow();
        long upgraded = told.get("amount_due").asLong();
        assertThat(upgraded).isEqualTo(prorated(29_700, period, at) - prorated(9_700, period, at));
        SANDBOX.clock().advance(Duration.ofMinutes(10));
        data(call(
                "PATCH",
                "billing/subscriptions/" + id,
                upgrade.put("proration_date", at.toString()).toString()));
        awaitQuiet();
        assertGranted("active", "growth", 10, 30, "advanced_analytics", "priority_support", "api_access");
        assertThat(chargedAtStripe(customer)).isEqualTo(9_700 + upgraded);
        long charged = chargedAtStripe(customer);

        // She buys credits and spends some.
        String pack = product("payg", 100);
        SANDBOX.stripe().create("prices", Map.of("currency", "usd", "unit_amount", 4_900, "product", pack));
        awaitQuiet();
        assertThat(post("billing/payments", "{\"product_id\":\"" + pack + "\",\"quantity\":2}")
                        .get("status")
                        .asText())
                .isEqualTo("succeeded");
        awaitQuiet();
        assertCredits(200);
        post("billing/credits/spend", "{\"amount\":30,\"reason\":\"a video\"}");
        assertCredits(170);
        charged += 9_800;
        assertThat(chargedAtStripe(customer)).isEqualTo(charged);

        // The next month her card is declined, and she is dunned.
        String card =
                get("billing/payment-methods").get(0).get("payment_method_id").asText();
        post("billing/payment-methods/" + card + "/default", "");
        awaitQuiet();
        SANDBOX.stripe().declineCardOf(customer, "insufficient_funds");
        pass(Duration.ofDays(31));
        assertGranted("past_due", "growth", 10, 30, "advanced_analytics", "priority_support", "api_access");
        awaitMail("Your payment of");
        pass(Duration.ofDays(4));
        assertGranted("past_due", "growth", 10, 30, "advanced_analytics", "priority_support", "api_access");
        pass(Duration.ofDays(5));
        assertGranted("past_due", "growth", 10, 30, "priority_support");
        assertThat(chargedAtStripe(customer)).as("no declined try charges").isEqualTo(charged);
        assertThat(operatorRead("dunning?state=open").toString()).contains(customer);

        // A new card pays the open invoice at once, once.
        attachDefault("pm_card_mastercard");
        awaitQuiet();
        awaitNothingDue();
        awaitQuiet();
        assertGranted("active", "growth", 10, 30, "advanced_analytics", "priority_support", "api_access");
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
        assertGranted("active", "growth", 10, 30, "advanced_analytics", "priority_support", "api_access");
        assertCredits(170);

        // She leaves at the end of the period, and has until then what she paid for.
        data(call(
                "POST",
                "billing/subscriptions/" + id + "/cancel",
                "{\"at_period_end\":true,\"reason\":\"user_requested\"}"));
        awaitQuiet();
        assertThat(subscription().get("cancel_at_period_end").asBoolean()).isTrue();
        assertGranted("active", "growth", 10, 30, "advanced_analytics", "priority_support", "api_access");
        pass(Duration.ofDays(32));
        assertGranted("canceled", "growth", 0, 0);
        assertThat(chargedAtStripe(customer)).as("nothing is charged any more").isEqualTo(charged);

        assertWrittenAndTracked(user);
        assertCredits(170);
        assertThat(get("billing/history")).isNotEmpty();
        assertThat(get("users/me/export").at("/billing/subscriptions")).hasSize(1);
        assertRevenue(revenueBefore, figures("revenue", firstDay), 9_700 + upgraded + 29_700);
        assertMetrics(metricsBefore, figures("subscription-metrics", firstDay));
    }

    private void assertWrittenAndTracked(UUID user) {
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
        List<String> tracked = jdbc.sql("select name from notifications.event where user_id = :user order by id")
                .param("user", user)
                .query(String.class)
                .list();
        assertThat(tracked)
                .containsExactlyInAnyOrder(
                        "signed_up",
                        "checkout_completed",
                        "subscription_started",
                        "trial_ending",
                        "subscription_status", // active
                        "payment_succeeded",
                        "subscription_changed",
                        "payment_succeeded", // the upgrade
                        "payment_succeeded", // credits
                        "payment_failed",
                        "invoice_payment_failed",
                        "subscription_status", // past due
                        "payment_failed",
                        "invoice_payment_failed",
                        "payment_failed",
                        "invoice_payment_failed",
                        "payment_succeeded",
                        "payment_recovered",
                        "subscription_status", // active again
                        "refund_succeeded",
                        "subscription_cancelled",
                        "subscription_ended")
                .startsWith("signed_up")
                .endsWith("refund_succeeded", "subscription_cancelled", "subscription_ended");
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(tracked.stream()
                                .distinct()
                                .flatMap(name -> SANDBOX.mixpanel().events(name).stream())
                                .filter(event -> event.at("/properties/distinct_id")
                                        .asText()
                                        .equals(user.toString()))
                                .map(event -> event.get("event").asText()))
                        .as("Mixpanel")
                        .containsExactlyInAnyOrderElementsOf(tracked));
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(tracked.stream()
                                .distinct()
                                .flatMap(name -> SANDBOX.amplitude().events(name).stream())
                                .filter(event -> event.get("user_id").asText().equals(user.toString()))
                                .map(event -> event.get("event_type").asText()))
                        .as("Amplitude")
                        .containsExactlyInAnyOrderElementsOf(tracked));
    }

    private static void assertRevenue(JsonNode before, JsonNode after, long subscription) {
        assertThat(grown(before, after, "gross_subscription_revenue")).isEqualTo(subscription);
        assertThat(grown(before, after, "gross_one_time_revenue")).isEqualTo(9_800);
        assertThat(grown(before, after, "gross_total_revenue")).isEqualTo(subscription + 9_800);
        assertThat(grown(before, after, "refunds")).isEqualTo(5_000);
        assertThat(grown(before, after, "disputes_lost")).isZero();
        assertThat(grown(before, after, "subscription_revenue")).isEqualTo(subscription - 5_000);
        assertThat(grown(before, after, "one_time_revenue")).isEqualTo(9_800);
        assertThat(grown(before, after, "total_revenue")).isEqualTo(subscription + 9_800 - 5_000);
        assertThat(grown(before, after, "customer_count")).isOne();
        assertThat(grown(before, after, "paid_orders")).isEqualTo(4);
        assertThat(after.get("average_order_value").asLong())
                .isEqualTo(BigDecimal.valueOf(after.get("gross_total_revenue").asLong())
                        .divide(BigDecimal.valueOf(after.get("paid_orders").asLong()), 0, RoundingMode.HALF_UP)
                        .longValueExact());
    }

    /** She came, took more, and left. */
    private static void assertMetrics(JsonNode before, JsonNode after) {
        assertThat(grown(before, after, "movements/new")).isEqualTo(9_700);
        assertThat(grown(before, after, "movements/expansion")).isEqualTo(20_000);
        assertThat(grown(before, after, "movements/contraction")).isZero();
        assertThat(grown(before, after, "movements/reactivation")).isZero();
        assertThat(grown(before, after, "movements/churn")).isEqualTo(-29_700);
        assertThat(grown(before, after, "subscription_mrr")).isZero();
        assertThat(grown(before, after, "active_subscriptions")).isZero();
        assertThat(grown(before, after, "churned_subscriptions")).isOne();
        assertThat(grown(before, after, "churn_reasons/user_requested")).isOne();
    }
}
