package com.ytempire.hub.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.Yaml;

/** Orders to the sandbox over HTTP. */
class SandboxControlTest {

    private final Sandbox sandbox = Sandbox.start(0);
    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void stop() {
        sandbox.close();
    }

    private HttpResponse<String> post(String order, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(sandbox.baseUrl() + "/_sandbox/" + order))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode get(String path) throws Exception {
        return Json.read(http.send(
                        HttpRequest.newBuilder(URI.create(sandbox.baseUrl() + "/_sandbox/" + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body());
    }

    @Test
    @SuppressWarnings("unchecked")
    void theOpenApiFileNamesEveryOrderAndScenario() {
        Map<String, Object> file = new Yaml().load(getClass().getResourceAsStream("/sandbox/openapi.yaml"));
        List<String> described = new ArrayList<>();
        ((Map<String, Map<String, Object>>) file.get("paths"))
                .forEach((path, methods) -> methods.keySet()
                        .forEach(method -> described.add(method.toUpperCase(Locale.ROOT) + " " + path)));
        assertThat(described)
                .containsExactlyInAnyOrderElementsOf(sandbox.control().routes());

        String scenarios = Json.write(file);
        assertThat(new StripeScenarios(sandbox.stripe()).names()).allMatch(name -> scenarios.contains(name));
    }

    @Test
    void everyScenarioWorksOnAnEmptyAccount() throws Exception {
        for (String name : new StripeScenarios(sandbox.stripe()).names()) {
            try (Sandbox fresh = Sandbox.start(0)) {
                HttpResponse<String> answer = http.send(
                        HttpRequest.newBuilder(URI.create(fresh.baseUrl() + "/_sandbox/events"))
                                .POST(HttpRequest.BodyPublishers.ofString(
                                        "{\"vendor\":\"stripe\",\"scenario\":\"" + name + "\"}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode()).as(name + answer.body()).isEqualTo(200);
                JsonNode events = Json.read(answer.body()).get("events");
                assertThat(events).as(name).isNotEmpty();
                assertThat(fresh.stripe().events())
                        .extracting(event -> event.get("id"))
                        .containsExactlyElementsOf(events);
            }
        }
    }

    @Test
    void theReadersFirstRequestReachesTheHub() throws Exception {
        try (Listener hub = new Listener()) {
            sandbox.hub(hub.url());
            post("duplicate", "{\"vendor\":\"stripe\",\"times\":2}");
            String id = Json.read(post("events", "{\"vendor\":\"stripe\",\"scenario\":\"product.created\"}")
                            .body())
                    .at("/events/0")
                    .asText();
            await().atMost(Duration.ofSeconds(5))
                    .until(() ->
                            hub.received().size() == 3 && sandbox.deliveries().idle());
            assertThat(hub.received())
                    .allMatch(request ->
                            Json.read(request.text()).get("id").asText().equals(id));
            post("events", "{\"vendor\":\"n8n\",\"workflow\":\"quality_check\"}");
            await().atMost(Duration.ofSeconds(5)).until(() -> hub.received().size() == 4);
            assertThat(get("state").get("deliveries"))
                    .hasSize(4)
                    .allMatch(delivery -> delivery.get("state").asText().equals("delivered"));
        }
    }

    @Test
    void theClockMovesByDaysMonthsAndHours() throws Exception {
        Instant before = sandbox.clock().instant();
        post("clock", "{\"advance\":\"P3D\"}");
        post("clock", "{\"advance\":\"PT2H\"}");
        assertThat(Duration.between(before, sandbox.clock().instant()))
                .isBetween(Duration.ofHours(74), Duration.ofHours(75));
        post("clock", "{\"advance\":\"P1M\"}");
        assertThat(Duration.between(before, sandbox.clock().instant())).isGreaterThan(Duration.ofDays(30));
    }

    @Test
    void aWholeLifeIsToldByOrdersAlone() throws Exception {
        String price = sandbox.stripe().monthlyPrice("Starter", 9_700).get("id").asText();
        String session = text("dashboard", """
                {"path":"/v1/checkout/sessions","params":{"mode":"subscription","success_url":"http://localhost",
                 "line_items":[{"price":"%s","quantity":1}],"subscription_data":{"trial_period_days":14}}}""".formatted(price), "/object/id");
        String subscription =
                text("checkout", "{\"session\":\"" + session + "\",\"outcome\":\"paid\"}", "/object/subscription");
        post("clock", "{\"advance\":\"P15D\"}");
        assertThat(status(subscription)).isEqualTo("active");

        String customer = sandbox.stripe()
                .find(subscription)
                .orElseThrow()
                .get("customer")
                .asText();
        String card = sandbox.stripe()
                .find(subscription)
                .orElseThrow()
                .get("default_payment_method")
                .asText();
        text(
                "dashboard",
                "{\"path\":\"/v1/customers/" + customer
                        + "\",\"params\":{\"invoice_settings\":{\"default_payment_method\":\"" + card + "\"}}}",
                "/object/id");
        text("bank", "{\"act\":\"decline_card\",\"customer\":\"" + customer + "\"}", "/object/id");
        post("clock", "{\"advance\":\"P32D\"}");
        assertThat(status(subscription)).isEqualTo("past_due");
        String invoice = sandbox.stripe()
                .find(subscription)
                .orElseThrow()
                .get("latest_invoice")
                .asText();
        String intent = sandbox.stripe()
                .find(invoice)
                .orElseThrow()
                .get("payment_intent")
                .asText();

        text(
                "intent",
                "{\"intent\":\"" + intent + "\",\"outcome\":\"confirmed\",\"card\":\"pm_card_authenticationRequired\"}",
                "/object/status");
        text("intent", "{\"intent\":\"" + intent + "\",\"outcome\":\"authenticated\"}", "/object/status");
        assertThat(status(subscription)).isEqualTo("active");
        String charge =
                sandbox.stripe().find(intent).orElseThrow().get("latest_charge").asText();
        String dispute = text("bank", "{\"act\":\"dispute\",\"charge\":\"" + charge + "\"}", "/object/id");
        assertThat(text(
                        "bank",
                        "{\"act\":\"close_dispute\",\"dispute\":\"" + dispute + "\",\"status\":\"won\"}",
                        "/object/status"))
                .isEqualTo("won");
    }

    private String status(String subscription) {
        return sandbox.stripe().find(subscription).orElseThrow().get("status").asText();
    }

    private String text(String order, String body, String path) throws Exception {
        HttpResponse<String> answer = post(order, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(Json.read(answer.body()).get("events")).isNotNull();
        return Json.read(answer.body()).at(path).asText();
    }

    @Test
    void anOutageIsOrderedAndLifted() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(sandbox.baseUrl() + "/v1/customers"))
                .header("Authorization", "Bearer sk_test_sandbox")
                .build();
        post("outage", "{\"vendor\":\"stripe\",\"how\":\"status\",\"for\":\"PT2H\"}");
        assertThat(http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
                .isEqualTo(503);
        post("clock", "{\"advance\":\"PT3H\"}");
        assertThat(http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
                .isEqualTo(200);
        post("outage", "{\"vendor\":\"stripe\",\"how\":\"status\",\"status\":502}");
        assertThat(http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
                .isEqualTo(502);
        post("outage", "{\"vendor\":\"stripe\",\"lift\":true}");
        assertThat(http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
                .isEqualTo(200);
    }

    @Test
    void whatAVendorReceivedIsShownWithoutItsKey() throws Exception {
        post("fail", "{\"vendor\":\"stripe\",\"how\":\"status\",\"status\":503,\"path\":\"/v1/customers\"}");
        HttpRequest request = HttpRequest.newBuilder(URI.create(sandbox.baseUrl() + "/v1/customers?limit=3"))
                .header("Authorization", "Bearer sk_test_sandbox")
                .build();
        assertThat(http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
                .isEqualTo(503);
        assertThat(http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
                .isEqualTo(200);

        JsonNode sent = get("sent?vendor=stripe").get("requests");
        assertThat(sent).hasSize(2);
        assertThat(sent.get(0).get("status").asInt()).isEqualTo(503);
        assertThat(sent.get(1).get("query").asText()).isEqualTo("limit=3");
        assertThat(sent.toString()).doesNotContain("sk_test_sandbox");
        assertThat(get("sent?vendor=youtube").get("requests")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "events    | {\"vendor\":\"paypal\"}                            | vendor must be one of stripe",
                "events    | {\"vendor\":\"stripe\",\"scenario\":\"rain\"}      | scenario must be one of",
                "events    | {\"vendor\":\"stripe\",\"colour\":\"red\"}         | Unknown field colour",
                "events    | {\"vendor\":\"youtube\",\"event\":\"video.published\"} | channel_id is missing",
                "events    | [1]                                                | A JSON object is expected",
                "events    | {                                                  | Not JSON",
                "duplicate | {\"vendor\":\"stripe\",\"count\":0}                | count must be a whole number",
                "clock     | {\"advance\":\"tomorrow\"}                         | advance must be an ISO 8601 duration",
                "clock     | {\"advance\":\"-P1D\"}                             | only moves forward",
                "fail      | {\"vendor\":\"stripe\",\"how\":\"fire\"}           | how must be one of",
                "settings  | {\"stripe_api_version\":\"latest\"}                | Invalid Stripe API version",
                "checkout  | {\"session\":\"cs_1\",\"outcome\":\"lost\"} | outcome must be one of",
                "checkout  | {\"session\":\"cs_1\",\"outcome\":\"paid\"} | No such checkout.session",
                "intent    | {\"outcome\":\"confirmed\"}                     | intent is missing",
                "bank      | {\"act\":\"rob\"}                               | act must be one of",
                "dashboard | {\"path\":\"/v1/nowhere\"}                      | Unrecognized request URL",
                "outage    | {\"vendor\":\"stripe\"}                         | how is missing",
                "settings  | {\"stripe_after_retries\":\"gone\"}             | stripe_after_retries must be one of",
                "tomorrow  | {}                                                 | Known here"
            })
    void whatIsNotUnderstoodIsRefusedClearly(String order, String body, String words) throws Exception {
        HttpResponse<String> answer = post(order, body);

        assertThat(answer.statusCode()).isEqualTo(order.equals("tomorrow") ? 404 : 400);
        assertThat(Json.read(answer.body()).get("error").asText()).contains(words);
    }

    @Test
    void aTakenPortIsNamed() {
        int port = URI.create(sandbox.baseUrl()).getPort();

        assertThatThrownBy(() -> Sandbox.start(port)).hasMessageContaining("Port " + port + " of 127.0.0.1 is taken");
    }
}
