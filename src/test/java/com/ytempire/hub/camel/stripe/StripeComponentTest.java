package com.ytempire.hub.camel.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.stripe.param.CustomerCreateParams;
import com.ytempire.hub.platform.Measures;
import com.ytempire.hub.platform.ReadLimits;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.catalog.DefaultCamelCatalog;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.PropertyBindingSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** The contract of upstream's camel-stripe, as Camel's catalog describes it, and what an URI of ours means. */
class StripeComponentTest {

    private final CamelContext camel = new DefaultCamelContext();
    private final StripeComponent component = new StripeComponent();

    @BeforeEach
    void start() {
        camel.addComponent("stripe", component);
        camel.start();
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    @Test
    void catalogEntryHasOurSchemeSyntaxAndKind() throws Exception {
        JsonNode upstream = upstream().get("component");
        UriEndpoint ours = StripeEndpoint.class.getAnnotation(UriEndpoint.class);

        assertThat(ours.scheme()).isEqualTo(upstream.get("scheme").asText());
        assertThat(ours.syntax()).isEqualTo(upstream.get("syntax").asText());
        assertThat(ours.title()).isEqualTo(upstream.get("title").asText());
        assertThat(ours.producerOnly()).isEqualTo(upstream.get("producerOnly").asBoolean());
        assertThat(ours.firstVersion()).isEqualTo(upstream.get("firstVersion").asText());
        assertThat(Stream.of(ours.category()).map(category -> category.getValue()))
                .containsExactly(upstream.get("label").asText().split(","));
        assertThat(StripeComponent.class.getAnnotation(Component.class).value())
                .isEqualTo(upstream.get("scheme").asText());
    }

    @Test
    void everyComponentOptionOfTheCatalogIsOursWithTypeAndDefault() throws Exception {
        assertThat(names(upstream().get("componentProperties")))
                .containsExactlyInAnyOrder("lazyStartProducer", "apiBase", "autowiredEnabled", "apiKey");
        assertOptions(upstream().get("componentProperties"), new StripeComponent());
    }

    @Test
    void everyEndpointOptionOfTheCatalogIsOursWithTypeAndDefault() throws Exception {
        JsonNode options = upstream().get("properties");
        assertThat(names(options)).containsExactlyInAnyOrder("operation", "lazyStartProducer", "apiBase", "apiKey");
        ((ObjectNode) options).remove("operation");
        assertOptions(options, camel.getEndpoint("stripe:customers"));
    }

    @Test
    void everyOperationOfTheCatalogIsOurs() throws Exception {
        JsonNode operation = upstream().get("properties").get("operation");
        Field ours = StripeEndpoint.class.getDeclaredField("operation");

        assertThat(operation.get("kind").asText()).isEqualTo("path");
        assertThat(ours.getAnnotation(UriPath.class)).isNotNull();
        assertThat(ours.getAnnotation(Metadata.class).required())
                .isEqualTo(operation.get("required").asBoolean());
        for (JsonNode name : operation.get("enum")) {
            StripeEndpoint endpoint = camel.getEndpoint("stripe:" + name.asText(), StripeEndpoint.class);
            assertThat(endpoint.getOperation()).hasToString(name.asText());
        }
    }

    @Test
    void everyHeaderOfTheCatalogIsOurs() throws Exception {
        JsonNode headers = upstream().get("headers");
        for (Map.Entry<String, JsonNode> header : headers.properties()) {
            String constant = header.getValue().get("constantName").asText();
            Field ours = StripeConstants.class.getField(constant.substring(constant.indexOf('#') + 1));
            assertThat(ours.get(null)).isEqualTo(header.getKey());
            assertThat(ours.getAnnotation(Metadata.class).javaType())
                    .isEqualTo(header.getValue().get("javaType").asText());
        }
        assertThat(names(headers)).hasSize(3);
    }

    /** The catalog names the methods in the header's description. */
    @Test
    void everyMethodOfTheCatalogIsOurs() throws Exception {
        String description =
                upstream().at("/headers/CamelStripeMethod/description").asText();
        String[] methods = description
                .substring(description.indexOf('(') + 1, description.indexOf(')'))
                .split(", ");

        assertThat(methods).contains("create", "capture").hasSize(7);
        assertThat(Arrays.stream(StripeMethod.values()).map(StripeMethod::toString))
                .contains(methods);
    }

    /** Which operation knows which method upstream. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "charges             | create retrieve update list capture",
                "customers           | create retrieve update delete list",
                "paymentIntents      | create retrieve update cancel list",
                "paymentMethods      | create retrieve update list",
                "refunds             | create retrieve update list",
                "subscriptions       | create retrieve update cancel list",
                "invoices            | create retrieve update list",
                "products            | create retrieve update delete list",
                "prices              | create retrieve update list",
                "balanceTransactions | retrieve list"
            })
    void everyMethodUpstreamKnowsForAnOperationIsOurs(String operation, String methods) {
        assertThat(StripeOperation.of(operation).methods().stream().map(StripeMethod::toString))
                .contains(methods.split(" "));
    }

    @Test
    void secretOptionsAreMarkedAndMasked() throws Exception {
        assertThat(StripeComponent.class
                        .getDeclaredField("apiKey")
                        .getAnnotation(Metadata.class)
                        .secret())
                .isTrue();
        assertThat(StripeEndpoint.class
                        .getDeclaredField("apiKey")
                        .getAnnotation(UriParam.class)
                        .secret())
                .isTrue();

        Endpoint endpoint = camel.getEndpoint("stripe:customers?apiKey=sk_test_topsecret");

        assertThat(endpoint.toString()).doesNotContain("topsecret");
        assertThat(endpoint.createProducer().toString()).doesNotContain("topsecret");
        assertThat(new StripeSettings("sk_test_topsecret", "https://api.stripe.com", Duration.ZERO, Duration.ZERO)
                        .toString())
                .doesNotContain("topsecret");
    }

    @Test
    void managementShowsNoKey() throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:start").to("stripe:customers?apiKey=sk_test_topsecret");
            }
        });
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        Set<ObjectName> beans = server.queryNames(
                new ObjectName(
                        "org.apache.camel:context=" + camel.getManagementName() + ",type=endpoints,name=\"stripe*\""),
                null);

        assertThat(beans).hasSize(1);
        ObjectName bean = beans.iterator().next();
        assertThat(bean.toString()).doesNotContain("topsecret");
        assertThat(server.getAttribute(bean, "EndpointUri").toString())
                .startsWith("stripe://customers")
                .doesNotContain("topsecret");
    }

    @Test
    void refusedUriIsToldWithoutItsKey() {
        assertThatThrownBy(() -> camel.getEndpoint("stripe:penguins?apiKey=sk_test_topsecret"))
                .isInstanceOf(ResolveEndpointFailedException.class)
                .hasMessageNotContaining("topsecret");
    }

    @Test
    void settingsMakeTheComponentRoutesFind() {
        new ApplicationContextRunner()
                .withUserConfiguration(StripeBeans.class)
                .withBean(Measures.class, () -> mock(Measures.class)) // has a database, which is not asked here
                .withBean(ReadLimits.class, () -> new ReadLimits(1000, Duration.ofSeconds(7)))
                .withPropertyValues("hub.stripe.secret-key=sk_test_1", "hub.stripe.read-timeout=3s")
                .run(context -> {
                    StripeComponent stripe = context.getBean("stripe", StripeComponent.class);
                    assertThat(stripe.getApiKey()).isEqualTo("sk_test_1");
                    assertThat(stripe.getApiBase()).isEqualTo("https://api.stripe.com");
                    assertThat(stripe.getConnectTimeout()).isEqualTo(Duration.ofSeconds(5));
                    assertThat(stripe.getReadTimeout()).isEqualTo(Duration.ofSeconds(3));
                    assertThat(stripe.getBounds().largest()).isEqualTo(1000);
                });
    }

    @Test
    void endpointTakesOptionsFromTheUriAndTheRestFromTheComponent() {
        component.setApiKey("sk_test_component");
        component.setApiBase("http://localhost:1");
        component.setReadTimeout(Duration.ofSeconds(7));

        StripeEndpoint endpoint = camel.getEndpoint(
                "stripe:events?method=list&autoPaging=true&maxResults=250&connectTimeout=2s&apiBase=http://localhost:2",
                StripeEndpoint.class);

        assertThat(endpoint.getApiKey()).isEqualTo("sk_test_component");
        assertThat(endpoint.getApiBase()).isEqualTo("http://localhost:2");
        assertThat(endpoint.getMethod()).isEqualTo("list");
        assertThat(endpoint.isAutoPaging()).isTrue();
        assertThat(endpoint.getMaxResults()).isEqualTo(250);
        assertThat(endpoint.getConnectTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(endpoint.getReadTimeout()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void timeoutsAreFiveAndTwentySecondsUnlessSet() {
        StripeEndpoint endpoint = camel.getEndpoint("stripe:customers", StripeEndpoint.class);

        assertThat(endpoint.getConnectTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(endpoint.getReadTimeout()).isEqualTo(Duration.ofSeconds(20));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "stripe:penguins",
                "stripe:CHARGES",
                "stripe:customers?method=pay",
                "stripe:customers?colour=red",
                "stripe:customers?apiKey=sk_test_1&apiBase=ftp://localhost"
            })
    void uriThatCannotWorkIsRefusedAtTheStart(String uri) {
        assertThatThrownBy(() -> camel.getEndpoint(uri)).isInstanceOf(ResolveEndpointFailedException.class);
    }

    @Test
    void missingKeyFailsTheCallAndNotTheStart() {
        StripeEndpoint endpoint =
                CamelContextHelper.getMandatoryEndpoint(camel, "stripe:customers", StripeEndpoint.class);
        assertThat(endpoint.createProducer()).isNotNull();

        Object failure =
                camel.createProducerTemplate().send(endpoint, exchange -> {}).getException();

        assertThat(failure).isInstanceOf(StripeNotConfigured.class).asString().contains("STRIPE_SECRET_KEY");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "..",
                ".",
                "cus_1/../../refunds",
                "cus_1?expand=x",
                "cus_1#",
                "cus 1",
                "cus_1\n",
                "cus_%2e",
                "é"
            })
    void objectIdCannotChangeThePath(String id) {
        assertThatThrownBy(() -> StripeOperation.CUSTOMERS.path(StripeMethod.DELETE, id))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(StripeConstants.OBJECT_ID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cus_NffrFeUfNV2Hib", "gold-plan_2.0", "price:eur"})
    void objectIdsOfStripeAndOfMerchantsAreTaken(String id) {
        assertThat(StripeOperation.PRODUCTS.path(StripeMethod.RETRIEVE, id))
                .isEqualTo("/v1/products/" + id.replace(":", "%3A"));
    }

    @Test
    void bodyMayBeMapJsonOrLibraryParametersAndNothingElse() {
        assertThat(parameters(Map.of("amount", 1000))).isEqualTo(Map.of("amount", 1000));
        assertThat(parameters("{\"amount\":1000,\"metadata\":{\"a\":null}}"))
                .containsEntry("amount", 1000)
                .containsEntry("metadata", Collections.singletonMap("a", null));
        assertThat(parameters("{\"amount\":1000}".getBytes())).isEqualTo(Map.of("amount", 1000));
        assertThat(parameters(CustomerCreateParams.builder().setName("Ann").build()))
                .isEqualTo(Map.of("name", "Ann"));
        assertThat(parameters(null)).isEmpty();
        assertThat(parameters(" ")).isEmpty();
        assertThatThrownBy(() -> parameters(List.of(1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> parameters("[4242424242424242]"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("4242")
                .hasNoCause();
    }

    @Test
    void retrieveAndDeleteLeaveTheBodyAlone() {
        assertThat(parameters(StripeMethod.RETRIEVE, Map.of("unrelated", 1), "customer, items.data.price"))
                .isEqualTo(Map.of("expand", List.of("customer", "items.data.price")));
        assertThat(parameters(StripeMethod.DELETE, new Object(), null)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'', false, false",
        "' ', false, false",
        "sk_test_1, true, false",
        "rk_test_1, true, false",
        "sk_live_1, true, true",
        "rk_live_1, true, true"
    })
    void settingsTellFromTheKeyWhetherMoneyIsReal(String key, boolean configured, boolean livemode) {
        StripeSettings settings =
                new StripeSettings(key, "https://api.stripe.com", Duration.ofSeconds(5), Duration.ofSeconds(20));

        assertThat(settings.configured()).isEqualTo(configured);
        assertThat(settings.livemode()).isEqualTo(livemode);
    }

    private Map<String, Object> parameters(Object body) {
        return parameters(StripeMethod.CREATE, body, null);
    }

    private Map<String, Object> parameters(StripeMethod method, Object body, Object expand) {
        DefaultExchange exchange = new DefaultExchange(camel);
        exchange.getIn().setBody(body);
        exchange.getIn().setHeader(StripeConstants.EXPAND, expand);
        return StripeParameters.of(exchange.getIn(), method);
    }

    private void assertOptions(JsonNode options, Object ours) throws Exception {
        for (Map.Entry<String, JsonNode> option : options.properties()) {
            String name = option.getKey();
            Field field = field(ours.getClass(), name);
            assertThat(field.getType().getName())
                    .as(name)
                    .isEqualTo(option.getValue().get("javaType").asText());
            assertThat(field.isAnnotationPresent(Metadata.class) || field.isAnnotationPresent(UriParam.class))
                    .as(name)
                    .isTrue();
            field.setAccessible(true);
            JsonNode upstreamDefault = option.getValue().get("defaultValue");
            assertThat(field.get(ours))
                    .as(name)
                    .isEqualTo(upstreamDefault == null ? null : upstreamDefault.asBoolean());
            assertThat(PropertyBindingSupport.build()
                            .withCamelContext(camel)
                            .withTarget(ours)
                            .withProperty(name, "true")
                            .bind())
                    .as(name)
                    .isTrue();
        }
    }

    private static Field field(Class<?> type, String name) throws NoSuchFieldException {
        for (Class<?> owner = type; owner != null; owner = owner.getSuperclass()) {
            for (Field field : owner.getDeclaredFields()) {
                if (field.getName().equals(name)) {
                    return field;
                }
            }
        }
        throw new NoSuchFieldException(name);
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        Iterator<String> fields = object.fieldNames();
        fields.forEachRemaining(names::add);
        return names;
    }

    private static JsonNode upstream() throws Exception {
        try (InputStream json = DefaultCamelCatalog.class.getResourceAsStream("components/stripe.json")) {
            return new ObjectMapper().readTree(json);
        }
    }
}
