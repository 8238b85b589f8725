package com.ytempire.hub.camel.stripe;

import static com.github.tomakehurst.wiremock.client.WireMock.*;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import com.stripe.Stripe;
import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.ApiException;
import com.stripe.exception.AuthenticationException;
import com.stripe.exception.CardException;
import com.stripe.exception.IdempotencyException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.PermissionException;
import com.stripe.exception.RateLimitException;
import com.stripe.model.*;
import com.stripe.model.checkout.Session;
import com.ytempire.hub.camel.stripe.StripeFailures.Kind;
import com.ytempire.hub.platform.AnswerBounds;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every call over real HTTP, against answers of the shape Stripe gives. */
class StripeComponentIT {

    private static final String KEY = "sk_test_secret";

    @RegisterExtension
    static final WireMockExtension vendor = WireMockExtension.newInstance()
            .options(options().dynamicPort().dynamicHttpsPort())
            .build();

    private final CamelContext camel = new DefaultCamelContext();

    @BeforeEach
    void start() {
        StripeComponent stripe = new StripeComponent();
        stripe.setApiKey(KEY);
        stripe.setApiBase(vendor.getRuntimeInfo().getHttpBaseUrl());
        camel.addComponent("stripe", stripe);
        camel.start();
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    static Stream<Arguments> calls() {
        return """
                charges             create            POST   /v1/charges                          charge
                charges             retrieve          GET    /v1/charges/obj_1                    charge
                charges             update            POST   /v1/charges/obj_1                    charge
                charges             list              GET    /v1/charges                          list
                charges             search            GET    /v1/charges/search                   search_result
                charges             capture           POST   /v1/charges/obj_1/capture            charge
                customers           create            POST   /v1/customers                        customer
                customers           retrieve          GET    /v1/customers/obj_1                  customer
                customers           update            POST   /v1/customers/obj_1                  customer
                customers           delete            DELETE /v1/customers/obj_1                  customer
                customers           list              GET    /v1/customers                        list
                customers           search            GET    /v1/customers/search                 search_result
                paymentIntents      create            POST   /v1/payment_intents                  payment_intent
                paymentIntents      retrieve          GET    /v1/payment_intents/obj_1            payment_intent
                paymentIntents      update            POST   /v1/payment_intents/obj_1            payment_intent
                paymentIntents      list              GET    /v1/payment_intents                  list
                paymentIntents      search            GET    /v1/payment_intents/search           search_result
                paymentIntents      cancel            POST   /v1/payment_intents/obj_1/cancel     payment_intent
                paymentIntents      capture           POST   /v1/payment_intents/obj_1/capture    payment_intent
                paymentIntents      confirm           POST   /v1/payment_intents/obj_1/confirm    payment_intent
                paymentMethods      create            POST   /v1/payment_methods                  payment_method
                paymentMethods      retrieve          GET    /v1/payment_methods/obj_1            payment_method
                paymentMethods      update            POST   /v1/payment_methods/obj_1            payment_method
                paymentMethods      list              GET    /v1/payment_methods                  list
                paymentMethods      attach            POST   /v1/payment_methods/obj_1/attach     payment_method
                paymentMethods      detach            POST   /v1/payment_methods/obj_1/detach     payment_method
                refunds             create            POST   /v1/refunds                          refund
                refunds             retrieve          GET    /v1/refunds/obj_1                    refund
                refunds             update            POST   /v1/refunds/obj_1                    refund
                refunds             list              GET    /v1/refunds                          list
                refunds             cancel            POST   /v1/refunds/obj_1/cancel             refund
                subscriptions       create            POST   /v1/subscriptions                    subscription
                subscriptions       retrieve          GET    /v1/subscriptions/obj_1              subscription
                subscriptions       update            POST   /v1/subscriptions/obj_1              subscription
                subscriptions       list              GET    /v1/subscriptions                    list
                subscriptions       search            GET    /v1/subscriptions/search             search_result
                subscriptions       cancel            DELETE /v1/subscriptions/obj_1              subscription
                subscriptions       resume            POST   /v1/subscriptions/obj_1/resume       subscription
                subscriptionItems   create            POST   /v1/subscription_items               subscription_item
                subscriptionItems   retrieve          GET    /v1/subscription_items/obj_1         subscription_item
                subscriptionItems   update            POST   /v1/subscription_items/obj_1         subscription_item
                subscriptionItems   delete            DELETE /v1/subscription_items/obj_1         subscription_item
                subscriptionItems   list              GET    /v1/subscription_items               list
                invoices            create            POST   /v1/invoices                         invoice
                invoices            retrieve          GET    /v1/invoices/obj_1                   invoice
                invoices            update            POST   /v1/invoices/obj_1                   invoice
                invoices            delete            DELETE /v1/invoices/obj_1                   invoice
                invoices            list              GET    /v1/invoices                         list
                invoices            search            GET    /v1/invoices/search                  search_result
                invoices            finalize          POST   /v1/invoices/obj_1/finalize          invoice
                invoices            pay               POST   /v1/invoices/obj_1/pay               invoice
                invoices            send              POST   /v1/invoices/obj_1/send              invoice
                invoices            void              POST   /v1/invoices/obj_1/void              invoice
                invoices            markUncollectible POST   /v1/invoices/obj_1/mark_uncollectible invoice
                invoices            preview           POST   /v1/invoices/create_preview          invoice
                invoices            lines             GET    /v1/invoices/obj_1/lines             list
                creditNotes         create            POST   /v1/credit_notes                     credit_note
                creditNotes         retrieve          GET    /v1/credit_notes/obj_1               credit_note
                creditNotes         update            POST   /v1/credit_notes/obj_1               credit_note
                creditNotes         list              GET    /v1/credit_notes                     list
                creditNotes         void              POST   /v1/credit_notes/obj_1/void          credit_note
                products            create            POST   /v1/products                         product
                products            retrieve          GET    /v1/products/obj_1                   product
                products            update            POST   /v1/products/obj_1                   product
                products            delete            DELETE /v1/products/obj_1                   product
                products            list              GET    /v1/products                         list
                products            search            GET    /v1/products/search                  search_result
                prices              create            POST   /v1/prices                           price
                prices              retrieve          GET    /v1/prices/obj_1                     price
                prices              update            POST   /v1/prices/obj_1                     price
                prices              list              GET    /v1/prices                           list
                prices              search            GET    /v1/prices/search                    search_result
                balanceTransactions retrieve          GET    /v1/balance_transactions/obj_1       balance_transaction
                balanceTransactions list              GET    /v1/balance_transactions             list
                checkoutSessions    create            POST   /v1/checkout/sessions                checkout.session
                checkoutSessions    retrieve          GET    /v1/checkout/sessions/obj_1          checkout.session
                checkoutSessions    update            POST   /v1/checkout/sessions/obj_1          checkout.session
                checkoutSessions    list              GET    /v1/checkout/sessions                list
                checkoutSessions    expire            POST   /v1/checkout/sessions/obj_1/expire   checkout.session
                billingPortalSessions create          POST   /v1/billing_portal/sessions          billing_portal.session
                setupIntents        create            POST   /v1/setup_intents                    setup_intent
                setupIntents        retrieve          GET    /v1/setup_intents/obj_1              setup_intent
                setupIntents        update            POST   /v1/setup_intents/obj_1              setup_intent
                setupIntents        list              GET    /v1/setup_intents                    list
                setupIntents        cancel            POST   /v1/setup_intents/obj_1/cancel       setup_intent
                setupIntents        confirm           POST   /v1/setup_intents/obj_1/confirm      setup_intent
                disputes            retrieve          GET    /v1/disputes/obj_1                   dispute
                disputes            update            POST   /v1/disputes/obj_1                   dispute
                disputes            list              GET    /v1/disputes                         list
                disputes            close             POST   /v1/disputes/obj_1/close             dispute
                events              retrieve          GET    /v1/events/obj_1                     event
                events              list              GET    /v1/events                           list
                """.lines().map(line -> Arguments.of((Object[]) line.strip().split("\\s+")));
    }

    @Test
    void anAnswerWithoutEndIsBrokenOff() {
        camel.getComponent("stripe", StripeComponent.class)
                .setBounds(new AnswerBounds(1_000_000, Duration.ofMinutes(1)));
        answer(okJson("{\"id\":\"cus_1\",\"object\":\"customer\",\"name\":\"" + "secret".repeat(200_000) + "\"}"));
        Exchange exchange = send("stripe:customers?method=retrieve", null, Map.of(StripeConstants.OBJECT_ID, "cus_1"));
        assertThat(exchange.getException())
                .isInstanceOf(ApiConnectionException.class)
                .hasRootCauseMessage("the answer is too large")
                .hasMessageNotContaining("secret");
    }

    @Test
    void everyCallOfTheComponentIsTried() {
        Set<String> known = new TreeSet<>();
        for (StripeOperation operation : StripeOperation.values()) {
            operation.methods().forEach(method -> known.add(operation + " " + method));
        }
        assertThat(calls().map(call -> call.get()[0] + " " + call.get()[1]).collect(Collectors.toSet()))
                .isEqualTo(known);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void callBecomesOneRequestAndItsAnswerTheModelObject(
            String operation, String method, String verb, String path, String object) {
        boolean page = object.equals("list") || object.equals("search_result");
        String one = "{\"id\":\"obj_1\",\"object\":\"" + object + "\",\"unknown_field\":7}";
        answer(okJson(page ? "{\"object\":\"%s\",\"data\":[%s],\"has_more\":false}".formatted(object, one) : one)
                .withHeader("Request-Id", "req_1")
                .withHeader("Date", "Sat, 21 Nov 2026 06:53:34 GMT"));

        Exchange exchange = send(
                "stripe:" + operation,
                Map.of("metadata", Map.of("channel", "c 1"), "items", List.of(Map.of("price", "price_1"))),
                Map.of(
                        StripeConstants.METHOD_HEADER, method,
                        StripeConstants.OBJECT_ID, "obj_1",
                        StripeConstants.IDEMPOTENCY_KEY, "key-1",
                        StripeConstants.ACCOUNT, "acct_1",
                        StripeConstants.API_VERSION, "2023-10-16"));

        assertThat(exchange.getException()).isNull();
        LoggedRequest request = onlyRequest();
        assertThat(request.getMethod().getName()).isEqualTo(verb);
        assertThat(request.getUrl().split("\\?")[0]).isEqualTo(path);
        assertThat(request.getHeader("Authorization")).isEqualTo("Bearer " + KEY);
        assertThat(request.getHeader("Stripe-Version")).isEqualTo("2023-10-16");
        assertThat(request.getHeader("Stripe-Account")).isEqualTo("acct_1");
        String form = "metadata[channel]=c+1&items[0][price]=price_1";
        if (verb.equals("POST")) {
            assertThat(request.getHeader("Idempotency-Key")).isEqualTo("key-1");
            assertThat(request.getHeader("Content-Type")).startsWith("application/x-www-form-urlencoded");
            assertThat(request.getBodyAsString().split("&")).containsExactlyInAnyOrder(form.split("&"));
        } else {
            assertThat(request.containsHeader("Idempotency-Key")).isFalse();
            assertThat(request.getBodyAsString()).isEmpty();
            boolean bodyIsSent = page || method.equals("cancel");
            assertThat(request.getUrl().contains("?")).isEqualTo(bodyIsSent);
            if (bodyIsSent) {
                assertThat(request.getUrl().split("\\?")[1].split("&")).containsExactlyInAnyOrder(form.split("&"));
            }
        }

        StripeObject answer = exchange.getMessage().getBody(StripeObject.class);
        assertThat(answer).isInstanceOf(model(operation, object));
        StripeObject first = answer instanceof StripeCollectionInterface<?> list
                ? (StripeObject) list.getData().get(0)
                : answer instanceof StripeSearchResultInterface<?> found
                        ? (StripeObject) found.getData().get(0)
                        : answer;
        assertThat(first).extracting("id").isEqualTo("obj_1");
        assertThat(first.getRawJsonObject().get("unknown_field").getAsInt()).isEqualTo(7);
        assertThat(exchange.getMessage().getHeader(StripeConstants.REQUEST_ID)).isEqualTo("req_1");
        assertThat(exchange.getMessage().getHeader(StripeConstants.DATE))
                .isEqualTo(Instant.parse("2026-11-21T06:53:34Z"));
    }

    private static Class<?> model(String operation, String object) {
        return switch (object) {
            case "list" -> StripeCollection.class;
            case "search_result" -> StripeSearchResult.class;
            default ->
                Map.<String, Class<?>>ofEntries(
                                Map.entry("charges", Charge.class),
                                Map.entry("customers", Customer.class),
                                Map.entry("paymentIntents", PaymentIntent.class),
                                Map.entry("paymentMethods", PaymentMethod.class),
                                Map.entry("refunds", Refund.class),
                                Map.entry("subscriptions", Subscription.class),
                                Map.entry("subscriptionItems", SubscriptionItem.class),
                                Map.entry("invoices", Invoice.class),
                                Map.entry("creditNotes", CreditNote.class),
                                Map.entry("products", Product.class),
                                Map.entry("prices", Price.class),
                                Map.entry("balanceTransactions", BalanceTransaction.class),
                                Map.entry("checkoutSessions", Session.class),
                                Map.entry("billingPortalSessions", com.stripe.model.billingportal.Session.class),
                                Map.entry("setupIntents", SetupIntent.class),
                                Map.entry("disputes", Dispute.class),
                                Map.entry("events", Event.class))
                        .get(operation);
        };
    }

    @Test
    void createIsTheMethodWhenNoneIsNamed() {
        answer(okJson("{\"id\":\"cus_1\",\"object\":\"customer\"}"));

        Exchange exchange = send("stripe:customers", "{\"name\":\"Ann\",\"balance\":1000,\"phone\":null}", Map.of());

        LoggedRequest request = onlyRequest();
        assertThat(request.getMethod().getName() + " " + request.getUrl()).isEqualTo("POST /v1/customers");
        assertThat(request.getBodyAsString()).isEqualTo("name=Ann&balance=1000&phone=");
        assertThat(request.getHeader("Stripe-Version")).isEqualTo(Stripe.API_VERSION);
        assertThat(request.containsHeader("Stripe-Account")).isFalse();
        assertThat(exchange.getMessage().getBody(Customer.class).getId()).isEqualTo("cus_1");
    }

    @Test
    void methodOfTheUriIsNotChangedByAHeaderOfAnEarlierStep() {
        answer(okJson("{\"id\":\"cus_1\",\"object\":\"customer\"}"));

        send(
                "stripe:customers?method=retrieve",
                null,
                Map.of(StripeConstants.METHOD_HEADER, "delete", StripeConstants.OBJECT_ID, "cus_1"));

        assertThat(onlyRequest().getMethod().getName()).isEqualTo("GET");
    }

    @Test
    void operationOfTheHeaderReplacesTheUris() {
        answer(okJson("{\"id\":\"in_1\",\"object\":\"invoice\"}"));

        Exchange exchange = send(
                "stripe:customers",
                null,
                Map.of(
                        StripeConstants.OPERATION_HEADER, "invoices",
                        StripeConstants.METHOD_HEADER, "retrieve",
                        StripeConstants.OBJECT_ID, "in_1"));

        assertThat(onlyRequest().getUrl()).isEqualTo("/v1/invoices/in_1");
        assertThat(exchange.getMessage().getBody()).isInstanceOf(Invoice.class);
    }

    @Test
    void expandedFieldsAreAskedForByHeader() {
        answer(okJson("{\"id\":\"in_1\",\"object\":\"invoice\"}"));

        send(
                "stripe:invoices?method=retrieve",
                "the body of the step before",
                Map.of(StripeConstants.OBJECT_ID, "in_1", StripeConstants.EXPAND, "customer, payments"));

        assertThat(onlyRequest().getUrl()).isEqualTo("/v1/invoices/in_1?expand[0]=customer&expand[1]=payments");
    }

    @Test
    void refusedIdSendsNothing() {
        Exchange exchange = send(
                "stripe:customers?method=delete", null, Map.of(StripeConstants.OBJECT_ID, "cus_1/../../refunds/re_1"));

        assertThat(exchange.getException()).isInstanceOf(IllegalArgumentException.class);
        vendor.verify(0, anyRequestedFor(anyUrl()));
    }

    @Test
    void jsonOfTheAnswerIsThereAsText() {
        answer(okJson("{\"id\":\"cus_1\",\"object\":\"customer\",\"unknown_field\":7}"));

        Exchange exchange = send("stripe:customers?method=retrieve", null, Map.of(StripeConstants.OBJECT_ID, "cus_1"));

        assertThat(exchange.getMessage().getBody(String.class))
                .isEqualTo("{\"id\":\"cus_1\",\"object\":\"customer\",\"unknown_field\":7}");
    }

    @Test
    void dateOfAnEarlierAnswerDoesNotStay() {
        answer(okJson("{\"id\":\"cus_1\",\"object\":\"customer\"}").withHeader("Date", "yesterday"));

        Exchange exchange = send(
                "stripe:customers?method=retrieve",
                null,
                Map.of(
                        StripeConstants.OBJECT_ID, "cus_1",
                        StripeConstants.DATE, Instant.EPOCH,
                        StripeConstants.REQUEST_ID, "req_0"));

        assertThat(exchange.getMessage().getHeaders())
                .doesNotContainKeys(StripeConstants.DATE, StripeConstants.REQUEST_ID);
    }

    @Test
    void twoAccountsLiveInOneProcess() {
        answer(okJson("{\"id\":\"cus_1\",\"object\":\"customer\"}"));
        StripeComponent second = new StripeComponent();
        second.setApiKey("sk_test_second");
        second.setApiBase(vendor.getRuntimeInfo().getHttpBaseUrl() + "/second/");
        camel.addComponent("stripe-second", second);
        Map<String, Object> headers = Map.of(StripeConstants.OBJECT_ID, "cus_1");

        send("stripe:customers?method=retrieve", null, headers);
        send("stripe-second:customers?method=retrieve", null, headers);
        send("stripe:customers?method=retrieve&apiKey=sk_test_third", null, headers);
        send("stripe:customers?method=retrieve", null, headers);

        assertThat(requests().stream().map(r -> r.getHeader("Authorization") + " " + r.getUrl()))
                .containsExactly(
                        "Bearer " + KEY + " /v1/customers/cus_1",
                        "Bearer sk_test_second /second/v1/customers/cus_1",
                        "Bearer sk_test_third /v1/customers/cus_1",
                        "Bearer " + KEY + " /v1/customers/cus_1");
        assertThat(Stripe.apiKey).isNull();
        assertThat(Stripe.getApiBase()).isEqualTo(Stripe.LIVE_API_BASE);
    }

    @Test
    void modelObjectStaysWithItsAccount() throws Exception {
        answer(okJson("{\"id\":\"cus_1\",\"object\":\"customer\"}"));
        Customer customer = send("stripe:customers?method=retrieve", null, Map.of(StripeConstants.OBJECT_ID, "cus_1"))
                .getMessage()
                .getBody(Customer.class);

        customer.update(Map.of("name", "Ann"));

        vendor.verify(postRequestedFor(urlEqualTo("/v1/customers/cus_1"))
                .withHeader("Authorization", equalTo("Bearer " + KEY)));
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of(
                        400,
                        error("invalid_request_error", "parameter_missing"),
                        InvalidRequestException.class,
                        Kind.INVALID_REQUEST),
                Arguments.of(400, error("idempotency_error", null), IdempotencyException.class, Kind.IDEMPOTENCY),
                Arguments.of(
                        401, error("invalid_request_error", null), AuthenticationException.class, Kind.AUTHENTICATION),
                Arguments.of(402, error("card_error", "card_declined"), CardException.class, Kind.CARD_DECLINED),
                Arguments.of(403, error("invalid_request_error", null), PermissionException.class, Kind.AUTHENTICATION),
                Arguments.of(
                        404,
                        error("invalid_request_error", "resource_missing"),
                        InvalidRequestException.class,
                        Kind.MISSING),
                Arguments.of(
                        409, error("idempotency_error", "idempotency_key_in_use"), ApiException.class, Kind.TEMPORARY),
                Arguments.of(
                        429, error("invalid_request_error", "rate_limit"), RateLimitException.class, Kind.TEMPORARY),
                Arguments.of(
                        429, error("invalid_request_error", "lock_timeout"), RateLimitException.class, Kind.TEMPORARY),
                Arguments.of(500, error("api_error", null), ApiException.class, Kind.TEMPORARY),
                Arguments.of(502, "<html>Bad gateway for ann@example.com</html>", ApiException.class, Kind.TEMPORARY),
                Arguments.of(503, "", ApiException.class, Kind.TEMPORARY),
                Arguments.of(503, "{}", ApiException.class, Kind.TEMPORARY),
                Arguments.of(429, "slow down, ann@example.com", ApiException.class, Kind.TEMPORARY),
                Arguments.of(200, "", ApiException.class, Kind.TEMPORARY),
                Arguments.of(200, "{\"id\":\"cus_1\",\"name\":\"ann@example.com", ApiException.class, Kind.TEMPORARY),
                Arguments.of(
                        200,
                        "{\"object\":\"customer\",\"address\":\"ann@example.com\"}",
                        ApiException.class,
                        Kind.TEMPORARY));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void refusalIsTheLibrarysExceptionOnceAndWithItsKind(
            int status, String body, Class<? extends Exception> type, Kind kind) {
        answer(aResponse()
                .withStatus(status)
                .withBody(body)
                .withHeader("Request-Id", "req_1")
                .withHeader("Stripe-Should-Retry", "true"));

        Exception failure =
                send("stripe:customers", Map.of("name", "Ann"), Map.of()).getException();

        assertThat(failure).isExactlyInstanceOf(type);
        assertThat(StripeFailures.kind(failure)).isEqualTo(kind);
        assertThat(StripeFailures.requestId(failure)).contains("req_1");
        assertThat(failure.toString()).doesNotContain("ann@example.com", KEY);
        assertThat(requests()).as("never repeated by itself").hasSize(1);
    }

    @Test
    void declinedCardTellsTheIssuersReason() {
        answer(jsonResponse(
                "{\"error\":{\"type\":\"card_error\",\"code\":\"card_declined\",\"decline_code\":\"insufficient_funds\","
                        + "\"message\":\"Your card has insufficient funds.\"}}",
                402));

        Exception failure = send(
                        "stripe:paymentIntents?method=confirm", null, Map.of(StripeConstants.OBJECT_ID, "pi_1"))
                .getException();

        assertThat(StripeFailures.code(failure)).contains("card_declined");
        assertThat(StripeFailures.declineCode(failure)).contains("insufficient_funds");
    }

    @ParameterizedTest
    @CsvSource({"CONNECTION_RESET_BY_PEER", "EMPTY_RESPONSE", "MALFORMED_RESPONSE_CHUNK"})
    void brokenConnectionIsTemporary(Fault fault) {
        answer(aResponse().withFault(fault));

        Exception failure = send("stripe:customers?method=retrieve", null, Map.of(StripeConstants.OBJECT_ID, "cus_1"))
                .getException();

        assertThat(failure).isExactlyInstanceOf(ApiConnectionException.class);
        assertThat(StripeFailures.isTemporary(failure)).isTrue();
    }

    @Test
    void unreachableStripeIsTemporary() throws Exception {
        int closed;
        try (ServerSocket socket = new ServerSocket(0)) {
            closed = socket.getLocalPort();
        }

        Exception failure = send("stripe:customers?apiBase=http://localhost:" + closed, null, Map.of())
                .getException();

        assertThat(failure).isExactlyInstanceOf(ApiConnectionException.class).hasMessageContaining("ConnectException");
        assertThat(StripeFailures.isTemporary(failure)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {"?readTimeout=200ms, -", "'', 200", "'', PT0.2S"})
    void slowAnswerEndsInATemporaryFailure(String options, String header) {
        answer(okJson("{\"id\":\"cus_1\",\"object\":\"customer\"}").withFixedDelay(5_000));
        Map<String, Object> headers = header == null ? Map.of() : Map.of(StripeConstants.READ_TIMEOUT, header);
        long started = System.nanoTime();

        Exception failure =
                send("stripe:customers" + options, Map.of(), headers).getException();

        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(3));
        assertThat(failure)
                .isExactlyInstanceOf(ApiConnectionException.class)
                .hasMessageContaining("SocketTimeoutException")
                .hasMessageNotContaining(KEY);
        assertThat(StripeFailures.isTemporary(failure)).isTrue();
    }

    @Test
    void httpsWithAnUnknownCertificateIsNotTrusted() {
        answer(okJson("{}"));

        Exception failure = send(
                        "stripe:customers?apiBase=https://localhost:"
                                + vendor.getRuntimeInfo().getHttpsPort(),
                        Map.of(),
                        Map.of())
                .getException();

        assertThat(failure).isExactlyInstanceOf(ApiConnectionException.class).hasMessageContaining("SSL");
        vendor.verify(0, anyRequestedFor(anyUrl()));
    }

    @Test
    void allPagesAreReadLazilyNewestFirst() {
        page("limit=100", "evt_6", "evt_5", true);
        page("limit=100&starting_after=evt_5", "evt_4", "evt_3", true);
        page("limit=100&starting_after=evt_3", "evt_2", "evt_1", false);

        Exchange exchange = send("stripe:events?method=list&autoPaging=true", null, Map.of());

        assertThat(requests()).as("pages read before anyone iterates").hasSize(1);
        Iterable<?> events = exchange.getMessage().getBody(Iterable.class);
        assertThat(ids(events)).containsExactly("evt_6", "evt_5", "evt_4", "evt_3", "evt_2", "evt_1");
        assertThat(requests()).hasSize(3);
        assertThat(((Event) events.iterator().next())
                        .getRawJsonObject()
                        .get("object")
                        .getAsString())
                .isEqualTo("event");
    }

    @Test
    void pagesBeforeAnObjectAreReadOldestFirst() {
        page("ending_before=evt_0&limit=100", "evt_2", "evt_1", true);
        page("ending_before=evt_2&limit=100", "evt_4", "evt_3", true);
        page("ending_before=evt_4&limit=100", "evt_6", "evt_5", false);

        Exchange exchange =
                send("stripe:events?method=list&autoPaging=true", Map.of("ending_before", "evt_0"), Map.of());

        assertThat(ids(exchange.getMessage().getBody(Iterable.class)))
                .containsExactly("evt_1", "evt_2", "evt_3", "evt_4", "evt_5", "evt_6");
    }

    @Test
    void searchFollowsTheNamedNextPage() {
        vendor.stubFor(get(urlPathEqualTo("/v1/customers/search")).willReturn(okJson(found("cus_1", "\"p 2\""))));
        vendor.stubFor(get(urlPathEqualTo("/v1/customers/search"))
                .withQueryParam("page", equalTo("p 2"))
                .willReturn(okJson(found("cus_2", "null"))));

        Exchange exchange = send(
                "stripe:customers?method=search&autoPaging=true", Map.of("query", "email:'ann@example.com'"), Map.of());

        assertThat(ids(exchange.getMessage().getBody(Iterable.class))).containsExactly("cus_1", "cus_2");
        vendor.verify(
                2,
                getRequestedFor(urlPathEqualTo("/v1/customers/search"))
                        .withQueryParam("query", equalTo("email:'ann@example.com'")));
    }

    @ParameterizedTest
    @CsvSource({"2, 1, limit=2", "3, 2, limit=3"})
    void noMoreThanTheWantedObjectsAndTheirPagesAreRead(int wanted, int pages, String first) {
        page(first, "evt_6", "evt_5", true);
        page(first + "&starting_after=evt_5", "evt_4", "evt_3", true);

        Exchange exchange = send("stripe:events?method=list&autoPaging=true&maxResults=" + wanted, null, Map.of());

        assertThat(ids(exchange.getMessage().getBody(Iterable.class))).hasSize(wanted);
        assertThat(requests()).hasSize(pages);
    }

    @Test
    void emptyPageEndsTheReadingWhateverItPromises() {
        answer(okJson("{\"object\":\"list\",\"data\":[],\"has_more\":true}"));

        Exchange exchange = send("stripe:events?method=list&autoPaging=true", null, Map.of());

        assertThat(ids(exchange.getMessage().getBody(Iterable.class))).isEmpty();
        assertThat(requests()).hasSize(1);
    }

    @Test
    void failureOfALaterPageIsTheLibrarysException() {
        page("limit=100", "evt_2", "evt_1", true);
        vendor.stubFor(get(urlPathEqualTo("/v1/events"))
                .withQueryParam("starting_after", equalTo("evt_1"))
                .willReturn(jsonResponse(error("invalid_request_error", "rate_limit"), 429)));
        Exchange exchange = send("stripe:events?method=list&autoPaging=true", null, Map.of());

        assertThat(catchThrowable(() -> ids(exchange.getMessage().getBody(Iterable.class))))
                .isExactlyInstanceOf(RateLimitException.class);
    }

    @Test
    void redeliveredStepKeepsTheKeyMadeForItAndTheNextCallGetsAnother() throws Exception {
        vendor.stubFor(post("/v1/refunds")
                .inScenario("flaky")
                .willReturn(aResponse().withStatus(503))
                .willSetStateTo("up"));
        vendor.stubFor(post("/v1/refunds")
                .inScenario("flaky")
                .whenScenarioStateIs("up")
                .willReturn(okJson("{\"id\":\"re_1\",\"object\":\"refund\"}")));
        route("""
                - route:
                    id: refund
                    errorHandler:
                      defaultErrorHandler:
                        redeliveryPolicy:
                          maximumRedeliveries: 2
                          redeliveryDelay: 1
                    from:
                      uri: direct:refund
                      steps:
                        - loop:
                            expression:
                              constant:
                                expression: 2
                            steps:
                              - setBody:
                                  expression:
                                    constant:
                                      expression: '{"charge":"ch_1"}'
                              - to:
                                  uri: stripe:refunds
                """);

        assertThat(send("direct:refund", null, Map.of()).getException()).isNull();

        List<String> keys =
                requests().stream().map(r -> r.getHeader("Idempotency-Key")).toList();
        assertThat(keys).hasSize(3);
        assertThat(keys.get(0)).isEqualTo(keys.get(1)).isNotEqualTo(keys.get(2));
    }

    @Test
    void callAfterADeclineGetsAnotherKey() throws Exception {
        answer(jsonResponse(error("card_error", "card_declined"), 402));
        route("""
                - route:
                    id: pay
                    from:
                      uri: direct:pay
                      steps:
                        - loop:
                            expression:
                              constant:
                                expression: 2
                            steps:
                              - doTry:
                                  steps:
                                    - to:
                                        uri: stripe:invoices
                                        parameters:
                                          method: pay
                                  doCatch:
                                    - exception:
                                        - com.stripe.exception.CardException
                                      steps:
                                        - setBody:
                                            expression:
                                              constant:
                                                expression: '{"payment_method":"pm_2"}'
                """);

        send("direct:pay", null, Map.of(StripeConstants.OBJECT_ID, "in_1"));

        assertThat(requests().stream().map(r -> r.getHeader("Idempotency-Key")).distinct())
                .hasSize(2);
    }

    @Test
    void yamlRouteRetrievesAndReadsAllEvents() throws Exception {
        answer(okJson("{\"id\":\"cus_1\",\"object\":\"customer\"}"));
        page("limit=100&types[0]=invoice.paid", "evt_2", "evt_1", false);
        route("""
                - route:
                    id: customer
                    from:
                      uri: direct:customer
                      steps:
                        - setHeader:
                            name: CamelStripeObjectId
                            expression:
                              simple:
                                expression: ${body}
                        - to:
                            uri: stripe:customers
                            parameters:
                              method: retrieve
                              apiKey: RAW(sk_test_a+b&c)
                              lazyStartProducer: true
                        - setHeader:
                            name: customer
                            expression:
                              simple:
                                expression: ${body.id}
                        - setBody:
                            expression:
                              constant:
                                expression: '{"types":["invoice.paid"]}'
                        - to:
                            uri: stripe:events
                            parameters:
                              method: list
                              autoPaging: true
                              maxResults: 1000
                        - split:
                            expression:
                              simple:
                                expression: ${body}
                            streaming: true
                            aggregationStrategy: "#class:org.apache.camel.processor.aggregate.GroupedBodyAggregationStrategy"
                            steps:
                              - setBody:
                                  expression:
                                    simple:
                                      expression: ${body.id}
                """);

        Exchange exchange = send("direct:customer", "cus_1", Map.of());

        assertThat(exchange.getException()).isNull();
        assertThat(exchange.getMessage().getHeader("customer")).isEqualTo("cus_1");
        assertThat(exchange.getMessage().getBody()).isEqualTo(List.of("evt_2", "evt_1"));
        vendor.verify(getRequestedFor(urlEqualTo("/v1/customers/cus_1"))
                .withHeader("Authorization", equalTo("Bearer sk_test_a+b&c")));
    }

    private void route(String yaml) throws Exception {
        PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("test.camel.yaml", yaml));
    }

    private Exchange send(String uri, Object body, Map<String, Object> headers) {
        return camel.createProducerTemplate().send(uri, exchange -> {
            exchange.getIn().setHeaders(new HashMap<>(headers));
            exchange.getIn().setBody(body);
        });
    }

    private static void answer(ResponseDefinitionBuilder answer) {
        vendor.stubFor(any(anyUrl()).willReturn(answer));
    }

    private static void page(String query, String first, String second, boolean more) {
        var stub = get(urlPathEqualTo("/v1/events"));
        for (String parameter : query.split("&")) {
            stub.withQueryParam(parameter.split("=")[0], equalTo(parameter.split("=")[1]));
        }
        vendor.stubFor(stub.willReturn(okJson("""
                {"object":"list","url":"/v1/events","has_more":%s,
                 "data":[{"id":"%s","object":"event"},{"id":"%s","object":"event"}]}""".formatted(more, first, second))));
    }

    private static String found(String id, String nextPage) {
        return """
                {"object":"search_result","url":"/v1/customers/search","has_more":%s,"next_page":%s,
                 "data":[{"id":"%s","object":"customer"}]}""".formatted(!nextPage.equals("null"), nextPage, id);
    }

    private static String error(String type, String code) {
        return "{\"error\":{\"type\":\"%s\",\"code\":%s,\"message\":\"no\"}}"
                .formatted(type, code == null ? "null" : "\"" + code + "\"");
    }

    private static List<String> ids(Iterable<?> objects) {
        List<String> ids = new ArrayList<>();
        objects.forEach(object -> ids.add(((HasId) object).getId()));
        return ids;
    }

    private static LoggedRequest onlyRequest() {
        List<LoggedRequest> requests = requests();
        assertThat(requests).hasSize(1);
        return requests.get(0);
    }

    /** In the order they came. */
    private static List<LoggedRequest> requests() {
        return vendor.findAll(anyRequestedFor(anyUrl()));
    }
}
