package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.ytempire.hub.sandbox.Faults.Fault;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.support.TransactionTemplate;

/** Commands that people have to look after. */
class CommandDeskIT extends CommandHubIT {

    @Autowired
    private Commands commands;

    @Autowired
    private TransactionTemplate transactions;

    @Test
    void afterFiveFailuresPeopleTakeOver() {
        SANDBOX.faults().fail("stripe", Fault.status(409).on("/v1/customers"), 1000);
        String command = data(post("/api/v1/billing/customers", null, "{}"), 202)
                .get("command_id")
                .asText();
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            stripeBreaker.reset();
            SANDBOX.clock().advance(Duration.ofMinutes(1));
            return state(command).equals("manual");
        });
        assertThat(jdbc.sql("select payload->>'audience' from notifications.outbox where key like :key")
                        .param("key", "command-manual:" + command + "%")
                        .query(String.class)
                        .list())
                .containsExactlyInAnyOrder("FINANCE", "SUPPORT");
    }

    @Test
    void operatorsActOnWhatIsStuck() {
        SANDBOX.faults().outage("stripe", Fault.cut(), null);
        String command = data(post("/api/v1/billing/customers", null, "{}"), 202)
                .get("command_id")
                .asText();
        String path = "/api/v1/billing/commands/" + command;
        assertThat(operatorPost(path + "/hand-over", "{}").statusCode()).isEqualTo(422);
        assertThat(data(operatorPost(path + "/hand-over", "{\"note\":\"asked by phone\"}"), 200)
                        .get("status")
                        .asText())
                .isEqualTo("manual");
        SANDBOX.faults().lift("stripe");
        stripeBreaker.reset();
        data(operatorPost(path + "/retry", ""), 200);
        await().atMost(Duration.ofSeconds(15)).until(() -> state(command).equals("done"));
        assertThat(customersAtStripe()).hasSize(1);
        assertThat(operatorPost(path + "/close", "{\"note\":\"late\"}").statusCode())
                .isEqualTo(409);
        assertThat(data(operatorGet("/api/v1/billing/commands?state=done"), 200))
                .isNotEmpty();
    }

    @Test
    void anOperatorGivesAnUnknownCustomerToAUser() {
        String customer = SANDBOX.stripe()
                .create("customers", Map.of("email", unique("x") + "@example.com"))
                .get("id")
                .asText();
        String path = "/api/v1/billing/customers/" + customer + "/assign";
        String body = "{\"user_id\":\"" + user.id() + "\"}";
        await().atMost(Duration.ofSeconds(15))
                .until(() -> operatorPost(path, body).statusCode() == 200);
        assertThat(operatorPost(path, body).statusCode()).isEqualTo(409);
        assertThat(post(path, null, body).statusCode()).isEqualTo(403);
        assertThat(data(post("/api/v1/billing/customers", null, "{}"), 200)
                        .get("customer_id")
                        .asText())
                .isEqualTo(customer);
    }

    /** A fault of our own is no reason to bar its customer for ever. */
    @Test
    void whatCanNeverBeSentIsLeftToPeopleAndLetsOthersPass() {
        String customer = data(post("/api/v1/billing/customers", null, "{}"), 201)
                .get("customer_id")
                .asText();
        String key = unique("poison");
        transactions.executeWithoutResult(status -> commands.enqueue(new CommandRequest(
                CommandKind.CUSTOMER_UPDATE, key, "the hub", user.id(), customer, null, Map.of("name", "Nobody"))));
        UUID poison = jdbc.sql("select id from billing.command where business_key = :key")
                .param("key", key)
                .query(UUID.class)
                .single();
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            SANDBOX.clock().advance(Duration.ofMinutes(5));
            return state(poison.toString()).equals("manual");
        });
        data(
                send(request("/api/v1/billing/customers/" + customer)
                        .header("Authorization", "Bearer " + again(user).token())
                        .header("Content-Type", "application/json")
                        .method("PATCH", HttpRequest.BodyPublishers.ofString("{\"name\":\"Somebody\"}"))),
                200);
    }

    /** Nobody's to hand over: its customer left, and it is of no use without him. */
    @Test
    void whatDoesNotWaitCannotBeHandedOver() {
        data(post("/api/v1/billing/customers", null, "{}"), 201);
        SANDBOX.faults().fail("stripe", Fault.cut().on("/v1/checkout"), 1000);
        String body = "{\"plan\":\"starter\"}";
        assertThat(post("/api/v1/billing/checkout-sessions", null, body).statusCode())
                .isEqualTo(503);
        SANDBOX.faults().clear();
        stripeBreaker.reset();
        data(post("/api/v1/billing/checkout-sessions", null, body), 201);
        String abandoned = jdbc.sql(
                        "select id::text from billing.command where user_id = :user and state = 'abandoned'")
                .param("user", user.id())
                .query(String.class)
                .single();
        String done = jdbc.sql("select id::text from billing.command where user_id = :user and state = 'done'"
                        + " and kind = 'CUSTOMER_CREATE'")
                .param("user", user.id())
                .query(String.class)
                .single();
        for (String command : List.of(abandoned, done)) {
            String path = "/api/v1/billing/commands/" + command;
            for (String action : List.of("/hand-over", "/retry")) {
                HttpResponse<String> answer = operatorPost(path + action, "{\"note\":\"by phone\"}");
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(409);
                assertThat(tree(answer).get("code").asText()).isEqualTo("command_state");
            }
        }
    }
}
