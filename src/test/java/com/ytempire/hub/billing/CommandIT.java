package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.accounts.TestUsers.User;
import com.ytempire.hub.platform.NodeId;
import com.ytempire.hub.sandbox.Faults.Fault;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** What every command has in common, shown by the one that makes a customer: it takes effect once, whatever fails. */
class CommandIT extends CommandHubIT {

    @Autowired
    private CommandQueue queue;

    @Autowired
    private CommandSettings settings;

    @Autowired
    private NodeId node;

    @Test
    void makesACustomerOnceAndKnowsItAtOnce() {
        JsonNode made = data(post("/api/v1/billing/customers", null, "{\"source\":\"friend\"}"), 201);
        String id = made.get("customer_id").asText();
        assertThat(made.get("email").asText()).isEqualTo(user.email());
        assertThat(data(post("/api/v1/billing/customers", null, "{}"), 200)
                        .get("customer_id")
                        .asText())
                .isEqualTo(id);
        assertThat(customersAtStripe()).containsExactly(id);
        JsonNode metadata = SANDBOX.stripe().find(id).orElseThrow().get("metadata");
        assertThat(metadata.get("platform").asText()).isEqualTo("YTEMPIRE");
        assertThat(metadata.get("source").asText()).isEqualTo("friend");
        assertThat(metadata.get("signup_date").asText()).matches("\\d{4}-\\d\\d-\\d\\d");
        assertThat(jdbc.sql("select user_id from billing.customer_owner where customer = :id")
                        .param("id", id)
                        .query(UUID.class)
                        .single())
                .isEqualTo(user.id());
        assertThat(jdbc.sql("select action from billing.history where object_id = :id order by id")
                        .param("id", id)
                        .query(String.class)
                        .list())
                .contains("customer_create", "assigned");
    }

    @Test
    void manyAtOnceMakeOneCustomer() {
        String key = unique("key");
        List<CompletableFuture<HttpResponse<String>>> all = IntStream.range(0, 20)
                .mapToObj(number -> CompletableFuture.supplyAsync(
                        () -> post("/api/v1/billing/customers", number % 2 == 0 ? key : unique("key"), "{}")))
                .toList();
        all.forEach(one -> assertThat(one.join().statusCode()).isIn(200, 201));
        assertThat(customersAtStripe()).hasSize(1);
    }

    /** Calls that make this user a customer; what else the hub asks meanwhile goes well. */
    private void failMakingTheCustomer(Fault fault, int times) {
        SANDBOX.faults()
                .fail("stripe", fault.on("/v1/customers").about(user.id().toString()), times);
    }

    @Test
    void aLostAnswerIsAskedForUnderTheSameKey() {
        failMakingTheCustomer(Fault.cut().afterTheWork(), 1);
        data(post("/api/v1/billing/customers", null, "{}"), 201);
        assertThat(customersAtStripe()).hasSize(1);
    }

    @Test
    void aSavedFailureBlocksNothing() {
        failMakingTheCustomer(Fault.status(500).afterTheWork(), 1);
        data(post("/api/v1/billing/customers", null, "{}"), 201);
        assertThat(customersAtStripe()).hasSize(1);
        assertThat(jdbc.sql("select stripe_key_no from billing.command where user_id = :user")
                        .param("user", user.id())
                        .query(Integer.class)
                        .single())
                .isLessThan(2);
    }

    @Test
    void aRateLimitIsTriedAgain() {
        failMakingTheCustomer(Fault.rateLimit(), 2);
        data(post("/api/v1/billing/customers", null, "{}"), 201);
        assertThat(customersAtStripe()).hasSize(1);
    }

    @Test
    void whatCannotBeSentIsQueuedAndTheSameKeyGivesTheFinalAnswer() {
        String key = unique("key");
        SANDBOX.faults().fail("stripe", Fault.cut(), 1000);
        JsonNode queued = data(post("/api/v1/billing/customers", key, "{}"), 202);
        assertThat(queued.get("status").asText()).isEqualTo("queued");
        String command = queued.get("command_id").asText();
        assertThat(data(post("/api/v1/billing/customers", key, "{}"), 202)).isEqualTo(queued);
        SANDBOX.clock().advance(Duration.ofHours(2));
        SANDBOX.faults().clear();
        user = users.again(user);
        stripeBreaker.reset();
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            SANDBOX.clock().advance(Duration.ofSeconds(10));
            return state(command).equals("done");
        });
        assertThat(customersAtStripe()).hasSize(1);
        JsonNode made = data(post("/api/v1/billing/customers", key, "{}"), 201);
        assertThat(made.get("customer_id").asText())
                .isEqualTo(customersAtStripe().get(0));
    }

    @Test
    void aCommandOlderThanStripesMemoryIsLookedUpFirst() {
        failMakingTheCustomer(Fault.cut().afterTheWork(), 1);
        SANDBOX.faults().fail("stripe", Fault.cut(), 1000);
        String command = data(post("/api/v1/billing/customers", null, "{}"), 202)
                .get("command_id")
                .asText();
        assertThat(customersAtStripe()).hasSize(1);
        SANDBOX.clock().advance(Duration.ofHours(25));
        SANDBOX.faults().clear();
        stripeBreaker.reset();
        await().atMost(Duration.ofSeconds(20)).until(() -> state(command).equals("done"));
        assertThat(customersAtStripe()).hasSize(1);
    }

    /** A node that died between call and settling. */
    @Test
    void whatACrashLeftIsTakenUp() {
        String command = data(post("/api/v1/billing/customers", null, "{}"), 201)
                .get("customer_id")
                .asText();
        UUID id = jdbc.sql("""
                        update billing.command set state = 'sending', node = 'dead', lease_until = now(),
                               settled_at = null, answer = null, answer_status = null
                         where user_id = :user returning id
                        """).param("user", user.id()).query(UUID.class).single();
        await().atMost(Duration.ofSeconds(20)).until(() -> state(id.toString()).equals("done"));
        assertThat(customersAtStripe()).containsExactly(command);
    }

    /** The node comes back under its name: what it is sending since is nobody's to take up. */
    @Test
    void aRestartedNodeTakesUpWhatItWasSendingBefore() {
        UUID before = sending();
        SANDBOX.clock().advance(Duration.ofSeconds(1));
        CommandQueue restarted = new CommandQueue(jdbc, stripeBreaker, settings, node, SANDBOX.clock());
        user = user();
        UUID since = sending();
        restarted.takeOver();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> state(before.toString()).equals("done"));
        assertThat(state(since.toString())).isEqualTo("sending");
        jdbc.sql("update billing.command set lease_until = now() where id = :id")
                .param("id", since)
                .update();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> state(since.toString()).equals("done"));
    }

    /** A command this node has just sent, and has no answer to yet. */
    private UUID sending() {
        data(post("/api/v1/billing/customers", null, "{}"), 201);
        return jdbc.sql("""
                        update billing.command set state = 'sending', node = :node, sent_at = :now,
                               lease_until = now() + interval '1 hour',
                               settled_at = null, answer = null, answer_status = null
                         where user_id = :user returning id
                        """)
                .param("node", node.value())
                .param("now", Timestamp.from(SANDBOX.clock().instant()))
                .param("user", user.id())
                .query(UUID.class)
                .single();
    }

    @Test
    void aSavedFailureWithoutEffectGoesOnUnderTheNextKey() {
        failMakingTheCustomer(Fault.status(500), 1);
        data(post("/api/v1/billing/customers", null, "{}"), 201);
        assertThat(customersAtStripe()).hasSize(1);
        assertThat(jdbc.sql("select stripe_key_no from billing.command where user_id = :user")
                        .param("user", user.id())
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
    }

    @Test
    void theWebhookMayOvertakeTheAnswer() {
        failMakingTheCustomer(Fault.slow(Duration.ofSeconds(1)), 1);
        String id = data(post("/api/v1/billing/customers", null, "{\"name\":\"Ada\"}"), 201)
                .get("customer_id")
                .asText();
        await().atMost(Duration.ofSeconds(15))
                .until(() -> jdbc.sql("select verified from billing.customer where id = :id and name = 'Ada'")
                        .param("id", id)
                        .query(Boolean.class)
                        .single());
        assertThat(jdbc.sql("select count(*) from billing.history where object_id = :id and action = 'assigned'")
                        .param("id", id)
                        .query(Long.class)
                        .single())
                .isEqualTo(1);
    }

    @Test
    void whenStripeWasAwayForTwoHoursEachCommandTakesEffectOnceAndInOrder() {
        List<User> users = List.of(user(), user(), user());
        List<String> customers = users.stream()
                .map(one -> {
                    user = one;
                    return data(post("/api/v1/billing/customers", null, "{}"), 201)
                            .get("customer_id")
                            .asText();
                })
                .toList();
        SANDBOX.faults().outage("stripe", Fault.status(503), null);
        for (String name : List.of("first", "second", "third")) {
            for (int i = 0; i < users.size(); i++) {
                user = users.get(i);
                HttpResponse<String> queued = send(request("/api/v1/billing/customers/" + customers.get(i))
                        .header("Authorization", "Bearer " + user.token())
                        .header("Content-Type", "application/json")
                        .method("PATCH", HttpRequest.BodyPublishers.ofString("{\"name\":\"" + name + "\"}")));
                data(queued, 202);
            }
        }
        for (int minutes = 0; minutes < 120; minutes += 10) {
            SANDBOX.clock().advance(Duration.ofMinutes(10));
            await().atMost(Duration.ofSeconds(5)).until(() -> open(customers) == 9);
        }
        SANDBOX.faults().lift("stripe");
        stripeBreaker.reset();
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            SANDBOX.clock().advance(Duration.ofSeconds(5));
            return open(customers) == 0;
        });
        for (String customer : customers) {
            assertThat(SANDBOX.stripe().find(customer).orElseThrow().get("name").asText())
                    .isEqualTo("third");
            assertThat(SANDBOX.stripe().events().stream()
                            .filter(event -> event.path("type").asText().equals("customer.updated")
                                    && event.at("/data/object/id").asText().equals(customer))
                            .map(event -> event.at("/data/object/name").asText()))
                    .containsExactly("first", "second", "third");
        }
    }

    private int open(List<String> customers) {
        return jdbc.sql(
                        "select count(*) from billing.command where customer in (:customers) and kind = 'CUSTOMER_UPDATE'"
                                + " and state in ('waiting', 'sending')")
                .param("customers", customers)
                .query(Integer.class)
                .single();
    }

    @Test
    void theQueueKeepsItsRateOnAllNodesTogether() {
        int taken = IntStream.range(0, 8).map(look -> queue.turns(8)).sum();
        assertThat(taken).isBetween(1, 20); // the look may fall into two seconds
    }

    @Test
    void aFailingEffectIsDoneLaterAndTheCommandIsNotSentAgain() {
        jdbc.sql("alter table billing.customer_owner add constraint broken check (user_id <> '" + user.id() + "')")
                .update();
        String id;
        try {
            id = data(post("/api/v1/billing/customers", null, "{}"), 201)
                    .get("customer_id")
                    .asText();
        } finally {
            jdbc.sql("alter table billing.customer_owner drop constraint broken")
                    .update();
        }
        assertThat(customersAtStripe()).containsExactly(id);
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            SANDBOX.clock().advance(Duration.ofSeconds(5));
            return jdbc.sql("select count(*) from billing.customer_owner where customer = :id")
                    .param("id", id)
                    .query(Long.class)
                    .single()
                    .equals(1L);
        });
        assertThat(jdbc.sql("select attempt from billing.command where user_id = :user")
                        .param("user", user.id())
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
    }

    @Test
    void aUsersReceiptsGoToHisProvenAddressOnly() {
        HttpResponse<String> answer =
                post("/api/v1/billing/customers", null, "{\"email\":\"somebody.else@example.com\"}");
        assertFieldRefused(answer, "email");
        assertThat(jdbc.sql("select count(*) from billing.command where user_id = :user")
                        .param("user", user.id())
                        .query(Long.class)
                        .single())
                .isZero();
    }

    @Test
    void wrongInputNamesTheField() {
        HttpResponse<String> answer = post("/api/v1/billing/customers", null, "{\"email\":\"nonsense\"}");
        assertFieldRefused(answer, "email");
        HttpResponse<String> anothers =
                post("/api/v1/billing/customers", null, "{\"user_id\":\"" + UUID.randomUUID() + "\"}");
        assertThat(anothers.statusCode()).isEqualTo(403);
    }
}
