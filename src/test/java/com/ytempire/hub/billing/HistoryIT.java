package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.accounts.TestUsers.User;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Who changed what from what to what, and what made it so. */
class HistoryIT extends EffectsHubIT {

    private record Line(String actor, UUID user, String action, JsonNode before, JsonNode after, String cause) {}

    private List<Line> lines(String kind, String id) {
        return jdbc.sql("select actor, user_id, action, before::text as was, after::text as became, cause"
                        + " from billing.history where object_kind = :kind and object_id = :id order by id")
                .param("kind", kind)
                .param("id", id)
                .query((row, number) -> new Line(
                        row.getString("actor"),
                        row.getObject("user_id", UUID.class),
                        row.getString("action"),
                        read(row.getString("was")),
                        read(row.getString("became")),
                        row.getString("cause")))
                .list();
    }

    private JsonNode read(String text) {
        try {
            return text == null ? null : json.readTree(text);
        } catch (IOException e) {
            throw new IllegalStateException(text, e);
        }
    }

    /** The states of an object that Stripe told of or was asked for: each begins where the one before it ended. */
    private List<Line> states(String kind, String id) {
        List<Line> states = lines(kind, id).stream()
                .filter(line -> line.actor().equals("stripe") && !line.action().equals("assigned"))
                .toList();
        for (int i = 0; i < states.size(); i++) {
            JsonNode before = states.get(i).before();
            if (i == 0) {
                assertThat(before).as("there was nothing before").isNull();
            } else {
                ObjectNode last = states.get(i - 1).after().deepCopy();
                last.remove("changed");
                assertThat(before).isEqualTo(last);
            }
        }
        return states;
    }

    private static List<String> actions(List<Line> lines) {
        return lines.stream().map(Line::action).toList();
    }

    @Test
    void paymentsRefundsAndDisputesAreToldFromStateToState() {
        UUID user = newUser();
        String customer = customerOf(user);
        ObjectNode payment = buy(customer, product("payg", 10), 1, 3_000);
        awaitQuiet();
        String refund = SANDBOX.stripe()
                .refund(payment.get("id").asText(), 1_000)
                .get("id")
                .asText();
        awaitQuiet();
        SANDBOX.stripe().failRefund(refund, "lost_or_stolen_card");
        awaitQuiet();
        String dispute = disputed(payment);
        SANDBOX.stripe().closeDispute(dispute, "lost");
        awaitQuiet();

        List<Line> paid = states("payment", payment.get("id").asText());
        assertThat(actions(paid)).endsWith("succeeded");
        assertThat(paid.get(paid.size() - 1).user()).isEqualTo(user);
        assertThat(paid).anySatisfy(line -> assertThat(line.cause()).startsWith("evt_"));
        List<Line> back = states("refund", refund);
        assertThat(actions(back)).containsSubsequence("succeeded", "failed");
        assertThat(back.get(back.size() - 1).before().get("status").asText()).isEqualTo("succeeded");
        assertThat(back.get(back.size() - 1).after().get("failure_reason").asText())
                .isEqualTo("lost_or_stolen_card");
        List<Line> disputed = states("dispute", dispute);
        assertThat(actions(disputed)).containsSubsequence("needs_response", "lost");
        assertThat(disputed).allSatisfy(line -> assertThat(line.user()).isEqualTo(user));
        assertThat(jdbc.sql(
                                "select action from billing.history where object_kind = 'credit' and user_id = :user order by id")
                        .param("user", user)
                        .query(String.class)
                        .list())
                .startsWith("grant")
                .contains("frozen", "take_back");
        assertThat(jdbc.sql("select cause from billing.history where object_kind = 'credit' and user_id = :user"
                                + " union all select cause from billing.credit_entry where user_id = :user")
                        .param("user", user)
                        .query(String.class)
                        .list())
                .as("the events they came from")
                .anySatisfy(cause -> assertThat(cause).startsWith("evt_"));
    }

    /** The history outlives the account: it tells that an address changed, and no address. */
    @Test
    void customersAreToldOfWithoutTheirNames() {
        UUID user = newUser();
        String customer = customerOf(user);
        awaitQuiet();
        SANDBOX.stripe().update("customers", customer, Map.of("name", "Ada Lovelace", "email", "ada@example.com"));
        awaitQuiet();
        List<Line> lines = states("customer", customer);
        assertThat(lines.get(0).action()).isEqualTo("created");
        assertThat(lines)
                .anySatisfy(line ->
                        assertThat(line.after().path("changed").toString()).isEqualTo("[\"email\",\"name\"]"))
                .anySatisfy(line -> assertThat(
                                line.after().path("default_payment_method").asText())
                        .startsWith("pm_"));
        assertThat(lines.toString()).doesNotContain("Lovelace", "ada@example.com", user + "@example.com");
    }

    /** Told before anybody owned him: it is his user's as soon as he has one. */
    @Test
    void whatNobodyOwnedIsReadByWhoOwnsItLater() {
        User user = user();
        String customer = SANDBOX.stripe()
                .customerWithCard(unique("nobody") + "@example.com")
                .get("id")
                .asText();
        String payment = SANDBOX.stripe().pay(customer, 2_000).get("id").asText();
        awaitQuiet();
        assertThat(states("payment", payment))
                .allSatisfy(line -> assertThat(line.user()).isNull());
        assertThat(operatorPost(
                                "/api/v1/billing/customers/" + customer + "/assign",
                                "{\"user_id\":\"" + user.id() + "\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(data(userGet(again(user), "/api/v1/billing/history?object_kind=payment")))
                .anySatisfy(line -> {
                    assertThat(line.get("object_id").asText()).isEqualTo(payment);
                    assertThat(line.get("action").asText()).isEqualTo("succeeded");
                });
    }

    @Test
    void aCommandTellsWhoWantedItAndWhatWasBefore() {
        User user = user();
        String customer = customerOf(user.id());
        awaitQuiet();
        String product = product("payg", 10);
        SANDBOX.stripe().create("prices", Map.of("currency", "usd", "unit_amount", 2_000, "product", product));
        awaitQuiet();
        HttpResponse<String> bought = userPost(
                again(user), "/api/v1/billing/payments", "{\"product_id\":\"" + product + "\",\"quantity\":1}");
        assertThat(bought.statusCode()).as(bought.body()).isEqualTo(201);
        String payment = tree(bought).at("/data/payment_intent_id").asText();
        assertThat(lines("payment", payment))
                .anySatisfy(line -> {
                    assertThat(line.action()).isEqualTo("payment_create");
                    assertThat(line.actor()).isEqualTo(user.id().toString());
                    assertThat(line.before()).isNull();
                })
                .anySatisfy(line -> assertThat(line.action()).isEqualTo("succeeded"));
        assertThat(userPost(again(user), "/api/v1/billing/refunds", """
                                {"payment_id":"%s","amount":500,"reason":"not needed"}""".formatted(payment))
                        .statusCode())
                .isEqualTo(201);
        String request = jdbc.sql("select id::text from billing.refund_request where payment = :id")
                .param("id", payment)
                .query(String.class)
                .single();
        List<Line> asked = lines("refund", request);
        assertThat(actions(asked)).containsExactly("requested", "refunded");
        assertThat(asked.get(1).before().get("state").asText()).isEqualTo("approved");
        assertThat(asked.get(1).after().get("state").asText()).isEqualTo("refunded");
        assertThat(asked).allSatisfy(line -> assertThat(line.cause()).isNotBlank());
        HttpResponse<String> named = send(as(again(user), "/api/v1/billing/customers/" + customer)
                .header("Content-Type", "application/json")
                .method("PATCH", HttpRequest.BodyPublishers.ofString("{\"phone\":\"+15550001\"}")));
        assertThat(named.statusCode()).as(named.body()).isEqualTo(200);
        assertThat(lines("customer", customer)).anySatisfy(line -> {
            assertThat(line.action()).isEqualTo("customer_update");
            assertThat(line.actor()).isEqualTo(user.id().toString());
            assertThat(line.before().get("default_payment_method").asText()).startsWith("pm_");
        });
    }

    @Test
    void creditsAreToldWithTheBalanceBeforeAndAfter() {
        User user = user();
        assertThat(operatorPost(
                                "/api/v1/billing/credits/adjustments",
                                "{\"user_id\":\"%s\",\"amount\":10,\"reason\":\"a gift\"}".formatted(user.id()))
                        .statusCode())
                .isEqualTo(201);
        HttpResponse<String> spent = send(as(user, "/api/v1/billing/credits/spend")
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", unique("key"))
                .POST(HttpRequest.BodyPublishers.ofString("{\"amount\":4,\"reason\":\"a video\"}")));
        assertThat(spent.statusCode()).as(spent.body()).isEqualTo(201);
        await().atMost(Duration.ofSeconds(10)).until(() -> balance(user.id()) == 6);
        List<JsonNode> told = jdbc
                .sql("select jsonb_build_object('who', actor, 'what', action, 'was', before -> 'balance',"
                        + " 'is', after -> 'balance', 'by', after -> 'amount')::text from billing.history"
                        + " where object_kind = 'credit' and user_id = :user order by id")
                .param("user", user.id())
                .query(String.class)
                .list()
                .stream()
                .map(this::read)
                .toList();
        assertThat(told)
                .containsExactly(
                        read("{\"who\":\"%s\",\"what\":\"grant\",\"was\":0,\"is\":10,\"by\":10}".formatted(OPERATOR)),
                        read("{\"who\":\"%s\",\"what\":\"spend\",\"was\":10,\"is\":6,\"by\":-4}".formatted(user.id())));
    }
}
