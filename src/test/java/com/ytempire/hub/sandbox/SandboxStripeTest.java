package com.ytempire.hub.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.stripe.StripeClient;
import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.AuthenticationException;
import com.stripe.exception.CardException;
import com.stripe.exception.IdempotencyException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.RateLimitException;
import com.stripe.exception.StripeException;
import com.stripe.model.Customer;
import com.stripe.model.Event;
import com.stripe.model.Invoice;
import com.stripe.model.PaymentIntent;
import com.stripe.model.Price;
import com.stripe.model.Subscription;
import com.stripe.net.RequestOptions;
import com.stripe.param.CustomerCreateParams;
import com.stripe.param.CustomerUpdateParams;
import com.stripe.param.EventListParams;
import com.stripe.param.InvoiceRetrieveParams;
import com.stripe.param.PaymentIntentCreateParams;
import com.stripe.param.PriceCreateParams;
import com.stripe.param.SubscriptionCreateParams;
import com.stripe.param.SubscriptionUpdateParams;
import com.ytempire.hub.sandbox.Faults.Fault;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The sandbox's Stripe as Stripe's own Java client sees it. */
class SandboxStripeTest {

    private static Sandbox sandbox;
    private static StripeClient client;

    @BeforeAll
    static void start() {
        sandbox = Sandbox.start(0);
        client = StripeClients.of(sandbox);
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    private static Customer customerWithCard() throws StripeException {
        return client.v1()
                .customers()
                .retrieve(sandbox.stripe()
                        .customerWithCard("ann@example.com")
                        .get("id")
                        .asText());
    }

    @Test
    void aSubscriptionIsPaidAndTellsItsStory() throws StripeException {
        Customer customer = customerWithCard();
        Price price = client.v1()
                .prices()
                .create(PriceCreateParams.builder()
                        .setCurrency("usd")
                        .setUnitAmount(29_700L)
                        .setRecurring(PriceCreateParams.Recurring.builder()
                                .setInterval(PriceCreateParams.Recurring.Interval.MONTH)
                                .build())
                        .setProductData(PriceCreateParams.ProductData.builder()
                                .setName("Growth")
                                .build())
                        .build());

        Subscription subscription = client.v1()
                .subscriptions()
                .create(SubscriptionCreateParams.builder()
                        .setCustomer(customer.getId())
                        .addItem(SubscriptionCreateParams.Item.builder()
                                .setPrice(price.getId())
                                .build())
                        .putMetadata("plan", "growth")
                        .build());

        assertThat(subscription.getStatus()).isEqualTo("active");
        assertThat(subscription.getMetadata()).containsEntry("plan", "growth");
        assertThat(subscription.getItems().getData().get(0).getCurrentPeriodEnd())
                .isGreaterThan(sandbox.clock().epochSecond());
        Invoice invoice = client.v1()
                .invoices()
                .retrieve(
                        subscription.getLatestInvoice(),
                        InvoiceRetrieveParams.builder().addExpand("payments").build());
        assertThat(invoice.getStatus()).isEqualTo("paid");
        assertThat(invoice.getAmountPaid()).isEqualTo(29_700L);
        assertThat(invoice.getParent().getSubscriptionDetails().getSubscription())
                .isEqualTo(subscription.getId());
        String intent = invoice.getPayments().getData().get(0).getPayment().getPaymentIntent();
        assertThat(client.v1().paymentIntents().retrieve(intent).getStatus()).isEqualTo("succeeded");

        List<String> types = new ArrayList<>();
        client.v1()
                .events()
                .list(EventListParams.builder().setLimit(3L).build())
                .autoPagingIterable()
                .forEach(event -> types.add(event.getType()));
        assertThat(types)
                .containsSubsequence("invoice.payment_succeeded", "invoice.paid", "invoice.updated")
                .contains(
                        "customer.subscription.created",
                        "invoice.created",
                        "invoice.finalized",
                        "payment_intent.created",
                        "payment_intent.succeeded",
                        "charge.succeeded",
                        "product.created",
                        "price.created",
                        "payment_method.attached");
    }

    @Test
    void anUpdateNamesWhatWasThereBefore() throws StripeException {
        Customer customer = client.v1()
                .customers()
                .create(CustomerCreateParams.builder()
                        .setEmail("bob@example.com")
                        .putMetadata("user_id", "7")
                        .build());

        client.v1()
                .customers()
                .update(
                        customer.getId(),
                        CustomerUpdateParams.builder()
                                .setEmail("rob@example.com")
                                .putMetadata("source", "organic")
                                .build());

        Event event = client.v1()
                .events()
                .list(EventListParams.builder()
                        .setType("customer.updated")
                        .setLimit(1L)
                        .build())
                .getData()
                .get(0);
        assertThat(event.getData().getPreviousAttributes())
                .containsEntry("email", "bob@example.com")
                .containsOnlyKeys("email", "metadata");
        assertThat(event.getRequest().getId()).startsWith("req_");
        assertThat(event.getLivemode()).isFalse();
    }

    @Test
    void aDeletedCustomerLeavesATrace() throws StripeException {
        Customer customer =
                client.v1().customers().create(CustomerCreateParams.builder().build());

        assertThat(client.v1().customers().delete(customer.getId()).getDeleted())
                .isTrue();

        assertThat(client.v1().customers().retrieve(customer.getId()).getDeleted())
                .isTrue();
    }

    @Test
    void refusalsAreTheOnesOfStripe() throws StripeException {
        assertThatThrownBy(() -> client.v1().customers().retrieve("cus_nobody"))
                .isInstanceOfSatisfying(InvalidRequestException.class, e -> {
                    assertThat(e.getCode()).isEqualTo("resource_missing");
                    assertThat(e.getStatusCode()).isEqualTo(404);
                });
        assertThatThrownBy(() ->
                        StripeClients.of(sandbox, "pk_wrong").v1().customers().list())
                .isInstanceOf(AuthenticationException.class);
        assertThatThrownBy(() -> client.v1()
                        .customers()
                        .create(CustomerCreateParams.builder()
                                .putExtraParam("colour", "red")
                                .build()))
                .isInstanceOfSatisfying(InvalidRequestException.class, e -> {
                    assertThat(e.getCode()).isEqualTo("parameter_unknown");
                    assertThat(e.getParam()).isEqualTo("colour");
                });
        assertThatThrownBy(
                        () -> sandbox.stripe().create("payment_intents", Map.of("amount", "much", "currency", "usd")))
                .hasMessageContaining("Invalid integer: much");
    }

    @Test
    void aRefusedCardIsACardError() throws StripeException {
        Customer customer = customerWithCard();

        CardException refusal = catchThrowableOfType(
                CardException.class,
                () -> client.v1()
                        .paymentIntents()
                        .create(PaymentIntentCreateParams.builder()
                                .setCustomer(customer.getId())
                                .setAmount(500L)
                                .setCurrency("usd")
                                .setPaymentMethod("pm_card_visa_chargeDeclinedInsufficientFunds")
                                .setConfirm(true)
                                .build()));

        assertThat(refusal.getCode()).isEqualTo("card_declined");
        assertThat(refusal.getDeclineCode()).isEqualTo("insufficient_funds");
        PaymentIntent intent = client.v1().paymentIntents().list().getData().get(0);
        assertThat(intent.getStatus()).isEqualTo("requires_payment_method");
        assertThat(intent.getLastPaymentError().getDeclineCode()).isEqualTo("insufficient_funds");
    }

    @Test
    void anIdempotencyKeyReplaysItsAnswer() throws StripeException {
        RequestOptions once =
                RequestOptions.builder().setIdempotencyKey("signup-7").build();
        CustomerCreateParams params =
                CustomerCreateParams.builder().setEmail("cy@example.com").build();

        Customer first = client.v1().customers().create(params, once);
        Customer second = client.v1().customers().create(params, once);

        assertThat(second.getId()).isEqualTo(first.getId());
        assertThatThrownBy(() -> client.v1()
                        .customers()
                        .create(CustomerCreateParams.builder().build(), once))
                .isInstanceOf(IdempotencyException.class);
    }

    @Test
    void faultsAreWhatTheClientMeetsInTheWild() throws StripeException {
        sandbox.faults().fail("stripe", Fault.rateLimit(), 1);
        assertThatThrownBy(() -> client.v1().customers().list()).isInstanceOf(RateLimitException.class);
        // the JDK's client silently repeats a request when a kept connection is cut: two cuts reach the caller
        sandbox.faults().fail("stripe", Fault.cut().on("/v1/products"), 2);
        assertThat(client.v1().customers().list().getData()).isNotNull();
        assertThatThrownBy(() -> client.v1().products().list()).isInstanceOf(ApiConnectionException.class);
        sandbox.faults().clear();
        sandbox.faults().fail("stripe", Fault.cut().afterTheWork(), 2);
        int before = sandbox.stripe().all("customer").size();
        assertThatThrownBy(() -> client.v1()
                        .customers()
                        .create(CustomerCreateParams.builder().build()))
                .isInstanceOf(ApiConnectionException.class);
        assertThat(sandbox.stripe().all("customer")).hasSizeGreaterThan(before);
        sandbox.faults().clear();
        assertThat(client.v1().products().list().getData()).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({
        "2020-08-27, true, true",
        "2023-10-16, true, false",
        "2024-10-28.acacia, true, false",
        "2025-03-31.basil, false, false",
        "2026-07-29.dahlia, false, false"
    })
    void eachVersionHasItsShape(String version, boolean old, boolean oldest) throws Exception {
        String customer = customerWithCard().getId();
        String price = sandbox.stripe().monthlyPrice("Starter", 9_700).get("id").asText();
        String id = sandbox.stripe().subscribe(customer, price).get("id").asText();

        JsonNode subscription = get("/v1/subscriptions/" + id, version);
        JsonNode invoice =
                get("/v1/invoices/" + subscription.get("latest_invoice").asText(), version);

        assertThat(subscription.has("current_period_end")).isEqualTo(old);
        assertThat(subscription.at("/items/data/0").has("current_period_end")).isEqualTo(!old);
        assertThat(invoice.has("subscription")).isEqualTo(old);
        assertThat(invoice.at("/lines/data/0").has("price")).isEqualTo(old);
        assertThat(invoice.at("/parent/subscription_details/subscription").asText())
                .isEqualTo(old ? "" : id);
        JsonNode intent =
                get("/v1/payment_intents?customer=" + customer, version).at("/data/0");
        assertThat(intent.has("charges")).isEqualTo(oldest);
        assertThat(intent.has("invoice")).isEqualTo(old);
    }

    private static JsonNode get(String path, String version) throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(sandbox.baseUrl() + path))
                                .header("Authorization", "Bearer sk_test_sandbox")
                                .header("Stripe-Version", version)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Stripe-Version")).hasValue(version);
        assertThat(answer.headers().firstValue("Request-Id")).isPresent();
        return Json.read(answer.body());
    }

    @Test
    void timeRenewsAndEndsSubscriptions() throws StripeException {
        try (Sandbox other = Sandbox.start(0)) {
            StripeVendor stripe = other.stripe();
            String customer =
                    stripe.customerWithCard("dan@example.com").get("id").asText();
            String price = stripe.monthlyPrice("Scale", 79_700).get("id").asText();
            String id = stripe.subscribe(customer, price).get("id").asText();

            other.clock().advance(Duration.ofDays(32));
            assertThat(stripe.all("invoice"))
                    .hasSize(2)
                    .allMatch(paid -> paid.get("paid").asBoolean());
            stripe.declineCardOf(customer, "expired_card");
            other.clock().advance(Duration.ofDays(31));
            assertThat(stripe.find(id).orElseThrow().get("status").asText()).isEqualTo("past_due");
            stripe.update("subscriptions", id, Map.of("cancel_at_period_end", true));
            other.clock().advance(Duration.ofDays(31));
            assertThat(stripe.find(id).orElseThrow().get("status").asText()).isEqualTo("canceled");
            assertThat(stripe.events()
                            .get(stripe.events().size() - 1)
                            .get("type")
                            .asText())
                    .isEqualTo("customer.subscription.deleted");
            assertThat(stripe.events().get(0).get("created").asLong())
                    .as("only 30 days are listed")
                    .isGreaterThanOrEqualTo(
                            other.clock().epochSecond() - Duration.ofDays(30).toSeconds());
        }
    }

    @Test
    void refundsAndDisputesChangeTheCharge() throws StripeException {
        StripeVendor stripe = sandbox.stripe();
        ObjectNode paid = stripe.pay(customerWithCard().getId(), 5_000);

        stripe.refund(paid.get("id").asText(), 2_000);
        assertThat(client.v1()
                        .charges()
                        .retrieve(paid.get("latest_charge").asText())
                        .getAmountRefunded())
                .isEqualTo(2_000L);
        assertThatThrownBy(() -> stripe.refund(paid.get("id").asText(), 3_001)).hasMessageContaining("greater than");

        ObjectNode dispute = stripe.dispute(paid.get("latest_charge").asText(), "fraudulent");
        assertThat(client.v1()
                        .disputes()
                        .retrieve(dispute.get("id").asText())
                        .getEvidenceDetails()
                        .getDueBy())
                .isGreaterThan(sandbox.clock().epochSecond());
        stripe.closeDispute(dispute.get("id").asText(), "won");
        assertThat(client.v1().events().list().getData())
                .extracting(Event::getType)
                .contains("charge.refunded", "refund.created", "charge.dispute.created", "charge.dispute.closed");
    }

    @Test
    void aSubscriptionWithoutACardWaitsForItsFirstPayment() throws StripeException {
        String customer = client.v1()
                .customers()
                .create(CustomerCreateParams.builder().build())
                .getId();
        String price = sandbox.stripe().monthlyPrice("Starter", 9_700).get("id").asText();
        SubscriptionCreateParams.Builder params = SubscriptionCreateParams.builder()
                .setCustomer(customer)
                .addItem(SubscriptionCreateParams.Item.builder().setPrice(price).build());
        assertThatThrownBy(() -> client.v1().subscriptions().create(params.build()))
                .hasMessageContaining("no attached payment source");

        Subscription waiting = client.v1()
                .subscriptions()
                .create(params.setPaymentBehavior(SubscriptionCreateParams.PaymentBehavior.DEFAULT_INCOMPLETE)
                        .build());
        assertThat(waiting.getStatus()).isEqualTo("incomplete");
        JsonNode invoice = sandbox.stripe().find(waiting.getLatestInvoice()).orElseThrow();
        sandbox.stripe()
                .call(
                        "POST",
                        "/v1/payment_intents/" + invoice.get("payment_intent").asText() + "/confirm",
                        Map.of("payment_method", "pm_card_visa"));
        assertThat(client.v1().subscriptions().retrieve(waiting.getId()).getStatus())
                .isEqualTo("active");

        client.v1()
                .subscriptions()
                .update(
                        waiting.getId(),
                        SubscriptionUpdateParams.builder()
                                .setPauseCollection(SubscriptionUpdateParams.PauseCollection.builder()
                                        .setBehavior(SubscriptionUpdateParams.PauseCollection.Behavior.VOID)
                                        .build())
                                .build());
        assertThat(client.v1().subscriptions().cancel(waiting.getId()).getStatus())
                .isEqualTo("canceled");
    }

    @Test
    void whatIsNeverPaidExpires() {
        try (Sandbox other = Sandbox.start(0)) {
            StripeVendor stripe = other.stripe();
            String price = stripe.monthlyPrice("Starter", 9_700).get("id").asText();
            String customer = stripe.create("customers", Map.of()).get("id").asText();
            ObjectNode waiting = stripe.create(
                    "subscriptions",
                    Map.of(
                            "customer",
                            customer,
                            "items",
                            List.of(Map.of("price", price)),
                            "payment_behavior",
                            "default_incomplete"));

            other.clock().advance(Duration.ofHours(23));

            assertThat(stripe.find(waiting.get("id").asText())
                            .orElseThrow()
                            .get("status")
                            .asText())
                    .isEqualTo("incomplete_expired");
            assertThat(stripe.find(waiting.get("latest_invoice").asText())
                            .orElseThrow()
                            .get("status")
                            .asText())
                    .isEqualTo("void");
        }
    }

    @Test
    void beyondTheRateLimitStripeAnswers429() throws StripeException {
        try (Sandbox other = Sandbox.start(0)) {
            other.stripe().rateLimit(2);
            StripeClient impatient = StripeClients.of(other);

            assertThatThrownBy(() -> {
                        for (int i = 0; i < 20; i++) {
                            impatient.v1().products().list();
                        }
                    })
                    .isInstanceOf(RateLimitException.class);
        }
    }
}
