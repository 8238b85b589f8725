package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Three events tell of one purchase. In every order, and with any of them told twice, they make one subscription, one
 * grant of credits and one welcome, before and after everything else that Stripe tells of it has come.
 */
class OnePurchaseIT extends EffectsHubIT {

    private static final String STARTED = "customer.subscription.created";
    private static final String COMPLETED = "checkout.session.completed";
    private static final String PAID = "invoice.paid";
    private static final long CREDITS = 100;

    /** @param told the events that tell of it, by type */
    private record Purchase(UUID user, String customer, String subscription, Map<String, String> told) {}

    static Stream<List<String>> orders() {
        return Stream.of(
                List.of(STARTED, COMPLETED, PAID),
                List.of(STARTED, PAID, COMPLETED),
                List.of(COMPLETED, STARTED, PAID),
                List.of(COMPLETED, PAID, STARTED),
                List.of(PAID, STARTED, COMPLETED),
                List.of(PAID, COMPLETED, STARTED));
    }

    /** Told once; each of the three once more, at once or in the end; and all of them once more. */
    private static List<List<String>> withRepetitions(List<String> order) {
        List<List<String>> tellings = new ArrayList<>();
        tellings.add(order);
        for (int again = 0; again < order.size(); again++) {
            List<String> atOnce = new ArrayList<>(order);
            atOnce.add(again, order.get(again));
            tellings.add(atOnce);
            List<String> inTheEnd = new ArrayList<>(order);
            inTheEnd.add(order.get(again));
            tellings.add(inTheEnd);
        }
        tellings.add(Stream.concat(order.stream(), order.stream()).toList());
        return tellings;
    }

    /** The customer is known by his user beforehand, or is made by Stripe's page: then only its completion says whose. */
    @ParameterizedTest
    @MethodSource("orders")
    void isOneInWhateverOrderItIsTold(List<String> order) {
        String price = monthly(product("subscription", CREDITS), 9_700);
        awaitQuiet();
        SANDBOX.deliveries().hold("stripe");
        Map<Purchase, List<String>> purchases = new LinkedHashMap<>();
        boolean known = order.get(0).equals(STARTED);
        for (List<String> telling : withRepetitions(order)) {
            purchases.put(purchase(price, known), telling);
            known = !known;
        }
        CompletableFuture.allOf(purchases.entrySet().stream()
                        .map(each -> CompletableFuture.runAsync(() -> tell(each.getKey(), each.getValue())))
                        .toArray(CompletableFuture[]::new))
                .join();
        purchases.keySet().forEach(this::awaitActive);
        awaitQuiet();
        purchases.keySet().forEach(this::assertOne);
        SANDBOX.deliveries().release("stripe");
        awaitQuiet();
        purchases.keySet().forEach(this::assertOne);
        purchases.keySet().forEach(OnePurchaseIT::assertOneWelcomeArrived);
        assertCreditsReAdd();
    }

    private Purchase purchase(String price, boolean known) {
        UUID user = newUser();
        Map<String, Object> asked = new LinkedHashMap<>();
        asked.put("mode", "subscription");
        asked.put("success_url", "https://example.com/success");
        asked.put("client_reference_id", user.toString());
        asked.put("line_items", List.of(Map.of("price", price, "quantity", 1)));
        if (known) {
            asked.put("customer", customerOf(user));
        }
        String session =
                SANDBOX.stripe().create("checkout/sessions", asked).get("id").asText();
        ObjectNode done = SANDBOX.stripe().completeCheckout(session, "pm_card_visa", user + "@example.com", null);
        String customer = done.get("customer").asText();
        return new Purchase(user, customer, done.get("subscription").asText(), told(customer));
    }

    private static Map<String, String> told(String customer) {
        Map<String, String> told = new LinkedHashMap<>();
        for (ObjectNode event : SANDBOX.stripe().events()) {
            boolean his = event.at("/data/object/customer").asText().equals(customer);
            String type = event.get("type").asText();
            if (his && List.of(STARTED, COMPLETED, PAID).contains(type)) {
                assertThat(told.put(type, event.toString())).as(type).isNull();
            }
        }
        assertThat(told).hasSize(3);
        return told;
    }

    /** Each event is worked off before the next one comes; one that comes at once after itself, is not. */
    private void tell(Purchase purchase, List<String> telling) {
        for (int i = 0; i < telling.size(); i++) {
            String event = purchase.told().get(telling.get(i));
            assertThat(postStripe(event).statusCode()).isEqualTo(200);
            if (i + 1 == telling.size() || !telling.get(i).equals(telling.get(i + 1))) {
                awaitState("stripe", id(event), "processed", "ignored");
            }
        }
    }

    private String id(String event) {
        try {
            return json.readTree(event).get("id").asText();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(event, e);
        }
    }

    private static void assertOneWelcomeArrived(Purchase purchase) {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(SANDBOX.resend().mailsTo(purchase.user() + "@example.com"))
                        .hasSize(2)
                        .filteredOn(mail -> mail.subject().startsWith("Welcome"))
                        .hasSize(1));
    }

    /** The subscription began before it was paid for, so Stripe is asked whether it is active. */
    private void awaitActive(Purchase purchase) {
        await().atMost(Duration.ofSeconds(15))
                .until(() -> data(operatorGet("/api/v1/billing/subscriptions/current?user_id=" + purchase.user()))
                        .get("status")
                        .asText()
                        .equals("active"));
    }

    private void assertOne(Purchase purchase) {
        Map<String, UUID> his = Map.of("user", purchase.user());
        JsonNode current = data(operatorGet("/api/v1/billing/subscriptions/current?user_id=" + purchase.user()));
        assertThat(current.get("subscription_id").asText()).isEqualTo(purchase.subscription());
        assertThat(current.get("status").asText()).isEqualTo("active");
        assertThat(number(
                        "select count(*) from billing.subscription where customer = :customer",
                        Map.of("customer", purchase.customer())))
                .as("subscriptions")
                .isOne();
        assertThat(number("select count(*) from billing.subscription_life where user_id = :user", his))
                .as("subscriptions told of")
                .isOne();
        assertThat(number("select count(*) from billing.credit_entry where user_id = :user", his))
                .as("credit grants")
                .isOne();
        assertThat(data(operatorGet("/api/v1/billing/credits?user_id=" + purchase.user()))
                        .get("balance")
                        .asLong())
                .isEqualTo(CREDITS);
        assertThat(jdbc.sql("select payload ->> 'template' from notifications.outbox where channel = 'mail'"
                                + " and user_id = :user order by 1")
                        .params(his)
                        .query(String.class)
                        .list())
                .as("mails")
                .containsExactly("receipt", "welcome");
        assertThat(jdbc.sql("select name from notifications.event where user_id = :user order by 1")
                        .params(his)
                        .query(String.class)
                        .list())
                .as("analytics")
                .containsExactly("checkout_completed", "payment_succeeded", "subscription_started");
        assertThat(number(
                        "select coalesce(sum(amount), 0) from billing.revenue_entry where customer = :customer",
                        Map.of("customer", purchase.customer())))
                .as("revenue")
                .isEqualTo(9_700);
    }
}
