package com.ytempire.hub.camel.stripe;

import static com.github.tomakehurst.wiremock.client.WireMock.*;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import com.stripe.Stripe;
import com.stripe.model.*;
import com.stripe.model.checkout.Session;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every call over real HTTP: what it sends, what becomes of the answer, and whose key it bears. */
class StripeComponentIT extends AtStripe {

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

    private static LoggedRequest onlyRequest() {
        List<LoggedRequest> requests = requests();
        assertThat(requests).hasSize(1);
        return requests.get(0);
    }
}
