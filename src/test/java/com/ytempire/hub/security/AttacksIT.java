package com.ytempire.hub.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.HubIT;
import com.ytempire.hub.accounts.TestUsers.User;
import com.ytempire.hub.security.Endpoints.Endpoint;
import java.io.IOException;
import java.lang.reflect.Parameter;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;

/**
 * What somebody outside would send: headers and texts that mean something elsewhere, too much of everything, paths that
 * lead out.
 */
class AttacksIT extends HubIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SCALE = "price_scale_monthly";

    /** Those that mean something to Camel, or to a route of ours. */
    private static final List<String> HEADERS = List.of(
            "CamelHttpUri",
            "cAmElHttpUri",
            "CamelHttpPath",
            "CamelHttpQuery",
            "CamelHttpMethod",
            "CamelRestHttpUri",
            "CamelSqlQuery",
            "CamelFileName",
            "CamelBeanMethodName",
            "CamelExecCommandExecutable",
            "CamelJmsDestinationName",
            "CamelRedeliveryCounter",
            "org.apache.camel.MethodName",
            "Hub-Within",
            "x-hub-client-address",
            "breadcrumbId",
            "token",
            "workflow");

    /** Texts that mean something to a program, as they stand in JSON. */
    private static final List<String> STRANGE = List.of(
            "\\u0000",
            "' or 1=1; -- {{env:PATH}} ${bean:x} #{T(java.lang.Runtime)} %s %n ../../../etc/passwd",
            "\\ud800<script>alert(1)</script>\\r\\nSet-Cookie: a=b");

    @Autowired
    private ApplicationContext hub;

    @Autowired
    private CamelContext camel;

    /** Every exchange in a route while this is on that carries the word in a header; a route's first step takes them away. */
    private static final class Spy extends EventNotifierSupport {

        private final String word;
        private final Queue<String> seen = new ConcurrentLinkedQueue<>();

        Spy(String word) {
            this.word = word;
        }

        @Override
        public void notify(CamelEvent event) {
            if (event instanceof CamelEvent.ExchangeEvent exchange
                    && !(event instanceof CamelEvent.ExchangeCreatedEvent)) {
                exchange.getExchange().getMessage().getHeaders().forEach((name, value) -> {
                    if (String.valueOf(value).contains(word)) {
                        seen.add(name + " in " + exchange.getExchange().getFromRouteId());
                    }
                });
            }
        }
    }

    @Test
    void noHeaderFromOutsideReachesARoute() throws Exception {
        String word = unique("zq");
        Spy spy = new Spy(word);
        spy.start();
        camel.getManagementStrategy().addEventNotifier(spy);
        try (Canary elsewhere = Canary.answering("HTTP/1.1 200 OK\r\n\r\n")) {
            String value = elsewhere.url("127.0.0.1") + word;
            String query = HEADERS.stream()
                    .map(name -> name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8))
                    .collect(Collectors.joining("&", "?", ""));
            String event = unique("evt");
            String body = JSON.writeValueAsString(Map.of(
                    "id",
                    event,
                    "object",
                    "event",
                    "type",
                    "product.updated",
                    "created",
                    SANDBOX.clock().instant().getEpochSecond(),
                    "livemode",
                    false,
                    "CamelHttpUri",
                    "http://nowhere.example",
                    "data",
                    Map.of("object", Map.of("id", unique("prod"), "object", "product", "name", "P"))));
            var stripe = request("/api/v1/webhooks/stripe" + query)
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .header("Stripe-Signature", stripeSignature(STRIPE_SECRET, body));
            HEADERS.forEach(name -> stripe.header(name, value));
            HttpResponse<String> accepted = send(stripe.POST(BodyPublishers.ofString(body)));
            assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(200);
            assertThat(accepted.headers().map().toString()).doesNotContain(word);
            awaitState("stripe", event, "processed", "ignored");

            String n8n = "{\"execution_id\":\"" + unique("x") + "\",\"status\":\"running\",\"CamelFileName\":\"../x\"}";
            var told = request("/api/v1/webhooks/n8n/flow" + query).header("X-N8N-Signature", hmac(N8N_SECRET, n8n));
            HEADERS.forEach(name -> told.header(name, value));
            assertThat(send(told.POST(BodyPublishers.ofString(n8n))).statusCode())
                    .isEqualTo(200);

            var challenge = request("/api/v1/webhooks/youtube/none" + query + "&hub.mode=subscribe&hub.topic=t");
            HEADERS.forEach(name -> challenge.header(name, value));
            assertThat(send(challenge.GET()).statusCode()).isEqualTo(404);

            var customer = as(user(), "/api/v1/billing/customers" + query);
            HEADERS.forEach(name -> customer.header(name, value));
            assertThat(send(customer.POST(BodyPublishers.noBody())).statusCode())
                    .isEqualTo(201);
            assertThat(elsewhere.visits()).isZero();
        } finally {
            camel.getManagementStrategy().removeEventNotifier(spy);
        }
        // the hub's question to itself: a GET route gets its query, but no name of Camel's or ours
        assertThat(spy.seen)
                .allMatch(seen -> seen.matches(
                        "(CamelHttp(Query|RawQuery|Url|Uri)|token|workflow|breadcrumbId|Hub-Within|x-hub-client-address)"
                                + " in youtube-verification"));
    }

    /** Whatever it is, it is the sender's mistake and never the hub's failure. */
    @Test
    void nothingThatIsSentMakesTheHubFail() {
        Map<String, HandlerMethod> running = Endpoints.running(hub);
        List<String> wrong = new ArrayList<>();
        User user = null;
        int calls = 0;
        for (Endpoint endpoint : Endpoints.table()) {
            if (endpoint.isFor("public", "page", "operator-acts")
                    || endpoint.path().contains("/me/export")) {
                continue;
            }
            HandlerMethod handler = running.get(endpoint.name());
            for (String strange : STRANGE) {
                if (user == null || calls++ % 200 == 0) {
                    user = user();
                }
                if (endpoint.name().equals("DELETE /api/v1/users/me")) {
                    continue;
                }
                String path = Endpoints.ofNothing(endpoint, handler) + query(handler, strange);
                String body = body(handler, strange);
                if (!path.contains("?") && body.equals("{}") && !strange.equals(STRANGE.get(1))) {
                    continue; // nothing of it would get there
                }
                var request = endpoint.isFor("operator") ? operator(path) : as(user, path);
                HttpResponse<String> answer = send(
                        endpoint.method().startsWith("P")
                                ? request.header("Content-Type", "application/json")
                                        .method(endpoint.method(), BodyPublishers.ofString(body))
                                : request.method(endpoint.method(), BodyPublishers.noBody()));
                if (answer.statusCode() >= 500) {
                    wrong.add(endpoint.name() + " " + strange + " → " + answer.statusCode() + " " + answer.body());
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static String query(HandlerMethod handler, String strange) {
        return Arrays.stream(handler.getMethod().getParameters())
                .filter(parameter ->
                        parameter.isAnnotationPresent(RequestParam.class) && parameter.getType() == String.class)
                .map(parameter -> name(parameter) + "=" + URLEncoder.encode(unescaped(strange), StandardCharsets.UTF_8))
                .collect(Collectors.collectingAndThen(Collectors.joining("&"), all -> all.isEmpty() ? "" : "?" + all));
    }

    private static String name(Parameter parameter) {
        RequestParam annotation = parameter.getAnnotation(RequestParam.class);
        return annotation.name().isEmpty() ? parameter.getName() : annotation.name();
    }

    private static String unescaped(String json) {
        try {
            return JSON.readValue('"' + json + '"', String.class);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String body(HandlerMethod handler, String strange) {
        Class<?> body = Endpoints.body(handler);
        return body == null
                ? "{}"
                : Endpoints.fields(body).entrySet().stream()
                        .map(field -> "\"" + field.getKey() + "\":" + value(field.getValue(), strange))
                        .filter(field -> !field.endsWith(":null"))
                        .collect(Collectors.joining(",", "{", "}"));
    }

    private static String value(Class<?> type, String strange) {
        if (type == String.class) {
            return '"' + strange + '"';
        }
        if (List.class.isAssignableFrom(type)) {
            return "[\"" + strange + "\"]";
        }
        return Number.class.isAssignableFrom(type) || type == int.class || type == long.class ? "9e9999" : "null";
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":", "[{\"a\":"})
    void deepNestingAndHugeListsAreRefused(String open) {
        String deep = open.repeat(200_000 / open.length());
        String wide = IntStream.range(0, 60_000).mapToObj(i -> "\"a\"").collect(Collectors.joining(",", "[", "]"));
        for (String body : List.of(
                deep,
                "{\"email\":" + deep,
                "{\"email\":" + wide + "}",
                "{\"email\":" + "9".repeat(200_000) + "}",
                "{\"email\":1e999999999,\"password\":1e-999999999}",
                "{" + "\"email\":\"a\",".repeat(10_000) + "\"password\":\"\"}")) {
            HttpResponse<String> answer = send(request("/api/v1/auth/login")
                    .header("Content-Type", "application/json")
                    .header("X-Forwarded-For", "100.77.1." + (body.length() % 250))
                    .POST(BodyPublishers.ofString(body)));
            assertThat(answer.statusCode()).as(body.substring(0, 20)).isIn(400, 401, 422);
        }
        HttpResponse<String> limits = send(operator("/api/v1/spending/limits")
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString("{\"day.total\":1e999999999}")));
        assertThat(limits.statusCode()).isIn(400, 422);
        String event = "{\"id\":\"" + unique("evt") + "\",\"data\":" + deep;
        assertThat(postStripe(event).statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/assets/..%2f..%2fapplication.yml",
                "/assets/%2e%2e/application.yml",
                "/assets/..;/application.yml",
                "/assets/....//application.yml",
                "/assets/%252e%252e/application.yml",
                "/webjars/..%5c..%5capplication.yml",
                "/webjars/htmx.org/..%2f..%2f..%2fapplication.yml",
                "/swagger-ui/..%2f..%2fapplication.yml",
                "/api/v1/videos/%s/files/..%2f..%2f..%2fetc%2fpasswd",
                "/api/v1/videos/%s/files/....",
                "/api/v1/notifications/templates/..%2f..%2fapplication",
                "/api/v1/billing/exports/..%2frevenue.csv"
            })
    void noPathLeadsOutOfItsFolder(String path) {
        Victim owner = new Victim(jdbc, users, channels, SCALE, SANDBOX.clock().instant());
        String video = owner.path(new Endpoint("GET", "/api/v1/videos/{id}", "own", null))
                .replaceFirst(".*/", "");
        String filled = path.replace("%s", video);
        for (HttpResponse<String> answer : List.of(
                userGet(owner.user(), filled),
                operatorGet(filled),
                send(request(filled).GET()))) {
            assertThat(answer.statusCode()).as(filled).isIn(400, 401, 403, 404, 422);
            assertThat(answer.body()).doesNotContain("datasource").doesNotContain("root:");
        }
    }

    @Test
    void anOperatorsActIsWrittenDownHoweverThePathIsWritten() {
        String service = unique("none").toLowerCase(Locale.ROOT);
        send(operator("/%61pi/v1/webhooks/endpoints/" + service + "/open").POST(BodyPublishers.noBody()));
        assertThat(jdbc.sql("select count(*) from operations.audit a where a::text like :service")
                        .param("service", "%" + service + "%")
                        .query(Long.class)
                        .single())
                .isEqualTo(1);
    }

    @Test
    void whatUsersWriteIsShownOnPagesAndNeverRun() throws Exception {
        String poison = "<script>alert('zq')</script><img src=x onerror=alert(1)>\"'`{{7*7}}[[${7*7}]]";
        Victim author = new Victim(jdbc, users, channels, SCALE, SANDBOX.clock().instant());
        String video = author.path(new Endpoint("GET", "/api/v1/videos/{id}", "own", null));
        String customer = author.path(new Endpoint("GET", "/api/v1/billing/customers/{id}", "own", null));
        for (String update : List.of(
                "update videos.video set topic = :poison, title = :poison, error_message = :poison, error_code = :poison,"
                        + " script = :poison where topic = :word",
                "update billing.customer set name = :poison, email = :poison where name = :word",
                "update youtube.channel set title = :poison, reason = :poison where title = :word",
                "update youtube.upload set title = :poison, reason = :poison, note = :poison where title = :word",
                "update billing.command set error = :poison, error_code = :poison where business_key = :word",
                "update accounts.account set name = :poison where name = :word")) {
            assertThat(jdbc.sql(update)
                            .param("poison", poison)
                            .param("word", author.word())
                            .update())
                    .as(update)
                    .isEqualTo(1);
        }
        SANDBOX.clock().advance(Duration.ofSeconds(5)); // figures are kept for four
        Pages pages = new Pages(port);
        pages.logIn(OPERATOR, PASSWORD);
        for (String path : List.of(
                video.replace("/api/v1", "/operations"),
                customer.replace("/api/v1/billing", "/operations"),
                "/operations/customers?search=" + URLEncoder.encode(poison, StandardCharsets.UTF_8),
                "/operations",
                "/operations/now")) {
            HttpResponse<String> page = pages.open(path);
            assertThat(page.statusCode()).as(path).isEqualTo(200);
            assertThat(page.body())
                    .as(path)
                    .doesNotContain("<script>alert")
                    .doesNotContain("<img src=x")
                    .doesNotContain("[[49]]");
        }
        assertThat(pages.open(customer.replace("/api/v1/billing", "/operations"))
                        .body())
                .contains("&lt;script&gt;");
    }
}
