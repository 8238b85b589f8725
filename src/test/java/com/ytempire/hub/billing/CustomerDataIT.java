package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.accounts.TestUsers.User;
import com.ytempire.hub.sandbox.Faults.Fault;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What Stripe knows of a user follows the account, to its end. */
class CustomerDataIT extends BuyerHubIT {

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
}
