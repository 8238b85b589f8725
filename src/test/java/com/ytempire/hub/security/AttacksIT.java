package com.ytempire.hub.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.HubIT;
import com.ytempire.hub.accounts.TestUsers.User;
import com.ytempire.hub.platform.VendorCall;
import com.ytempire.hub.security.Endpoints.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Parameter;
import java.net.InetSocketAddress;
import java.net.Socket;
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
import org.apache.camel.CamelExecutionException;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;

/** What somebody outside would try, and what comes of it. */
class AttacksIT extends HubIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SCALE = "price_scale_monthly";

    @Autowired
    private ApplicationContext hub;

    @Autowired
    private CamelContext camel;

    @Autowired
    private ProducerTemplate routes;

    // ---- servers a user or an operator may name

    private String endpoint(User user, String url) {
        HttpResponse<String> made = userPost(
                user, "/api/v1/users/me/webhooks", "{\"url\":\"%s\",\"types\":[\"payment_failed\"]}".formatted(url));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        return read(made).at("/data/endpoint/id").asText();
    }

    private static JsonNode read(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new IllegalStateException(answer.body(), e);
        }
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

    // ---- headers that mean something to Camel

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

    // ---- input nobody would send

    private static final List<String> STRANGE = List.of(
            "\\u0000",
            "' or 1=1; -- {{env:PATH}} ${bean:x} #{T(java.lang.Runtime)} %s %n ../../../etc/passwd",
            "\\ud800<script>alert(1)</script>\\r\\nSet-Cookie: a=b");

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

    // ---- HTTP itself

    /** As it stands; the connection is closed by the hub, or left after a moment. */
    private String raw(String request) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 2000);
            socket.setSoTimeout(700);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            StringBuilder answer = new StringBuilder();
            try {
                InputStream in = socket.getInputStream();
                byte[] bytes = new byte[8192];
                for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                    answer.append(new String(bytes, 0, read, StandardCharsets.ISO_8859_1));
                }
            } catch (java.net.SocketTimeoutException e) {
                // nothing more comes
            }
            return answer.toString();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 4\r\nContent-Length: 60\r\n",
                "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\nContent-Length: 4\r\n",
                "Transfer-Encoding: xchunked\r\nContent-Length: 4\r\n",
                "Transfer-Encoding : chunked\r\nContent-Length: 4\r\n",
                "Content-Length: +4\r\n"
            })
    void aRequestHidesNoOther(String framing) throws IOException {
        String hidden = "0\r\n\r\nGET /v3/api-docs HTTP/1.1\r\nHost: x\r\n\r\n";
        String answers = raw("POST /api/v1/auth/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                + "X-Forwarded-For: 100.78.1.1\r\n" + framing + "\r\n" + hidden);
        assertThat(answers.split("HTTP/1\\.1 ", -1).length - 1).as(answers).isEqualTo(1);
        assertThat(answers).doesNotContain("openapi");
    }

    @Test
    void aFoldedHeaderOrABareNewlineSplitsNothing() throws IOException {
        String answer = raw("GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Request-Id: a\r\n Set-Cookie: b=c\r\n\r\n");
        assertThat(answer).doesNotContain("b=c");
        assertThat(raw("GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Request-Id: a%0d%0aSet-Cookie: b=c\r\n\r\n"))
                .doesNotContain("b=c");
        assertThat(raw("TRACE / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Secret: zq\r\n\r\n"))
                .doesNotContain("zq");
    }

    /** Who asks for a page under a false name is sent to a form, and after the login to nowhere but here. */
    @Test
    void nobodyIsSentToAnotherSite() throws IOException {
        String answer = raw("GET /operations HTTP/1.1\r\nHost: evil.example\r\nAccept: text/html\r\n"
                + "X-Forwarded-Host: evil.example\r\nConnection: close\r\n\r\n");
        assertThat(answer).contains(" 302");
        String forged = java.util.Base64.getEncoder()
                .encodeToString("https://evil.example/operations".getBytes(StandardCharsets.UTF_8));
        Pages.Form form = new Pages(port).form();
        HttpResponse<String> in = send(request("/login?continue=https://evil.example&redirect=//evil.example")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Cookie", form.cookie() + "; REDIRECT_URI=" + forged)
                .POST(BodyPublishers.ofString(
                        "username=" + OPERATOR + "&password=" + PASSWORD + "&_csrf=" + form.token())));
        assertThat(in.statusCode()).isEqualTo(302);
        assertThat(in.headers().firstValue("Location").orElseThrow()).doesNotContain("evil");
    }

    @Test
    void cookiesAreForTheHubAloneAndForTlsWhereThereIsTls() throws IOException {
        Pages pages = new Pages(port);
        for (boolean tls : new boolean[] {false, true}) {
            Pages.Form form = pages.form();
            var login = request("/login").header("Content-Type", "application/x-www-form-urlencoded");
            var ask = request("/operations").header("Accept", "text/html");
            if (tls) {
                login.header("X-Forwarded-Proto", "https");
                ask.header("X-Forwarded-Proto", "https");
            }
            HttpResponse<String> in = send(login.header("Cookie", form.cookie())
                    .POST(BodyPublishers.ofString(
                            "username=" + OPERATOR + "&password=" + PASSWORD + "&_csrf=" + form.token())));
            List<String> cookies = new ArrayList<>(in.headers().allValues("Set-Cookie"));
            cookies.addAll(send(ask.GET()).headers().allValues("Set-Cookie"));
            cookies.removeIf(cookie -> cookie.contains("Max-Age=0"));
            assertThat(cookies).anyMatch(cookie -> cookie.startsWith("hub-operator="));
            assertThat(cookies).allSatisfy(cookie -> {
                assertThat(cookie).contains("HttpOnly").containsPattern("SameSite=(Lax|Strict)");
                assertThat(cookie.contains("Secure")).as(cookie).isEqualTo(tls);
            });
            assertThat(in.headers().firstValue("Strict-Transport-Security").isPresent())
                    .isEqualTo(tls);
        }
    }

    @Test
    void everyAnswerSaysWhatABrowserMayDoWithIt() {
        for (String path : List.of("/login", "/api/v1/billing/plans", "/v3/api-docs", "/swagger-ui/index.html")) {
            var headers = send(request(path).GET()).headers();
            assertThat(headers.firstValue("X-Content-Type-Options")).as(path).hasValue("nosniff");
            assertThat(headers.firstValue("X-Frame-Options")).as(path).hasValue("DENY");
            assertThat(headers.firstValue("Referrer-Policy"))
                    .as(path)
                    .hasValueSatisfying(policy -> assertThat(policy).isIn("same-origin", "no-referrer"));
            assertThat(headers.firstValue("Content-Security-Policy").orElseThrow())
                    .as(path)
                    .contains("frame-ancestors 'none'")
                    .doesNotContain("unsafe-eval");
            assertThat(headers.firstValue("Server")).as(path).isEmpty();
            assertThat(headers.firstValue("X-Powered-By")).as(path).isEmpty();
        }
    }

    // ---- guessing

    @Test
    void anAddressInFrontOfTheProxysWordChangesNothing() {
        String email = unique("guess") + "@example.org";
        List<Integer> statuses = IntStream.range(0, 12)
                .mapToObj(i -> send(request("/api/v1/auth/login")
                                .header("Content-Type", "application/json")
                                .header("X-Forwarded-For", "100.%d.0.1, 100.79.0.1".formatted(i))
                                .POST(BodyPublishers.ofString(
                                        "{\"email\":\"%s\",\"password\":\"wrong-%d\"}".formatted(email, i))))
                        .statusCode())
                .toList();
        assertThat(statuses.subList(0, 10)).containsOnly(401);
        assertThat(statuses.subList(10, 12)).containsOnly(429);
    }

    /** A customer's network has 2^64 of them. */
    @Test
    void anotherAddressOfTheSameNetworkIsNoOtherClient() {
        String email = unique("guess") + "@example.org";
        List<Integer> statuses = IntStream.range(0, 12)
                .mapToObj(i -> send(request("/api/v1/auth/login")
                                .header("Content-Type", "application/json")
                                .header("X-Forwarded-For", "2001:db8:80:1:%x::%x".formatted(i, i))
                                .POST(BodyPublishers.ofString(
                                        "{\"email\":\"%s\",\"password\":\"wrong-%d\"}".formatted(email, i))))
                        .statusCode())
                .toList();
        assertThat(statuses.subList(0, 10)).containsOnly(401);
        assertThat(statuses.subList(10, 12)).containsOnly(429);
        assertThat(jdbc.sql("select count from accounts.tally where key = 'auth-minute:2001:db8:80:1::/64'")
                        .query(Integer.class)
                        .single())
                .as("requests that log in")
                .isEqualTo(12);
        List<Integer> webhooks = IntStream.range(0, 5)
                .mapToObj(i -> send(request("/api/v1/webhooks/stripe")
                                .header("X-Forwarded-For", "2001:db8:80:2::%x".formatted(i))
                                .header("Stripe-Signature", "t=1,v1=00")
                                .POST(BodyPublishers.ofString("{}")))
                        .statusCode())
                .toList();
        assertThat(webhooks).containsExactly(401, 401, 401, 401, 429);
    }

    /** 300 a minute in the tests; a letter written another way must not count elsewhere. */
    @Test
    void guessesAreCountedHoweverThePathIsWritten() {
        List<String> spellings = List.of("/api/v1/auth/verify", "/api/v1/%61uth/verify", "/%61pi/v1/auth/reset");
        assertThat(guess(spellings.get(0))).isNotIn(429, 200);
        assertThat(jdbc.sql("update accounts.tally set count = 296 where key like '%100.80.0.1' and count = 1")
                        .update())
                .isEqualTo(1);
        List<Integer> statuses =
                IntStream.range(0, 9).mapToObj(i -> guess(spellings.get(i % 3))).toList();
        assertThat(statuses.subList(0, 4)).doesNotContain(429, 200);
        assertThat(statuses.subList(4, 9)).containsOnly(429);
    }

    private int guess(String path) {
        return send(request(path)
                        .header("Content-Type", "application/json")
                        .header("X-Forwarded-For", "100.80.0.1")
                        .POST(BodyPublishers.ofString("{\"token\":\"%s\"}".formatted(unique("guess")))))
                .statusCode();
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

    // ---- pages

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
