package com.ytempire.hub.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.HubIT;
import com.ytempire.hub.accounts.TestUsers;
import com.ytempire.hub.accounts.TestUsers.User;
import com.ytempire.hub.security.Endpoints.Endpoint;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.web.method.HandlerMethod;

/** Every endpoint of both ports, called by everybody: strangers, forgers, users, other users, operators. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EndpointsIT extends HubIT {

    private static final List<Endpoint> TABLE = Endpoints.table();
    private static final String SCALE = "price_scale_monthly";

    /** A user may ask so often within a minute; then another one goes on. */
    private static final int OF_ONE_USER = 200;

    private final AtomicInteger addresses = new AtomicInteger();

    @Autowired
    private ApplicationContext hub;

    private Map<String, HandlerMethod> running;

    @BeforeEach
    void lookWhatRuns() {
        running = Endpoints.running(hub);
    }

    @Test
    void theTableNamesEveryEndpointAndNoOther() {
        Set<String> told = TABLE.stream().map(Endpoint::name).collect(Collectors.toCollection(TreeSet::new));
        assertThat(told).hasSameSizeAs(TABLE);
        assertThat(running.keySet())
                .as("security/endpoints.txt says who may call what")
                .containsExactlyInAnyOrderElementsOf(told);
    }

    private record Called(Endpoint endpoint, HttpResponse<String> answer) {

        String code() {
            String body = answer.body();
            int at = body.indexOf("\"code\":\"");
            return at < 0 ? "" : body.substring(at + 8, body.indexOf('"', at + 8));
        }

        @Override
        public String toString() {
            String body = answer.body();
            return endpoint.name() + " (" + endpoint.who() + ") → " + answer.statusCode() + " "
                    + body.substring(0, Math.min(200, body.length()));
        }
    }

    /** Each from an address of its own, so that no limit of addresses is met. */
    private HttpRequest.Builder from(String path) {
        int address = addresses.incrementAndGet();
        return request(path).header("X-Forwarded-For", "100.%d.%d.1".formatted(address / 250, address % 250));
    }

    private Called call(Endpoint endpoint, String path, String body, UnaryOperator<HttpRequest.Builder> as) {
        String method = endpoint.method().equals("ANY") ? "GET" : endpoint.method();
        HttpRequest.Builder request = from(path);
        if (method.startsWith("P")) {
            request.header("Content-Type", "application/json");
        }
        return new Called(
                endpoint,
                send(as.apply(request)
                        .method(
                                method,
                                method.startsWith("P") ? BodyPublishers.ofString(body) : BodyPublishers.noBody())));
    }

    private Called call(Endpoint endpoint, UnaryOperator<HttpRequest.Builder> as) {
        return call(
                endpoint,
                Endpoints.ofNothing(endpoint, running.get(endpoint.name())),
                endpoint.body() == null ? "{}" : endpoint.body(),
                as);
    }

    private static UnaryOperator<HttpRequest.Builder> bearer(String token) {
        return request -> request.header("Authorization", "Bearer " + token);
    }

    private static UnaryOperator<HttpRequest.Builder> key(String key) {
        return request -> request.header("X-Api-Key", key);
    }

    private static void expect(List<String> wrong, boolean right, String who, Called called) {
        if (!right || called.answer().statusCode() >= 500 && called.answer().statusCode() != 503) {
            wrong.add(who + ": " + called);
        }
    }

    /** The endpoint decided by what was sent, not by who sent it. */
    private static boolean isOpen(Called called) {
        return !Set.of("unauthorized", "invalid_token", "forbidden").contains(called.code());
    }

    @Test
    void withoutATokenOnlyWhatIsPublicAnswers() {
        List<String> wrong = new ArrayList<>();
        for (Endpoint endpoint : TABLE) {
            Called called = call(endpoint, request -> request);
            boolean closed = called.answer().statusCode() == 401
                    || endpoint.isFor("page")
                            && endpoint.method().equals("POST")
                            && called.answer().statusCode() == 403;
            expect(wrong, endpoint.isFor("public") ? isOpen(called) : closed, "nobody", called);
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void aTokenThatIsNoneOpensNothing() {
        User user = user();
        List<String> wrong = new ArrayList<>();
        users.badTokens(user, users.operator()).forEach((what, token) -> {
            for (Endpoint endpoint : TABLE) {
                if (endpoint.isFor("page")) {
                    continue; // a page looks at no token: below
                }
                Called called = call(endpoint, bearer(token));
                expect(
                        wrong,
                        endpoint.isFor("public")
                                ? isOpen(called)
                                : called.answer().statusCode() == 401
                                        && called.code().equals("invalid_token"),
                        "a token " + what,
                        called);
            }
        });
        assertThat(wrong).isEmpty();
    }

    @Test
    void aUserIsKeptToWhatIsForUsers() {
        List<String> wrong = new ArrayList<>();
        User user = null;
        int calls = 0;
        for (Endpoint endpoint : TABLE) {
            if (user == null || calls++ % OF_ONE_USER == 0 || endpoint.name().equals("DELETE /api/v1/users/me")) {
                user = user(); // who closes his account is gone
            }
            Called called = call(endpoint, bearer(user.token()));
            expect(wrong, isRightForUser(endpoint, called), "a user", called);
            if (endpoint.name().equals("DELETE /api/v1/users/me")) {
                user = null;
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static boolean isRightForUser(Endpoint endpoint, Called called) {
        if (endpoint.isFor("operator", "operator-acts")) {
            return called.answer().statusCode() == 403 && called.code().equals("forbidden");
        }
        if (endpoint.isFor("page")) {
            return called.answer().statusCode() == 401 || called.answer().statusCode() == 403;
        }
        return isOpen(called);
    }

    @Test
    void anApiKeyOpensWhatThePlanGrantsAndNoLogin() {
        List<String> wrong = new ArrayList<>();
        String without = users.apiKey(user());
        User growing = user();
        channels.plan(growing.id(), GROWTH);
        String with = users.apiKey(growing);
        for (Endpoint endpoint : TABLE) {
            if (endpoint.isFor("public", "page")) {
                continue;
            }
            Called called = call(endpoint, key(without));
            expect(
                    wrong,
                    called.answer().statusCode() == 403 && called.code().equals("feature_not_in_plan"),
                    "a key without a plan",
                    called);
            Called granted = call(endpoint, key(with));
            boolean right = endpoint.who().startsWith("session")
                    ? granted.answer().statusCode() == 403 && granted.code().equals("login_required")
                    : isRightForUser(endpoint, granted);
            expect(wrong, right, "a key", granted);
            expect(
                    wrong,
                    call(endpoint, key("hub_" + "x".repeat(43))).answer().statusCode() == 401,
                    "a guessed key",
                    granted);
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void anOperatorReachesAllButWhatNeedsAnAccount() {
        List<String> wrong = new ArrayList<>();
        User operator = users.operator();
        for (Endpoint endpoint : TABLE) {
            if (endpoint.isFor("operator-acts", "page", "public")) {
                continue; // those act at once: their own tests call them
            }
            boolean needsAccount = endpoint.isFor("account", "session", "session-own", "keeper");
            Called basic = call(endpoint, request -> request.header("Authorization", basic(OPERATOR, PASSWORD)));
            expect(
                    wrong,
                    needsAccount
                            ? basic.answer().statusCode() == 403
                            : basic.answer().statusCode() != 401 && isOpen(basic),
                    "the operator's login",
                    basic);
            if (!endpoint.name().equals("DELETE /api/v1/users/me")) {
                Called account = call(endpoint, bearer(operator.token()));
                expect(wrong, isOpen(account), "an operator's account", account);
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void aWrongPasswordOfTheOperatorOpensNothing() {
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < TABLE.size(); i += 13) { // bcrypt is slow on purpose
            Endpoint endpoint = TABLE.get(i);
            if (!endpoint.isFor("public", "page")) {
                Called called = call(endpoint, request -> request.header("Authorization", basic(OPERATOR, "guess")));
                expect(wrong, called.answer().statusCode() == 401, "a guessed password", called);
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void anotherUsersThingsAreNotThere() {
        Victim victim = new Victim(jdbc, users, channels, SCALE, SANDBOX.clock().instant());
        User thief = user();
        channels.plan(thief.id(), SCALE);
        String before = victim.rows();
        List<String> wrong = new ArrayList<>();
        for (Endpoint endpoint : TABLE) {
            if (endpoint.isOwn()) {
                String body = endpoint.body() == null ? "" : endpoint.body();
                Called called = call(endpoint, victim.path(endpoint), body, bearer(thief.token()));
                expect(wrong, called.answer().statusCode() == 404, "another user", called);
                expect(wrong, !called.answer().body().contains(victim.word()), "another user reads", called);
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(victim.rows()).as("what is the victim's").isEqualTo(before);

        for (Endpoint endpoint : TABLE) { // which shows that the ids were right
            if (endpoint.isOwn()
                    && endpoint.method().equals("GET")
                    && !endpoint.path().matches(".*(\\{kind}|events)")) {
                Called called = call(
                        endpoint,
                        victim.path(endpoint),
                        "",
                        bearer(victim.user().token()));
                expect(wrong, called.answer().statusCode() == 200, "the owner", called);
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void listsAndSumsAreOnesOwnWhateverIsAskedFor() {
        Victim victim = new Victim(jdbc, users, channels, SCALE, SANDBOX.clock().instant());
        User thief = user();
        channels.plan(thief.id(), SCALE);
        String before = victim.rows();
        List<String> wrong = new ArrayList<>();
        String his = victim.user().id().toString();
        for (Endpoint endpoint : TABLE) {
            if (!endpoint.isFor("user", "account")) {
                continue;
            }
            for (String field : List.of("user_id", "owner", "customer")) {
                Called called = endpoint.method().equals("GET")
                        ? call(endpoint, endpoint.path() + "?" + field + "=" + his, "", bearer(thief.token()))
                        : call(
                                endpoint,
                                endpoint.path(),
                                "{\"%s\":\"%s\"}".formatted(field, his),
                                bearer(thief.token()));
                expect(wrong, !called.answer().body().contains(victim.word()), "another user reads", called);
                expect(
                        wrong,
                        endpoint.method().equals("GET") || called.answer().statusCode() >= 400,
                        "another user acts for him",
                        called);
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(victim.rows()).as("what is the victim's").isEqualTo(before);
    }

    @Test
    void nobodyGivesHimselfWhatIsNotHisToGive() {
        List<String> wrong = new ArrayList<>();
        Set<String> offered = new TreeSet<>();
        User user = null;
        int calls = 0;
        for (Endpoint endpoint : TABLE) {
            Class<?> body = Endpoints.body(running.get(endpoint.name()));
            if (body == null || Map.class.isAssignableFrom(body) || endpoint.isFor("page")) {
                continue; // maps are of names and values that are checked one by one: their own tests
            }
            Map<String, Class<?>> known = Endpoints.fields(body);
            for (String field : Endpoints.PRIVILEGES) {
                if (known.containsKey(field)) {
                    offered.add(endpoint.name() + " " + field);
                } else if (!endpoint.isFor("operator", "operator-acts")) {
                    if (user == null || calls++ % OF_ONE_USER == 0) {
                        user = user();
                    }
                    Called called = call(
                            endpoint,
                            Endpoints.ofNothing(endpoint, running.get(endpoint.name())),
                            "{\"%s\":true}".formatted(field),
                            bearer(user.token()));
                    expect(
                            wrong,
                            called.answer().statusCode() == 400
                                    && called.answer().body().contains("\"" + field + "\""),
                            "a user who sends " + field,
                            called);
                }
            }
        }
        assertThat(wrong).isEmpty();
        // each of these asks whether the caller is an operator: listsAndSumsAreOnesOwnWhateverIsAskedFor
        assertThat(offered)
                .containsExactly(
                        "PATCH /api/v1/billing/customers/{id} user_id",
                        "PATCH /api/v1/users/{id} role",
                        "POST /api/v1/billing/checkout-sessions user_id",
                        "POST /api/v1/billing/credits/adjustments user_id",
                        "POST /api/v1/billing/credits/spend user_id",
                        "POST /api/v1/billing/customers user_id",
                        "POST /api/v1/billing/customers/{id}/assign user_id",
                        "POST /api/v1/billing/payment-methods user_id",
                        "POST /api/v1/billing/payment-methods/setup-intents user_id",
                        "POST /api/v1/billing/payments user_id",
                        "POST /api/v1/billing/portal-sessions user_id",
                        "POST /api/v1/billing/subscriptions user_id",
                        "POST /api/v1/youtube/quota/emergency owner");
    }

    /** Another spelling of a path is the same path, for whoever guards it as for whoever serves it. */
    @Test
    void noSpellingOfAPathOpensIt() {
        List<String> wrong = new ArrayList<>();
        User user = user();
        for (Endpoint endpoint : TABLE) {
            if (!endpoint.isFor("operator", "page") || !endpoint.method().equals("GET")) {
                continue;
            }
            String path = Endpoints.ofNothing(endpoint, running.get(endpoint.name()));
            for (String spelt : List.of(
                    path + "/",
                    path + "%2e",
                    path + ";x=y",
                    "/%%%02x%s".formatted((int) path.charAt(1), path.substring(2)),
                    path.replaceFirst("/v1/", "//v1/"),
                    path.replaceFirst("/v1/", "/v1/auth/../"),
                    path.replaceFirst("/v1/", "/v1/auth/..;/"),
                    path.replaceFirst("/v1/", "/v1/webhooks/%2e%2e/"),
                    path.toUpperCase(Locale.ROOT))) {
                HttpResponse<String> answer = spelt(spelt, user);
                if (answer.statusCode() < 400) {
                    wrong.add(spelt + " → " + answer.statusCode());
                }
            }
            user = wrong.isEmpty() ? user() : user;
        }
        assertThat(wrong).isEmpty();
    }

    private HttpResponse<String> spelt(String path, User user) {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Authorization", "Bearer " + user.token()));
    }

    private HttpRequest.Builder management(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + path));
    }

    @Test
    void theManagementPortIsTheOperatorsAlone() {
        HttpResponse<String> index = send(management("/actuator").header("Authorization", basic(OPERATOR, PASSWORD)));
        assertThat(index.statusCode()).isEqualTo(200);
        assertThat(Pattern.compile("\"([\\w-]+)\":\\{\"href\"")
                        .matcher(index.body())
                        .results()
                        .map(link -> link.group(1)))
                .as("what is offered there: whoever adds something says here for whom")
                .contains("health", "hawtio", "jolokia")
                .isSubsetOf(
                        "self",
                        "health",
                        "health-path",
                        "info",
                        "prometheus", // which tests of Spring Boot turn off
                        "hawtio",
                        "jolokia",
                        "sbom",
                        "sbom-id");
        TestUsers.User user = user();
        TestUsers.User operator = users.operator();
        for (String path : List.of(
                "/actuator",
                "/actuator/info",
                "/actuator/sbom",
                "/actuator/sbom/application",
                "/actuator/prometheus",
                "/actuator/hawtio",
                "/actuator/hawtio/index.html",
                "/actuator/hawtio/jolokia",
                "/actuator/hawtio/user",
                "/actuator/hawtio/auth/login",
                "/actuator/jolokia",
                "/actuator/jolokia/list",
                "/actuator/env",
                "/actuator/heapdump",
                "/actuator/%68eapdump",
                "/actuator/health/../prometheus",
                "/actuator/shutdown",
                "/operations",
                "/api/v1/users",
                "/")) {
            assertThat(send(management(path)).statusCode()).as(path).isIn(400, 401);
            for (String token : List.of(user.token(), operator.token(), users.apiKey(operator))) {
                assertThat(send(management(path).header("Authorization", "Bearer " + token))
                                .statusCode())
                        .as(path)
                        .isIn(400, 401);
                assertThat(send(management(path).header("X-Api-Key", token)).statusCode())
                        .as(path)
                        .isIn(400, 401);
            }
        }
        for (String path : List.of("/actuator/hawtio/proxy/http/127.0.0.1", "/actuator/env", "/actuator/heapdump")) {
            assertThat(send(management(path).header("Authorization", basic(OPERATOR, PASSWORD)))
                            .statusCode())
                    .as(path)
                    .isIn(403, 404);
        }
        assertThat(send(management("/actuator/health")).body())
                .isEqualTo("{\"status\":\"UP\",\"groups\":[\"liveness\",\"readiness\"]}");
    }
}
