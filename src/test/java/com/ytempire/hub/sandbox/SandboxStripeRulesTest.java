package com.ytempire.hub.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.stripe.StripeClient;
import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.StripeException;
import com.stripe.model.Customer;
import com.stripe.param.CustomerListParams;
import com.stripe.param.CustomerSearchParams;
import com.stripe.param.SubscriptionSearchParams;
import com.ytempire.hub.sandbox.Faults.Fault;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stripe's rules for every request, as plain HTTP meets them. */
class SandboxStripeRulesTest {

    private final Sandbox sandbox = Sandbox.start(0);
    private final StripeVendor stripe = sandbox.stripe();
    private final HttpClient http = HttpClient.newHttpClient();
    private final StripeClient client = StripeClients.of(sandbox);

    @AfterEach
    void stop() {
        sandbox.close();
    }

    private HttpRequest post(String path, String key, String form) {
        return HttpRequest.newBuilder(URI.create(sandbox.baseUrl() + path))
                .header("Authorization", "Bearer sk_test_sandbox")
                .header("Idempotency-Key", key)
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
    }

    private HttpResponse<String> send(HttpRequest request) throws Exception {
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode error(HttpResponse<String> answer) {
        return Json.read(answer.body()).get("error");
    }

    private int customers() {
        return stripe.all("customer").size();
    }

    @Test
    void aKeyReplaysItsAnswerForADay() throws Exception {
        HttpRequest request = post("/v1/customers", "k1", "email=ann%40example.com&name=Ann");
        HttpResponse<String> first = send(request);
        HttpResponse<String> second = send(post("/v1/customers", "k1", "name=Ann&email=ann%40example.com"));

        assertThat(second.body()).isEqualTo(first.body());
        assertThat(first.headers().firstValue("Idempotent-Replayed")).isEmpty();
        assertThat(second.headers().firstValue("Idempotent-Replayed")).hasValue("true");
        assertThat(second.headers().firstValue("Original-Request"))
                .isEqualTo(first.headers().firstValue("Request-Id"));
        assertThat(customers()).isOne();

        sandbox.clock().advance(Duration.ofHours(25));
        assertThat(send(request).headers().firstValue("Idempotent-Replayed")).isEmpty();
        assertThat(customers()).isEqualTo(2);
    }

    @Test
    void aKeyBelongsToItsRequest() throws Exception {
        send(post("/v1/customers", "k1", "name=Ann"));

        HttpResponse<String> otherParams = send(post("/v1/customers", "k1", "name=Bob"));
        assertThat(otherParams.statusCode()).isEqualTo(400);
        assertThat(error(otherParams).get("type").asText()).isEqualTo("idempotency_error");
        HttpResponse<String> otherPath = send(post("/v1/products", "k1", "name=Ann"));
        assertThat(error(otherPath).get("message").asText()).contains("same endpoint");
        assertThat(send(post("/v1/customers", "k".repeat(256), "name=Ann")).statusCode())
                .isEqualTo(400);
    }

    @Test
    void nothingIsKeptOfWhatDidNotBegin() throws Exception {
        assertThat(error(send(post("/v1/customers", "k1", "colour=red")))
                        .get("code")
                        .asText())
                .isEqualTo("parameter_unknown");
        assertThat(error(send(post("/v1/prices", "k2", "unit_amount=5")))
                        .get("code")
                        .asText())
                .isEqualTo("parameter_missing");
        sandbox.faults().fail("stripe", Fault.rateLimit(), 1);
        HttpResponse<String> limited = send(post("/v1/customers", "k3", "name=Ann"));
        assertThat(limited.statusCode()).isEqualTo(429);
        assertThat(limited.headers().firstValue("Stripe-Rate-Limited-Reason")).isPresent();

        assertThat(send(post("/v1/customers", "k1", "name=Ann")).statusCode()).isEqualTo(200);
        assertThat(send(post("/v1/customers", "k3", "name=Ann")).statusCode()).isEqualTo(200);
    }

    @Test
    void refusalsOfWorkThatBeganAreKept() throws Exception {
        String pay = "amount=500&currency=usd&confirm=true&payment_method=pm_card_chargeDeclined";
        HttpResponse<String> refused = send(post("/v1/payment_intents", "k1", pay));
        HttpResponse<String> again = send(post("/v1/payment_intents", "k1", pay));

        assertThat(refused.statusCode()).isEqualTo(402);
        assertThat(again.body()).isEqualTo(refused.body());
        assertThat(stripe.all("payment_intent")).hasSize(1);
    }

    @Test
    void aSavedInternalErrorHidesWhatWasDone() throws Exception {
        sandbox.faults().fail("stripe", Fault.status(500).afterTheWork(), 1);
        assertThat(send(post("/v1/customers", "k1", "name=Ann")).statusCode()).isEqualTo(500);
        assertThat(customers()).isOne();
        HttpResponse<String> again = send(post("/v1/customers", "k1", "name=Ann"));
        assertThat(again.statusCode()).isEqualTo(500);
        assertThat(again.headers().firstValue("Idempotent-Replayed")).hasValue("true");

        sandbox.faults().fail("stripe", Fault.status(503), 1);
        assertThat(send(post("/v1/customers", "k2", "name=Ann")).statusCode()).isEqualTo(503);
        assertThat(send(post("/v1/customers", "k2", "name=Ann")).statusCode())
                .as("a gateway's refusal is not kept")
                .isEqualTo(200);
    }

    @Test
    void aLostAnswerIsHadAgainByItsKey() throws Exception {
        // the JDK's client silently repeats a request when a kept connection is cut
        sandbox.faults().fail("stripe", Fault.cut().afterTheWork(), 2);
        assertThatThrownBy(() -> send(post("/v1/customers", "k1", "name=Ann"))).isInstanceOf(IOException.class);
        sandbox.faults().clear();

        HttpResponse<String> again = send(post("/v1/customers", "k1", "name=Ann"));
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(again.headers().firstValue("Idempotent-Replayed")).hasValue("true");
        assertThat(customers()).isOne();
    }

    @Test
    void twoAtOnceWithOneKeyAreOneTooMany() {
        sandbox.faults().fail("stripe", Fault.slow(Duration.ofMillis(700)), 1);
        HttpRequest request = post("/v1/customers", "k1", "name=Ann");
        List<CompletableFuture<HttpResponse<String>>> both = List.of(
                http.sendAsync(request, HttpResponse.BodyHandlers.ofString()),
                http.sendAsync(request, HttpResponse.BodyHandlers.ofString()));

        List<Integer> statuses =
                both.stream().map(answer -> answer.join().statusCode()).sorted().toList();
        assertThat(statuses).containsExactly(200, 409);
        assertThat(both.stream()
                        .map(CompletableFuture::join)
                        .filter(answer -> answer.statusCode() == 409)
                        .map(answer -> error(answer).get("code").asText()))
                .containsExactly("idempotency_key_in_use");
        assertThat(customers()).isOne();
    }

    @Test
    void anOutageLastsByTheClock() throws StripeException {
        sandbox.faults().outage("stripe", Fault.cut(), sandbox.clock().instant().plus(Duration.ofHours(2)));
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> client.v1().customers().list()).isInstanceOf(ApiConnectionException.class);
        }
        sandbox.clock().advance(Duration.ofHours(2).plusSeconds(1));
        assertThat(client.v1().customers().list().getData()).isEmpty();

        sandbox.faults().outage("stripe", Fault.status(503), null);
        sandbox.clock().advance(Duration.ofDays(3));
        assertThatThrownBy(() -> client.v1().customers().list()).hasMessageContaining("503");
        sandbox.faults().lift("stripe");
        assertThat(client.v1().customers().list().getData()).isEmpty();
    }

    @Test
    void eachEndpointHasALimitOfItsOwn() throws Exception {
        stripe.endpointRateLimit(3);
        int refused = 0;
        for (int i = 0; i < 12; i++) {
            HttpResponse<String> answer = send(HttpRequest.newBuilder(URI.create(sandbox.baseUrl() + "/v1/prices"))
                    .header("Authorization", "Bearer sk_test_sandbox")
                    .build());
            if (answer.statusCode() == 429) {
                refused++;
                assertThat(answer.headers().firstValue("Stripe-Rate-Limited-Reason"))
                        .hasValue("endpoint-rate");
            }
        }
        assertThat(refused).isPositive();
        assertThat(client.v1().products().list().getData()).isEmpty();
    }

    @Test
    void theKeyMayComeAsAUsersName() throws Exception {
        String basic = Base64.getEncoder().encodeToString("sk_test_sandbox:".getBytes(StandardCharsets.UTF_8));
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(sandbox.baseUrl() + "/v1/customers"));

        assertThat(send(request.copy().header("Authorization", "Basic " + basic).build())
                        .statusCode())
                .isEqualTo(200);
        assertThat(send(request.copy()
                                .header("Authorization", "Bearer sk_wrong")
                                .build())
                        .statusCode())
                .isEqualTo(401);
        assertThat(send(request.build()).statusCode()).isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/payment_intents | currency=usd                                   | parameter_missing         | amount",
                "/v1/payment_intents | amount=much&currency=usd                       | parameter_invalid_integer | amount",
                "/v1/customers       | invoice_settings[colour]=red                   | parameter_unknown         | invoice_settings[colour]",
                "/v1/subscriptions   | customer=cus_1&items[0][price]=price_1         | resource_missing          | customer",
                "/v1/coupons         | percent_off=half&duration=once                 | parameter_invalid_decimal | percent_off"
            })
    void whatIsWrongIsNamed(String path, String form, String code, String param) throws Exception {
        HttpResponse<String> answer =
                send(post(path, "key", form.replace("[", "%5B").replace("]", "%5D")));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(error(answer).get("code").asText()).isEqualTo(code);
        assertThat(error(answer).get("param").asText()).isEqualTo(param);
    }

    @Test
    void objectsAreFoundByTheirMetadata() throws StripeException {
        String ann = stripe.create("customers", Map.of("email", "ann@example.com", "metadata", Map.of("user_id", "7")))
                .get("id")
                .asText();
        stripe.create("customers", Map.of("email", "bob@example.com", "metadata", Map.of("user_id", "8")));
        stripe.create("customers", Map.of("email", "cy@example.org"));
        String price = stripe.monthlyPrice("Starter", 9_700).get("id").asText();
        stripe.giveCard(ann);
        stripe.subscribe(ann, price);

        assertThat(search("metadata['user_id']:'7'")).containsExactly("ann@example.com");
        assertThat(search("email~\"example.com\" AND -metadata['user_id']:'7'")).containsExactly("bob@example.com");
        assertThat(search("metadata['user_id']:null OR email:'ANN@example.com'"))
                .containsExactly("cy@example.org", "ann@example.com");
        assertThat(search("created>" + (sandbox.clock().epochSecond() + 60))).isEmpty();
        assertThat(client.v1()
                        .subscriptions()
                        .search(SubscriptionSearchParams.builder()
                                .setQuery("status:'active'")
                                .build())
                        .getData())
                .hasSize(1);
        for (String wrong : List.of("colour:'red'", "email:'a' AND", "email:'a' AND name:'b' OR name:'c'", "what")) {
            assertThatThrownBy(() -> search(wrong)).as(wrong).isInstanceOf(InvalidRequestException.class);
        }
    }

    private List<String> search(String query) throws StripeException {
        return client
                .v1()
                .customers()
                .search(CustomerSearchParams.builder().setQuery(query).build())
                .getData()
                .stream()
                .map(Customer::getEmail)
                .toList();
    }

    @Test
    void listsGoPageByPage() throws StripeException {
        for (int i = 0; i < 5; i++) {
            stripe.create("customers", Map.of("email", i + "@example.com"));
        }
        long now = sandbox.clock().epochSecond();

        int found = 0;
        for (Customer ignored : client.v1()
                .customers()
                .list(CustomerListParams.builder()
                        .setLimit(2L)
                        .setCreated(CustomerListParams.Created.builder()
                                .setGte(now - 60)
                                .build())
                        .build())
                .autoPagingIterable()) {
            found++;
        }
        assertThat(found).isEqualTo(5);
        assertThat(client.v1()
                        .customers()
                        .list(CustomerListParams.builder()
                                .setEmail("3@example.com")
                                .build())
                        .getData())
                .hasSize(1);
    }
}
