package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.platform.ChangedSettings;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Which plans are sold, at which price, and what becomes of those who have one when that changes. */
class PlansForSaleIT extends BuyerHubIT {

    @Autowired
    private ChangedSettings settings;

    @Autowired
    private PlanLimits limits;

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

    @Test
    void whoHasAPlanKeepsItsPriceWhenThePlanGetsAnother() {
        String id = subscribed("starter");
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
        String price = SANDBOX.stripe().monthlyPrice(plan, 14_900).get("id").asText();
        String wanted = ("{\"values\":{\"name\":\"%s\",\"price\":\"%s\",\"amount\":\"14900\",\"currency\":\"usd\","
                + "\"channels\":\"%s\",\"videos-per-day\":\"20\",\"trial-days\":\"14\",\"features\":\"api_access\"}}");
        problem(act("plan.add", wanted.formatted(plan, price, "many")), 422, "validation_failed");
        problem(act("plan.add", wanted.formatted(plan, STARTER, "7")), 422, "validation_failed");
        problem(act("plan.add", wanted.formatted("starter", price, "7")), 422, "validation_failed");
        data(act("plan.add", wanted.formatted(plan, price, "7")), 200);
        try {
            problem(act("plan.add", wanted.formatted(plan + "_2", price, "7")), 422, "validation_failed");
            await().atMost(Duration.ofSeconds(15)).until(() -> isOffered(plan));
            String id = subscribed(plan);
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
}
