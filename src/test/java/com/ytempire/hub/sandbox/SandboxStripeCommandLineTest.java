package com.ytempire.hub.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The requests of Stripe's command-line client, as its source makes them ({@code stripe customers create}, {@code get},
 * {@code post}, {@code delete}, {@code events resend}, {@code trigger}): form bodies, a key as bearer, the parameters
 * of a GET in the query, those of its stories in bracket notation.
 */
class SandboxStripeCommandLineTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static Sandbox sandbox;

    @BeforeAll
    static void start() {
        sandbox = Sandbox.start(0);
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    private static String form(String... parameters) {
        return Stream.of(parameters)
                .map(parameter -> parameter.split("=", 2))
                .map(pair -> encoded(pair[0]) + "=" + encoded(pair[1]))
                .collect(Collectors.joining("&"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static HttpResponse<String> send(String method, String path, String... parameters) {
        boolean query = method.equals("GET") && parameters.length > 0;
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(sandbox.baseUrl() + path + (query ? "?" + form(parameters) : "")))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Authorization", "Bearer sk_test_sandbox")
                .header("User-Agent", "Stripe/v1 stripe-cli/1.30.0")
                .header(
                        "X-Stripe-Client-User-Agent",
                        "{\"name\":\"stripe-cli\",\"version\":\"1.30.0\",\"os\":\"linux\"}")
                .header("Stripe-Version", "2024-06-20")
                .method(method, query ? BodyPublishers.noBody() : BodyPublishers.ofString(form(parameters)))
                .build();
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode tree(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new IllegalStateException(answer.body(), e);
        }
    }

    private static JsonNode done(String method, String path, String... parameters) {
        HttpResponse<String> answer = send(method, path, parameters);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Request-Id")).isPresent();
        return tree(answer);
    }

    private static String id(JsonNode object) {
        return object.get("id").asText();
    }

    @Test
    void anObjectIsMadeReadChangedListedAndDeleted() {
        String customer = id(done("POST", "/v1/customers", "email=ada@example.com", "metadata[team]=red blue"));
        assertThat(done("GET", "/v1/customers/" + customer).at("/metadata/team").asText())
                .isEqualTo("red blue");
        assertThat(done("POST", "/v1/customers/" + customer, "name=Ada & Söhne")
                        .get("name")
                        .asText())
                .isEqualTo("Ada & Söhne");
        assertThat(done("GET", "/v1/customers", "limit=1", "email=ada@example.com")
                        .at("/data/0/id")
                        .asText())
                .isEqualTo(customer);
        assertThat(done("DELETE", "/v1/customers/" + customer).get("deleted").asBoolean())
                .isTrue();
    }

    /** What {@code stripe trigger customer.subscription.created} and {@code .deleted} send. */
    @Test
    void aSubscriptionIsTriggeredAndCancelled() {
        String customer = id(done(
                "POST",
                "/v1/customers",
                "description=(created by Stripe CLI)",
                "payment_method=pm_card_visa",
                "invoice_settings[default_payment_method]=pm_card_visa"));
        String product = id(done("POST", "/v1/products", "name=myproduct", "description=(created by Stripe CLI)"));
        String price = id(done(
                "POST",
                "/v1/prices",
                "product=" + product,
                "unit_amount=1500",
                "currency=usd",
                "recurring[interval]=month"));
        JsonNode subscription = done("POST", "/v1/subscriptions", "customer=" + customer, "items[0][price]=" + price);
        assertThat(subscription.get("status").asText()).isEqualTo("active");
        assertThat(done("DELETE", "/v1/subscriptions/" + id(subscription))
                        .get("status")
                        .asText())
                .isEqualTo("canceled");
    }

    /** What {@code stripe trigger payment_intent.succeeded}, {@code charge.refunded} and {@code .dispute.created} send. */
    @Test
    void aPaymentIsTriggeredRefundedAndDisputed() {
        JsonNode paid = done(
                "POST",
                "/v1/payment_intents",
                "amount=2000",
                "confirm=true",
                "currency=usd",
                "description=(created by Stripe CLI)",
                "payment_method=pm_card_visa",
                "payment_method_types[0]=card",
                "shipping[name]=Jenny Rosen",
                "shipping[address][line1]=510 Townsend St",
                "shipping[address][country]=US");
        assertThat(paid.get("status").asText()).isEqualTo("succeeded");
        assertThat(done("POST", "/v1/refunds", "payment_intent=" + id(paid))
                        .get("amount")
                        .asLong())
                .isEqualTo(2_000);
        done(
                "POST",
                "/v1/payment_intents",
                "amount=100",
                "currency=usd",
                "payment_method=pm_card_createDisputeInquiry",
                "confirm=true");
        assertThat(done("GET", "/v1/disputes", "limit=1").get("data")).hasSize(1);
    }

    /** What {@code stripe trigger invoice.paid} and {@code invoice.payment_failed} send. */
    @ParameterizedTest
    @CsvSource({"pm_card_visa, 200", "pm_card_chargeCustomerFail, 402"})
    void anInvoiceIsTriggeredAndPaidOrNot(String card, int status) {
        String customer = id(done("POST", "/v1/customers", "description=(created by Stripe CLI)"));
        String method = id(done("POST", "/v1/payment_methods/" + card + "/attach", "customer=" + customer));
        done("POST", "/v1/invoiceitems", "amount=2000", "currency=usd", "customer=" + customer);
        String invoice =
                id(done("POST", "/v1/invoices", "customer=" + customer, "pending_invoice_items_behavior=include"));
        HttpResponse<String> answer = send("POST", "/v1/invoices/" + invoice + "/pay", "payment_method=" + method);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        if (status == 402) {
            assertThat(tree(answer).at("/error/type").asText()).isEqualTo("card_error");
        }
    }

    @Test
    void anEventIsListedAndSentAgain() {
        String customer = id(done("POST", "/v1/customers", "email=again@example.com"));
        JsonNode event =
                done("GET", "/v1/events", "type=customer.created", "limit=1").at("/data/0");
        assertThat(event.at("/data/object/id").asText()).isEqualTo(customer);
        sandbox.stripe().endpoint(URI.create(sandbox.baseUrl() + "/resend/nobody"));
        try {
            done("POST", "/v1/events/" + id(event) + "/retry");
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> sandbox.deliveries().all().stream()
                            .anyMatch(delivery -> delivery.id().equals(id(event))));
        } finally {
            sandbox.stripe().endpoint(null);
        }
        assertThat(send("POST", "/v1/events/evt_unknown/retry").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/customers, emial=a@example.com, emial",
        "/v1/customers, address[town]=Rome, address[town]",
        "/v1/subscriptions, items[0][prise]=x, items[0][prise]",
        "/v1/subscriptions, discounts[0][coupn]=x, discounts[0][coupn]",
        "/v1/subscriptions, trial_period_days=soon, trial_period_days",
        "/v1/subscriptions, trial_end=soon, trial_end",
        "/v1/customers, address=Rome, address",
        "/v1/customers, metadata[a][b]=c, metadata[a]",
        "/v1/payment_intents, confirm=perhaps, confirm",
        "/v1/payment_intents, capture_method=later, capture_method",
        "/v1/events/evt_1/retry, force=true, force"
    })
    void whatStripeDoesNotKnowIsRefusedByItsName(String path, String parameter, String name) {
        HttpResponse<String> answer = send("POST", path, parameter);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(tree(answer).at("/error/param").asText()).isEqualTo(name);
    }
}
