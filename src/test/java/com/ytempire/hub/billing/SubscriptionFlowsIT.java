package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** What follows from the life of a subscription: mails, analytics, notices, and what the plan grants. */
class SubscriptionFlowsIT extends EffectsHubIT {

    @Autowired
    private PlanLimits limits;

    /** A price whose product is of that plan. */
    private String price(String tier, String flags, long cents, String interval) {
        String product = SANDBOX.stripe()
                .create(
                        "products",
                        Map.of("name", "Plan " + tier, "metadata", Map.of("plan_tier", tier, "feature_flags", flags)))
                .get("id")
                .asText();
        return SANDBOX.stripe()
                .recurringPrice(product, cents, interval)
                .get("id")
                .asText();
    }

    private List<JsonNode> mails(UUID user, String template) {
        return jdbc
                .sql("select payload::text from notifications.outbox where channel = 'mail' and user_id = :user"
                        + " and payload->>'template' = :template order by id")
                .param("user", user)
                .param("template", template)
                .query(String.class)
                .list()
                .stream()
                .map(this::tree)
                .toList();
    }

    private JsonNode tree(String text) {
        try {
            return json.readTree(text);
        } catch (IOException e) {
            throw new IllegalStateException(text, e);
        }
    }

    private List<String> tracked(UUID user) {
        return jdbc.sql("select name from notifications.event where user_id = :user order by id")
                .param("user", user)
                .query(String.class)
                .list();
    }

    private List<String> history(String subscription) {
        return jdbc.sql("select action from billing.history where object_kind = 'subscription' and object_id = :id"
                        + " order by id")
                .param("id", subscription)
                .query(String.class)
                .list();
    }

    private String subscribe(UUID user, String price) {
        return SANDBOX.stripe().subscribe(customerOf(user), price).get("id").asText();
    }

    /** Whatever order the events of one purchase come in, some of them twice. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void onePurchaseIsOneWelcome(long seed) {
        UUID user = newUser();
        String price = price("growth", "", 29_700, "month");
        SANDBOX.deliveries().hold("stripe");
        SANDBOX.deliveries().duplicate("stripe", 1, 20);
        String subscription = subscribe(user, price);
        SANDBOX.deliveries().releasePermuted("stripe", seed);
        awaitQuiet();
        assertThat(mails(user, "welcome")).hasSize(1);
        JsonNode values = mails(user, "welcome").get(0).get("values");
        assertThat(values.get("plan").asText()).isEqualTo("growth");
        assertThat(values.at("/amount/amount").asLong()).isEqualTo(29_700);
        assertThat(tracked(user)).contains("subscription_started").doesNotHaveDuplicates();
        assertThat(history(subscription)).containsOnlyOnce("started");
        assertThat(jdbc.sql("select count(*) from billing.subscription_life where user_id = :user")
                        .param("user", user)
                        .query(Long.class)
                        .single())
                .isEqualTo(1);
    }

    @Test
    void anotherPlanIsToldWithBothAmounts() {
        UUID user = newUser();
        String subscription = subscribe(user, price("starter", "", 9_700, "month"));
        awaitQuiet();
        String item = SANDBOX.stripe()
                .find(subscription)
                .orElseThrow()
                .at("/items/data/0/id")
                .asText();
        String scale = price("scale", "beta_editor", 79_700, "month");
        SANDBOX.stripe()
                .update("subscriptions", subscription, Map.of("items", List.of(Map.of("id", item, "price", scale))));
        awaitQuiet();
        assertThat(mails(user, "plan-changed")).singleElement().satisfies(mail -> {
            assertThat(mail.at("/values/old_plan").asText()).isEqualTo("starter");
            assertThat(mail.at("/values/new_plan").asText()).isEqualTo("scale");
            assertThat(mail.at("/values/old_amount/amount").asLong()).isEqualTo(9_700);
            assertThat(mail.at("/values/new_amount/amount").asLong()).isEqualTo(79_700);
        });
        assertThat(teamNotices(subscription)).isEqualTo(1);
        assertThat(limits.of(user))
                .satisfies(granted -> assertThat(granted.plan()).isEqualTo("scale"))
                .satisfies(granted -> assertThat(granted.channels()).isEqualTo(25))
                .satisfies(granted -> assertThat(granted.features()).contains("custom_integrations", "beta_editor"));
        assertThat(history(subscription)).containsSubsequence("started", "changed");
    }

    private long teamNotices(String subscription) {
        return jdbc.sql("select count(*) from notifications.outbox where channel = 'mail' and key = :key"
                        + " and payload->>'audience' = 'TEAM'")
                .param("key", "high-value:" + subscription)
                .query(Long.class)
                .single();
    }

    /** By the month: a year of $9,564 is one of $797 a month. */
    @ParameterizedTest
    @CsvSource({"79700, month, 1", "79699, month, 0", "956400, year, 1", "956300, year, 0"})
    void theTeamHearsOfALargeSubscription(long cents, String interval, long notices) {
        String subscription = subscribe(newUser(), price("scale", "", cents, interval));
        awaitQuiet();
        assertThat(teamNotices(subscription)).isEqualTo(notices);
    }

    /** Nothing is kept that would have to follow: the answer is computed from the state the mirror holds. */
    @ParameterizedTest
    @CsvSource({
        "trialing, 10",
        "active, 10",
        "past_due, 10",
        "unpaid, 0",
        "paused, 0",
        "incomplete, 0",
        "incomplete_expired, 0",
        "canceled, 0"
    })
    void whatAPlanGrantsFollowsTheStatusAtOnce(String status, int channels) {
        UUID user = newUser();
        String subscription = subscribe(user, price("growth", "", 29_700, "month"));
        awaitQuiet();
        assertThat(limits.of(user).channels()).isEqualTo(10);
        jdbc.sql("update billing.subscription set status = :status,"
                        + " object = jsonb_set(object, '{status}', to_jsonb(:status::text)) where id = :id")
                .param("status", status)
                .param("id", subscription)
                .update();
        assertThat(limits.of(user).status()).isEqualTo(status);
        assertThat(limits.of(user).channels()).isEqualTo(channels);
        assertThat(limits.of(user).videosPerDay()).isEqualTo(3 * channels);
        assertThat(limits.grants(user, "api_access")).isEqualTo(channels > 0);
    }

    @Test
    void eachCancellationIsConfirmedOnceAndAsksToStayOnce() {
        UUID user = newUser();
        String subscription = subscribe(user, price("starter", "", 9_700, "month"));
        awaitQuiet();
        SANDBOX.stripe().update("subscriptions", subscription, Map.of("cancel_at_period_end", true));
        awaitQuiet();
        assertThat(mails(user, "cancelled")).hasSize(1);
        assertThat(mails(user, "retention")).hasSize(1);
        assertThat(limits.of(user).channels()).as("until the period ends").isEqualTo(5);
        SANDBOX.stripe().update("subscriptions", subscription, Map.of("cancel_at_period_end", false));
        awaitQuiet();
        SANDBOX.stripe().cancel(subscription);
        awaitQuiet();
        assertThat(mails(user, "cancelled")).as("a second cancellation").hasSize(2);
        assertThat(mails(user, "retention")).hasSize(2);
        assertThat(history(subscription)).containsSubsequence("started", "cancelled", "kept", "ended");
        assertThat(tracked(user))
                .containsSubsequence(
                        "subscription_started",
                        "subscription_cancelled",
                        "subscription_kept",
                        "subscription_cancelled",
                        "subscription_ended");
        assertThat(limits.of(user)).isEqualTo(new PlanLimits.Limits("starter", "canceled", 0, 0, Set.of()));
    }

    @Test
    void aPausedSubscriptionGrantsNothingUntilItIsResumed() {
        UUID user = newUser();
        String subscription = subscribe(user, price("growth", "", 29_700, "month"));
        awaitQuiet();
        assertThat(limits.of(user).videosPerDay()).isEqualTo(30);
        SANDBOX.stripe().pause(subscription);
        awaitQuiet();
        assertThat(limits.of(user).status()).isEqualTo("paused");
        assertThat(limits.of(user).features()).isEmpty();
        SANDBOX.stripe().resume(subscription);
        awaitQuiet();
        assertThat(limits.grants(user, "api_access")).isTrue();
        SANDBOX.stripe().update("subscriptions", subscription, Map.of("pause_collection", Map.of("behavior", "void")));
        awaitQuiet();
        assertThat(limits.grants(user, "api_access")).isFalse();
    }

    @Test
    void theEndOfATrialIsToldOnceWithAndWithoutStripesEvent() {
        UUID user = newUser();
        String customer = customerOf(user);
        String subscription = SANDBOX.stripe()
                .create(
                        "subscriptions",
                        Map.of(
                                "customer",
                                customer,
                                "trial_period_days",
                                14,
                                "items",
                                List.of(Map.of("price", price("growth", "", 29_700, "month")))))
                .get("id")
                .asText();
        awaitQuiet();
        assertThat(limits.of(user).status()).isEqualTo("trialing");
        assertThat(limits.of(user).channels()).isEqualTo(10);
        assertThat(mails(user, "trial-ending")).isEmpty();
        SANDBOX.clock().advance(Duration.ofDays(11).plusMinutes(1));
        await().atMost(Duration.ofSeconds(15))
                .until(() -> !mails(user, "trial-ending").isEmpty());
        SANDBOX.stripe().trialWillEnd(subscription);
        awaitQuiet();
        assertThat(mails(user, "trial-ending"))
                .singleElement()
                .satisfies(mail ->
                        assertThat(mail.at("/values/amount/amount").asLong()).isEqualTo(29_700));
    }

    @Test
    void whatIsOldIsNotedInSilence() {
        UUID user = newUser();
        String[] subscription = new String[1];
        String price = price("growth", "", 29_700, "month");
        awaitQuiet();
        SANDBOX.stripe().withoutEvents(() -> subscription[0] = subscribe(user, price));
        SANDBOX.clock().advance(Duration.ofDays(4));
        SANDBOX.stripe().update("subscriptions", subscription[0], Map.of("metadata", Map.of("seen", "now")));
        String customer = SANDBOX.stripe()
                .find(subscription[0])
                .orElseThrow()
                .get("customer")
                .asText();
        SANDBOX.stripe().update("customers", customer, Map.of("phone", "+15550000000"));
        awaitQuiet();
        assertThat(history(subscription[0])).containsOnlyOnce("started");
        assertThat(mails(user, "welcome")).isEmpty();
        assertThat(tracked(user)).isEmpty();
        assertThat(limits.of(user).plan()).isEqualTo("growth");
    }

    @Test
    void plansAndCatalogueAreShown() {
        String price = price("growth", "beta_editor", 29_700, "month");
        awaitQuiet();
        JsonNode plans = tree(operatorGet("/api/v1/billing/plans").body()).get("data");
        assertThat(plans).hasSize(3);
        assertThat(plans.get(1).get("name").asText()).isEqualTo("growth");
        assertThat(plans.get(1).get("amount").asLong()).isEqualTo(29_700);
        assertThat(plans.get(1).get("videos_per_day").asInt()).isEqualTo(30);
        JsonNode item = null;
        for (int page = 1; item == null; page++) {
            JsonNode items = tree(operatorGet("/api/v1/billing/catalogue?per_page=100&page=" + page)
                            .body())
                    .get("data");
            assertThat(items).isNotEmpty();
            for (JsonNode each : items) {
                item = each.get("price_id").asText().equals(price) ? each : item;
            }
        }
        assertThat(item.at("/plan/name").asText()).isEqualTo("growth");
        assertThat(item.at("/plan/features").toString()).contains("beta_editor", "api_access");
    }
}
