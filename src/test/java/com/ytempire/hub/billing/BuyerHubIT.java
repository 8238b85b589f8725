package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What tests of somebody who buys have in common: the calls of the API, and what stands at Stripe then. */
abstract class BuyerHubIT extends BillingHubIT {

    static final String BILLING = "/api/v1/billing/";

    HttpResponse<String> call(String method, String path, String key, String body) {
        HttpRequest.Builder request = request(BILLING + path)
                .header("Authorization", "Bearer " + user.token())
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        return send(key == null ? request : request.header("Idempotency-Key", key));
    }

    HttpResponse<String> post(String path, String body) {
        return call("POST", path, null, body);
    }

    HttpResponse<String> get(String path) {
        return call("GET", path, null, null);
    }

    JsonNode problem(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        JsonNode problem = tree(answer);
        assertThat(problem.get("code").asText()).isEqualTo(code);
        return problem;
    }

    String customer() {
        return data(post("customers", "{}"), 201).get("customer_id").asText();
    }

    /** A card of Stripe's test cards, the default of the customer. */
    String card(String testCard) {
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

    List<ObjectNode> atStripe(String type, String customer) {
        return SANDBOX.stripe().all(type).stream()
                .filter(object -> object.path("customer").asText().equals(customer))
                .toList();
    }

    JsonNode subscribe(String plan) {
        return data(post("subscriptions", "{\"plan\":\"" + plan + "\"}"), 201);
    }

    /** The user has a plan, and a card that works. */
    String subscribed(String plan) {
        customer();
        card("pm_card_visa");
        return subscribe(plan).get("subscription_id").asText();
    }

    /** A product sold once, as the mirror knows it. */
    String product(long cents) {
        ObjectNode price = SANDBOX.stripe().singlePrice("Hundred credits", cents);
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
}
