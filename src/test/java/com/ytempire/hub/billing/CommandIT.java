package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.accounts.TestUsers.User;
import com.ytempire.hub.platform.NodeId;
import com.ytempire.hub.platform.Problem;
import com.ytempire.hub.sandbox.Faults.Fault;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.support.TransactionTemplate;

/** What every command has in common, shown by the one that makes a customer. */
class CommandIT extends UserIT {

    @Autowired
    private CommandQueue queue;

    @Autowired
    private CommandSettings settings;

    @Autowired
    private NodeId node;

    @Autowired
    private Commands commands;

    @Autowired
    private TransactionTemplate transactions;

    private HttpResponse<String> post(String path, String key, String body) {
        HttpRequest.Builder request = request(path)
                .header("Authorization", "Bearer " + user.token())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        return send(key == null ? request : request.header("Idempotency-Key", key));
    }

    private List<String> customersAtStripe() {
        return SANDBOX.stripe().all("customer").stream()
                .filter(customer -> customer.path("metadata")
                        .path("user_id")
                        .asText()
                        .equals(user.id().toString()))
                .map(customer -> customer.get("id").asText())
                .toList();
    }

    private String state(String commandId) {
        return jdbc.sql("select state from billing.command where id = :id")
                .param("id", UUID.fromString(commandId))
                .query(String.class)
                .single();
    }

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
    void theSameKeyHasTheSameAnswerAndAnotherBodyIsRefused() {
        String key = unique("key");
        HttpResponse<String> first = post("/api/v1/billing/customers", key, "{\"name\":\"Ada\"}");
        assertThat(first.statusCode()).isEqualTo(201);
        HttpResponse<String> again = post("/api/v1/billing/customers", key, "{\"name\":\"Ada\"}");
        assertThat(again.statusCode()).isEqualTo(201);
        assertThat(tree(again)).isEqualTo(tree(first));
        HttpResponse<String> other = post("/api/v1/billing/customers", key, "{\"name\":\"Bob\"}");
        assertThat(other.statusCode()).isEqualTo(422);
        assertThat(tree(other).get("code").asText()).isEqualTo("idempotency_key_reused");
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
    void aUsersReceiptsGoToHisProvenAddressOnly() {
        HttpResponse<String> answer =
                post("/api/v1/billing/customers", null, "{\"email\":\"somebody.else@example.com\"}");
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(tree(answer).get("field").asText()).isEqualTo("email");
        assertThat(jdbc.sql("select count(*) from billing.command where user_id = :user")
                        .param("user", user.id())
                        .query(Long.class)
                        .single())
                .isZero();
    }

    @Test
    void wrongInputNamesTheField() {
        HttpResponse<String> answer = post("/api/v1/billing/customers", null, "{\"email\":\"nonsense\"}");
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(tree(answer).get("field").asText()).isEqualTo("email");
        HttpResponse<String> anothers =
                post("/api/v1/billing/customers", null, "{\"user_id\":\"" + UUID.randomUUID() + "\"}");
        assertThat(anothers.statusCode()).isEqualTo(403);
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

    /** The hub died after it had taken the request and before it had written the command down. */
    @Test
    void aRequestWhoseNodeDiedIsTakenUp() {
        String key = unique("key");
        data(post("/api/v1/billing/customers", key, "{\"source\":\"crash\"}"), 201);
        User other = user();
        jdbc.sql("""
                        insert into billing.request (caller, key, id, operation, hash, lease_until, created_at)
                        select :other, key, gen_random_uuid(), operation, hash, now() - interval '1 second', created_at
                          from billing.request where caller = :caller and key = :key
                        """)
                .param("other", other.id().toString())
                .param("caller", user.id().toString())
                .param("key", key)
                .update();
        user = other;
        HttpResponse<String> first = post("/api/v1/billing/customers", key, "{\"source\":\"crash\"}");
        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(tree(post("/api/v1/billing/customers", key, "{\"source\":\"crash\"}")))
                .isEqualTo(tree(first));
    }

    /** It stalled so long that it was taken for dead; then its work ends badly, while another is at it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRunThatSeemedDeadEndsNothingOfTheOneAfterIt(boolean refused, @Autowired ApiRequests requests) {
        Caller caller = new Caller(user.id(), user.id().toString(), false);
        String key = unique("key");
        CountDownLatch secondWorks = new CountDownLatch(1);
        CountDownLatch secondEnds = new CountDownLatch(1);
        AtomicReference<CompletableFuture<ResponseEntity<Object>>> second = new AtomicReference<>();
        RuntimeException bad = refused
                ? new Problem(HttpStatus.SERVICE_UNAVAILABLE, "provider_unavailable", "Not now")
                : new IllegalStateException("broken");
        assertThatThrownBy(() -> requests.once(caller, key, "POST test", "body", first -> {
                    jdbc.sql("update billing.request set lease_until = now() - interval '1 second' where id = :id")
                            .param("id", first)
                            .update();
                    second.set(CompletableFuture.supplyAsync(() ->
                            requests.once(caller, key, "POST test", "body", again -> {
                                assertThat(again).isEqualTo(first);
                                secondWorks.countDown();
                                waitFor(secondEnds);
                                return CommandAnswer.of(200, Map.of("made", again.toString()));
                            })));
                    waitFor(secondWorks);
                    throw bad;
                }))
                .isSameAs(bad);
        assertThat(jdbc.sql("select lease_until > now() from billing.request where caller = :caller and key = :key")
                        .param("caller", caller.name())
                        .param("key", key)
                        .query(Boolean.class)
                        .list())
                .as("held by the second")
                .containsExactly(true);
        secondEnds.countDown();
        Object made = second.get().join().getBody();
        ResponseEntity<Object> known = requests.once(caller, key, "POST test", "body", third -> {
            throw new IllegalStateException("done before");
        });
        assertThat(known.getBody()).usingRecursiveComparison().isEqualTo(made);
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
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
