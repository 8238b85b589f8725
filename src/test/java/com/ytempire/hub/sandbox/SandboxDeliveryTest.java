package com.ytempire.hub.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.stripe.exception.SignatureVerificationException;
import com.stripe.net.Webhook;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How the sandbox's vendors reach the hub. */
class SandboxDeliveryTest {

    private final Sandbox sandbox = Sandbox.start(0);
    private Listener hub;

    @BeforeEach
    void start() throws IOException {
        hub = new Listener();
        sandbox.hub(hub.url());
    }

    @AfterEach
    void stop() {
        sandbox.close();
        hub.close();
    }

    private void customers(int count) {
        for (int i = 0; i < count; i++) {
            sandbox.stripe().create("customers", Map.of("email", i + "@example.com"));
        }
    }

    private void awaitReceived(int count) {
        await().atMost(Duration.ofSeconds(5))
                .until(() ->
                        hub.received().size() >= count && sandbox.deliveries().idle());
        assertThat(hub.received()).hasSize(count);
    }

    private List<String> emails() {
        return hub.received().stream()
                .map(request ->
                        Json.read(request.text()).at("/data/object/email").asText())
                .toList();
    }

    @Test
    void eachSecretSigns() throws SignatureVerificationException {
        sandbox.stripe().secrets("whsec_new", "whsec_old");
        customers(1);
        awaitReceived(1);

        Received request = hub.received().get(0);
        assertThat(request.path()).isEqualTo("/api/v1/webhooks/stripe");
        for (String secret : List.of("whsec_new", "whsec_old")) {
            var event = Webhook.constructEvent(request.text(), request.header("stripe-signature"), secret);
            assertThat(event.getType()).isEqualTo("customer.created");
        }
        assertThat(sandbox.stripe().events().get(0).get("pending_webhooks").asInt())
                .isZero();
    }

    @Test
    void whatFailsComesAgainAfterGrowingGaps() {
        hub.answer(500, 503);
        customers(1);
        awaitReceived(1);
        assertThat(sandbox.stripe()
                        .call("GET", "/v1/events", Map.of("delivery_success", false))
                        .get("data"))
                .hasSize(1);

        sandbox.clock().advance(Duration.ofSeconds(6));
        awaitReceived(2);
        sandbox.clock().advance(Duration.ofSeconds(61));
        awaitReceived(3);
        assertThat(sandbox.deliveries().all().get(0).state()).isEqualTo(Delivery.State.DELIVERED);
        assertThat(hub.received().get(2).header("stripe-signature"))
                .as("signed anew")
                .isNotEqualTo(hub.received().get(0).header("stripe-signature"));
    }

    @Test
    void deliveriesAreDroppedDoubledDelayedAndShuffled() {
        sandbox.deliveries().drop("stripe", 1);
        sandbox.deliveries().duplicate("stripe", 2, 1);
        customers(2);
        awaitReceived(3);
        assertThat(emails()).containsOnly("1@example.com");
        assertThat(sandbox.stripe().events()).hasSize(2);

        hub.received().clear();
        sandbox.deliveries().delay("stripe", Duration.ofHours(1), 1);
        customers(2);
        awaitReceived(1);
        sandbox.clock().advance(Duration.ofHours(1));
        awaitReceived(2);
        assertThat(emails()).containsExactly("1@example.com", "0@example.com");

        hub.received().clear();
        sandbox.deliveries().parallel(1);
        sandbox.deliveries().permute("stripe", 6, 7);
        customers(5);
        assertThat(sandbox.deliveries().idle()).isTrue();
        customers(1);
        awaitReceived(6);
        List<String> order = emails();
        assertThat(order).isNotEqualTo(order.stream().sorted().toList());
    }

    @Test
    void thinEventsNameWhatChanged() {
        sandbox.stripe().thinEvents(true);
        customers(1);
        awaitReceived(2);

        JsonNode thin = hub.received().stream()
                .map(request -> Json.read(request.text()))
                .filter(event -> event.get("object").asText().equals("v2.core.event"))
                .findFirst()
                .orElseThrow();
        String customer = sandbox.stripe().all("customer").get(0).get("id").asText();
        assertThat(thin.get("type").asText()).isEqualTo("v1.customer.created");
        assertThat(thin.at("/related_object/id").asText()).isEqualTo(customer);
        assertThat(thin.at("/related_object/url").asText()).isEqualTo("/v1/customers/" + customer);
        assertThat(thin.get("snapshot_event"))
                .isEqualTo(sandbox.stripe().events().get(0).get("id"));
    }

    @Test
    void changesWithoutEventsAreNowhereButInTheObject() {
        sandbox.stripe().withoutEvents(() -> customers(1));

        assertThat(sandbox.stripe().events()).isEmpty();
        assertThat(sandbox.stripe().all("customer")).hasSize(1);
        assertThat(sandbox.deliveries().all()).isEmpty();
    }
}
