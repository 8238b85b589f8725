package com.ytempire.hub.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.ytempire.hub.HubIT;
import com.ytempire.hub.accounts.TestUsers.User;
import com.ytempire.hub.platform.VendorCall;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** Servers a user or an operator may name: the hub is led nowhere else by them, and kept waiting by none. */
class NamedServersIT extends HubIT {

    private static final String SCALE = "price_scale_monthly";

    @Autowired
    private ProducerTemplate routes;

    private String endpoint(User user, String url) {
        HttpResponse<String> made = userPost(
                user, "/api/v1/users/me/webhooks", "{\"url\":\"%s\",\"types\":[\"payment_failed\"]}".formatted(url));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        return tree(made).at("/data/endpoint/id").asText();
    }

    private void tryOut(User user, String endpoint) {
        assertThat(userPost(user, "/api/v1/users/me/webhooks/" + endpoint + "/test", "")
                        .statusCode())
                .isEqualTo(202);
    }

    private void awaitDelivery(String endpoint, String state, String result) {
        await().atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> assertThat(
                                jdbc.sql("select state || ', ' || coalesce(result, '') from notifications.outbox"
                                                + " where channel = 'webhook' and payload ->> 'endpoint' = :endpoint")
                                        .param("endpoint", endpoint)
                                        .query(String.class)
                                        .list())
                        .containsExactly(state + ", " + result));
    }

    /** All deliveries of a node go out together and wait for each other: one that never ended would stop them all. */
    @Test
    void anEndpointThatAnswersWithoutEndKeepsNobodyWaiting() {
        User user = user();
        channels.plan(user.id(), SCALE);
        try (Canary endless = Canary.endless();
                Canary good = Canary.answering("HTTP/1.1 204 No Content\r\n\r\n")) {
            String bad = endpoint(user, endless.url("127.0.0.1"));
            tryOut(user, bad);
            awaitDelivery(bad, "sent", "status 200");
            String after = endpoint(user, good.url("127.0.0.1"));
            tryOut(user, after);
            awaitDelivery(after, "sent", "status 204");
            userDelete(user, bad);
            userDelete(user, after);
        }
    }

    private void userDelete(User user, String endpoint) {
        send(as(user, "/api/v1/users/me/webhooks/" + endpoint).DELETE());
    }

    @Test
    void anEndpointCannotSendTheHubElsewhere() {
        User user = user();
        channels.plan(user.id(), SCALE);
        try (Canary inside = Canary.answering("HTTP/1.1 200 OK\r\n\r\n");
                Canary outside = Canary.answering(
                        "HTTP/1.1 307 Elsewhere\r\nLocation: " + inside.url("localhost") + "\r\n\r\n")) {
            String endpoint = endpoint(user, outside.url("127.0.0.1"));
            tryOut(user, endpoint);
            awaitDelivery(endpoint, "waiting", "status 307");
            assertThat(outside.visits()).isPositive();
            assertThat(inside.visits()).isZero();
            userDelete(user, endpoint);
        }
    }

    /** Camel would put a setting where such an address asks for one (CVE-2026-78164). */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:%d/?{{hub.stripe.secret-key}}",
                "http://127.0.0.1:%d/{{env:PATH}}",
                "http://127.0.0.1:%d/{{bean:operatorLogin}}"
            })
    void anAddressAsksForNoSetting(String pattern) {
        try (Canary listening = Canary.answering("HTTP/1.1 200 OK\r\n\r\n")) {
            String url = pattern.formatted(
                    Integer.parseInt(listening.url("127.0.0.1").replaceAll("\\D+127\\.0\\.0\\.1:(\\d+)/", "$1")));
            User user = user();
            channels.plan(user.id(), SCALE);
            assertThat(userPost(
                                    user,
                                    "/api/v1/users/me/webhooks",
                                    "{\"url\":\"%s\",\"types\":[\"payment_failed\"]}".formatted(url))
                            .statusCode())
                    .isEqualTo(422);
            assertThat(send(operator("/api/v1/operations/settings/alerts-webhook")
                                    .header("Content-Type", "application/json")
                                    .PUT(BodyPublishers.ofString("{\"value\":\"%s\"}".formatted(url))))
                            .statusCode())
                    .isEqualTo(422);
            for (String call : List.of("operations-http", "operations-alert-call", "notifications-webhook-call")) {
                assertThatThrownBy(
                                () -> routes.requestBody("direct:" + call, new VendorCall("GET", url, Map.of(), null)))
                        .as(call)
                        .isInstanceOf(CamelExecutionException.class);
            }
            assertThat(listening.visits()).isZero();
        }
    }

    /** The tests' settings let 127.0.0.1 pass; a name that leads there, or another way to write it, is another host. */
    @Test
    void alertsArePostedToNoMachineBesideTheHub() {
        try (Canary inside = Canary.answering("HTTP/1.1 200 OK\r\n\r\n")) {
            for (String host : List.of("localhost", "127.1", "127.0.0.2", "0.0.0.0", "[::ffff:127.0.0.1]")) {
                assertThatThrownBy(() -> routes.requestBody(
                                "direct:operations-alert-call",
                                new VendorCall("POST", inside.url(host), Map.of(), new byte[0])))
                        .as(host)
                        .isInstanceOf(CamelExecutionException.class);
            }
            assertThat(inside.visits()).isZero();
            routes.requestBody(
                    "direct:operations-alert-call",
                    new VendorCall("POST", inside.url("127.0.0.1"), Map.of(), new byte[0]));
            assertThat(inside.visits()).isEqualTo(1);
        }
    }
}
