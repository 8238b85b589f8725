package com.ytempire.hub.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.notifications.AnalyticsEvent;
import com.ytempire.hub.notifications.Outbox;
import com.ytempire.hub.notifications.Preferences;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.support.TransactionTemplate;

/** What users do with their account, what operators do with users', and what neither may. */
class UsersIT extends AccountsHubIT {

    private static final String ME = "/api/v1/users/me";

    @Autowired
    private Entitlements plans;

    @Autowired
    private AccountsSettings settings;

    @Autowired
    private AccountRetention retention;

    @Autowired
    private Accounts accounts;

    @Autowired
    private Sessions sessions;

    @Autowired
    private ApiKeys keys;

    @Autowired
    private Outbox outbox;

    @Autowired
    private Preferences preferences;

    @Autowired
    private TransactionTemplate transactions;

    @Test
    void aUserChangesWhatIsHis() {
        TestUsers.User user = user();
        JsonNode changed = data(userSend(user, "PATCH", ME, """
                {"name":"Ada","phone":"+49 30 1234","address":{"line1":"Weg 1","city":"Berlin","country":"DE"}}"""));
        assertThat(changed.path("name").asText()).isEqualTo("Ada");
        JsonNode cleared = data(userSend(user, "PATCH", ME, "{\"phone\":\"\"}"));
        assertThat(cleared.path("phone").isNull()).isTrue();
        assertThat(cleared.at("/address/city").asText()).isEqualTo("Berlin");

        for (String field : List.of("role", "email", "id", "email_verified_at", "password_hash")) {
            HttpResponse<String> refused =
                    userSend(user, "PATCH", ME, "{\"name\":\"Eve\",\"" + field + "\":\"operator\"}");
            isProblem(refused, 400, "malformed_request");
            assertThat(tree(refused).path("field").asText()).isEqualTo(field);
        }
        HttpResponse<String> country =
                userSend(user, "PATCH", ME, "{\"address\":{\"line1\":\"Weg 1\",\"country\":\"Germany\"}}");
        isProblem(country, 422, "validation_failed");
        assertFieldRefused(country, "address.country");
        assertThat(data(userGet(user, ME)).path("name").asText()).isEqualTo("Ada");
    }

    @Test
    void anotherAddressCountsOnceItIsProven() {
        TestUsers.User user = user();
        String wanted = unique("new") + "@example.com";
        isProblem(
                userPost(user, ME + "/email", json("email", wanted, "password", "wrong guess")),
                401,
                "invalid_credentials");
        assertThat(userPost(user, ME + "/email", json("email", wanted, "password", TestUsers.PASSWORD))
                        .statusCode())
                .isEqualTo(202);
        assertThat(data(userGet(user, ME)).path("email").asText()).isEqualTo(user.email());

        assertThat(auth("verify", json("token", mailed("verify-email", wanted))).statusCode())
                .isEqualTo(200);

        assertThat(data(userGet(user, ME)).path("email").asText()).isEqualTo(wanted);
        assertThat(mails("email-changed", user.email())).isEqualTo(1);
        isProblem(login(user.email(), TestUsers.PASSWORD), 401, "invalid_credentials");
        assertThat(login(wanted, TestUsers.PASSWORD).statusCode()).isEqualTo(200);
    }

    @Test
    void anAddressSomebodyHasIsNotGivenAway() {
        TestUsers.User user = user();
        TestUsers.User owner = user();
        assertThat(userPost(user, ME + "/email", json("email", owner.email(), "password", TestUsers.PASSWORD))
                        .statusCode())
                .as("the same answer")
                .isEqualTo(202);
        assertThat(mails("verify-email", owner.email())).isZero();

        String squatted = unique("squatted") + "@example.com";
        auth("register", json("email", squatted, "password", "never to be proven"));
        userPost(owner, ME + "/email", json("email", squatted, "password", TestUsers.PASSWORD));
        assertThat(auth("verify", json("token", mailed("verify-email", squatted)))
                        .statusCode())
                .as("who only registered does not have it")
                .isEqualTo(200);

        String wanted = unique("both") + "@example.com";
        TestUsers.User other = user();
        userPost(user, ME + "/email", json("email", wanted, "password", TestUsers.PASSWORD));
        String first = mailed("verify-email", wanted);
        userPost(other, ME + "/email", json("email", wanted, "password", TestUsers.PASSWORD));
        String second = mailed("verify-email", wanted);
        assertThat(auth("verify", json("token", first)).statusCode()).isEqualTo(200);
        isProblem(auth("verify", json("token", second)), 409, "email_taken");
    }

    @Test
    void aClosedAccountLeavesNothingPersonal() {
        TestUsers.User user = user();
        auth("forgot", json("email", user.email()));
        String link = mailed("reset-password", user.email());

        assertThat(userSend(user, "DELETE", ME, "").statusCode()).isEqualTo(200);

        isProblem(userGet(user, ME), 401, "invalid_token");
        isProblem(refresh(user.refreshToken()), 401, "invalid_token");
        isProblem(login(user.email(), TestUsers.PASSWORD), 401, "invalid_credentials");
        isProblem(auth("reset", json("token", link, "password", "a new password")), 400, "invalid_token");
        String row = jdbc.sql("select a::text from accounts.account a where id = :id")
                .param("id", user.id())
                .query(String.class)
                .single();
        assertThat(row).doesNotContain(user.email(), "Ute", "$2a$");
        assertThat(jdbc.sql("select state, payload::text as payload from notifications.outbox where user_id = :id"
                                + " and channel = 'mail'")
                        .param("id", user.id())
                        .query()
                        .listOfRows())
                .isNotEmpty()
                .allSatisfy(mail -> {
                    assertThat(mail.get("payload").toString()).doesNotContain(user.email(), link);
                    assertThat(mail.get("state")).isNotIn("waiting", "sending");
                });

        assertThat(auth("register", json("email", user.email(), "password", TestUsers.PASSWORD))
                        .statusCode())
                .isEqualTo(202);
        auth("verify", json("token", mailed("verify-email", user.email())));
        assertThat(data(login(user.email(), TestUsers.PASSWORD)).has("access_token"))
                .as("the address is free again")
                .isTrue();
    }

    @Test
    void anAccountIsClosedAsAWholeOrNotAtAll() {
        TestUsers.User user = user();
        AccountClosing fails = id -> {
            throw new IllegalStateException("cannot be cancelled now");
        };
        Profiles failing = new Profiles(
                jdbc,
                accounts,
                sessions,
                keys,
                outbox,
                preferences,
                List.of(),
                List.of(fails),
                List.of(),
                JSON,
                SANDBOX.clock());

        assertThatThrownBy(() -> transactions.executeWithoutResult(transaction -> failing.close(user.id())))
                .hasMessageContaining("cannot be cancelled now");

        assertThat(data(userGet(user, ME)).path("email").asText()).isEqualTo(user.email());
        assertThat(login(user.email(), TestUsers.PASSWORD).statusCode()).isEqualTo(200);
    }

    @Test
    void theExportHasAllThatIsKnownOfTheUserAndOfNobodyElse() {
        TestUsers.User user = user();
        TestUsers.User other = user();
        auth("forgot", json("email", user.email()));
        mailed("reset-password", user.email());
        outbox.track(new AnalyticsEvent(
                unique("event"), "video_made", user.id(), SANDBOX.clock().instant(), Map.of("video", "seven")));
        jdbc.sql("insert into notifications.webhook_endpoint (id, user_id, url, secret, types, created_at)"
                        + " values (gen_random_uuid(), :user, 'https://told.example.com/', 'sealed', '{}', :now)")
                .param("user", user.id())
                .param("now", Timestamp.from(SANDBOX.clock().instant()))
                .update();
        HttpResponse<String> export = userGet(user, ME + "/export");
        assertThat(data(export).at("/notifications/mails/0/template").asText()).isEqualTo("reset-password");
        assertThat(data(export).at("/notifications/events/0/properties/video").asText())
                .isEqualTo("seven");
        assertThat(data(export).at("/notifications/webhooks/0/url").asText()).isEqualTo("https://told.example.com/");
        assertThat(export.body()).doesNotContain("sealed");
        assertThat(data(export).at("/account/email").asText()).isEqualTo(user.email());
        assertThat(data(export).path("sessions")).hasSize(1);
        assertThat(export.body()).doesNotContain(other.email(), "password_hash", TestUsers.PASSWORD);
        assertThat(userSend(user, "DELETE", ME, "").statusCode()).isEqualTo(200);
        assertThat(jdbc.sql("select count(*) from notifications.webhook_endpoint where user_id = :user")
                        .param("user", user.id())
                        .query(Long.class)
                        .single())
                .as("who has left is told nothing more")
                .isZero();
    }

    @Test
    void apiKeysAreForPlansThatGrantThem() {
        TestUsers.User user = user();
        String keys = ME + "/api-keys";
        isProblem(userPost(user, keys, json("name", "n8n")), 403, "feature_not_in_plan");

        String subscription = subscribeToGrowth(user);
        JsonNode created = data(userPost(user, keys, json("name", "n8n")));
        String key = created.path("key").asText();
        assertThat(key).startsWith("hub_");
        assertThat(userGet(user, keys).body()).doesNotContain(key);
        assertThat(jdbc.sql("select k::text from accounts.api_key k where id = :id")
                        .param("id", UUID.fromString(created.path("id").asText()))
                        .query(String.class)
                        .single())
                .doesNotContain(key);

        assertThat(withKey("Authorization", "Bearer " + key, ME).statusCode()).isEqualTo(200);
        assertThat(withKey("X-Api-Key", key, ME).statusCode()).isEqualTo(200);
        assertThat(data(userGet(user, keys)).at("/0/last_used_at").isNull()).isFalse();
        isProblem(withKey("X-Api-Key", key, ME + "/export"), 403, "login_required");
        isProblem(withKey("X-Api-Key", key, "/api/v1/users"), 403, "forbidden");
        isProblem(withKey("X-Api-Key", key + "x", ME), 401, "invalid_token");

        isProblem(userSend(user(), "DELETE", keys + "/" + created.path("id").asText(), ""), 404, "not_found");
        SANDBOX.stripe().cancel(subscription);
        await().atMost(Duration.ofSeconds(30)).until(() -> !plans.grants(user.id(), "api_access"));
        isProblem(withKey("X-Api-Key", key, ME), 403, "feature_not_in_plan");
        assertThat(userSend(user, "DELETE", keys + "/" + created.path("id").asText(), "")
                        .statusCode())
                .isEqualTo(200);
        isProblem(withKey("X-Api-Key", key, ME), 401, "invalid_token");
    }

    private String subscribeToGrowth(TestUsers.User user) {
        String product = SANDBOX.stripe()
                .create("products", Map.of("name", "Growth", "metadata", Map.of("plan_tier", "growth")))
                .get("id")
                .asText();
        String price = SANDBOX.stripe()
                .recurringPrice(product, 29_700, "month")
                .get("id")
                .asText();
        String customer = SANDBOX.stripe()
                .create(
                        "customers",
                        Map.of("metadata", Map.of("user_id", user.id().toString())))
                .get("id")
                .asText();
        SANDBOX.stripe().giveCard(customer);
        String subscription =
                SANDBOX.stripe().subscribe(customer, price).get("id").asText();
        await().atMost(Duration.ofSeconds(30)).until(() -> plans.grants(user.id(), "api_access"));
        return subscription;
    }

    private HttpResponse<String> withKey(String header, String value, String path) {
        return send(request(path).header(header, value).GET());
    }

    @Test
    void operatorsNeedNoPlanAndTheirKeysAreOperators() {
        TestUsers.User operator = users.operator();
        JsonNode created = data(userPost(operator, ME + "/api-keys", json("name", "script")));
        assertThat(withKey("X-Api-Key", created.path("key").asText(), "/api/v1/users")
                        .statusCode())
                .isEqualTo(200);
        for (int i = 1; i < settings.apiKeys(); i++) {
            userPost(operator, ME + "/api-keys", json("name", "script " + i));
        }
        isProblem(userPost(operator, ME + "/api-keys", json("name", "one more")), 409, "too_many_keys");
    }

    @Test
    void usersAreKeptOutOfWhatIsTheOperators() {
        TestUsers.User user = user();
        TestUsers.User operator = users.operator();
        for (String path : List.of(
                "/api/v1/webhooks/events",
                "/api/v1/billing/drift",
                "/api/v1/users",
                "/api/v1/users/" + user.id(),
                "/api/v1/nothing-there")) {
            isProblem(userGet(user, path), 403, "forbidden");
            assertThat(userGet(operator, path).statusCode()).as(path).isNotIn(401, 403);
            assertThat(operatorGet(path).statusCode()).as(path).isNotIn(401, 403);
            assertThat(send(request(path).GET()).statusCode()).as(path).isEqualTo(401);
        }
        isProblem(userSend(user, "PATCH", "/api/v1/users/" + user.id(), json("role", "operator")), 403, "forbidden");
        isProblem(operatorGet(ME), 403, "forbidden");
    }

    @Test
    void anOperatorMakesOperatorsAndItCountsAtOnce() {
        TestUsers.User user = user();
        String path = "/api/v1/users/" + user.id();
        HttpRequest.Builder promote = operator(path)
                .header("Content-Type", "application/json")
                .method("PATCH", HttpRequest.BodyPublishers.ofString(json("role", "operator")));
        assertThat(data(send(promote)).path("role").asText()).isEqualTo("operator");
        assertThat(userGet(user, path).statusCode()).isEqualTo(200);
        assertThat(data(userPost(user, "/api/v1/users/search", json("email", user.email())))
                        .path("id")
                        .asText())
                .isEqualTo(user.id().toString());
        assertThat(data(userGet(user, "/api/v1/users?role=operator&per_page=1")))
                .hasSize(1);
        isProblem(userSend(user, "PATCH", path, json("role", "king")), 422, "validation_failed");
        assertThat(userSend(user, "PATCH", path, json("role", "user")).statusCode())
                .isEqualTo(200);
        isProblem(userGet(user, path), 403, "forbidden");
    }

    @Test
    void aUserHasSoManyRequestsAMinuteAndAnOperatorAnyNumber() {
        TestUsers.User user = user();
        TestUsers.User phone = users.again(user);
        int limit = settings.requests().perMinute();
        for (int i = 0; i < limit; i++) {
            assertThat(userGet(i % 2 == 0 ? user : phone, ME).statusCode()).isEqualTo(200);
        }
        HttpResponse<String> refused = userGet(user, ME);
        isProblem(refused, 429, "too_many_requests");
        assertThat(Integer.parseInt(refused.headers().firstValue("Retry-After").orElseThrow()))
                .isBetween(1, 60);
        assertThat(refused.headers().firstValue("X-Request-Id")).isPresent();
        assertThat(tree(refused).path("request_id").asText())
                .isEqualTo(refused.headers().firstValue("X-Request-Id").orElseThrow());
        assertThat(userGet(user(), ME).statusCode()).as("others").isEqualTo(200);
        SANDBOX.clock().advance(Duration.ofMinutes(1));
        assertThat(userGet(user, ME).statusCode()).isEqualTo(200);

        TestUsers.User operator = users.operator();
        jdbc.sql("delete from accounts.tally where key like '%' || :user")
                .param("user", operator.id().toString())
                .update();
        assertThat(userGet(operator, ME).statusCode()).isEqualTo(200);
        assertThat(jdbc.sql("select count(*) from accounts.tally where key like '%' || :user")
                        .param("user", operator.id().toString())
                        .query(Integer.class)
                        .single())
                .as("not even counted")
                .isZero();
    }

    @Test
    void aBodyNobodyCouldWantIsRefused() {
        HttpResponse<String> refused = userSend(user(), "PATCH", ME, "{\"name\":\"" + "x".repeat(300 * 1024) + "\"}");
        isProblem(refused, 413, "payload_too_large");
    }

    @Test
    void theDocumentTellsApartWhatHasTheSameNameInTwoPlaces() {
        JsonNode document = tree(send(request("/v3/api-docs").GET()));
        String refund = bodyOf(document, "/api/v1/billing/refunds");
        String subscription = bodyOf(document, "/api/v1/billing/subscriptions");
        assertThat(refund).isNotEqualTo(subscription);
        JsonNode schemas = document.at("/components/schemas");
        assertThat(schemas.path(refund).path("properties").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("payment_id", "invoice_id", "amount", "reason");
        assertThat(schemas.path(subscription).path("properties").fieldNames())
                .toIterable()
                .contains("plan", "payment_method_id");
        assertThat(schemas.fieldNames()).toIterable().allMatch(name -> name.matches("[A-Za-z0-9._-]+"));
        assertThat(document.path("paths")
                        .path("/api/v1/billing/refunds")
                        .path("post")
                        .path("parameters")
                        .findValuesAsText("name"))
                .contains("Idempotency-Key");
    }

    private static String bodyOf(JsonNode document, String path) {
        String schema = document.path("paths")
                .path(path)
                .path("post")
                .at("/requestBody/content/application~1json/schema/$ref")
                .asText();
        return schema.substring(schema.lastIndexOf('/') + 1);
    }

    @Test
    void theDocumentIsOpenAndNamesHowToLogIn() {
        HttpResponse<String> document = send(request("/v3/api-docs").GET());
        assertThat(document.statusCode()).isEqualTo(200);
        assertThat(tree(document).at("/components/securitySchemes/token/scheme").asText())
                .isEqualTo("bearer");
        assertThat(tree(document)
                        .path("paths")
                        .path("/api/v1/users/me")
                        .path("get")
                        .path("parameters"))
                .as("the caller is no parameter")
                .isEmpty();
        assertThat(send(request("/swagger-ui/index.html").GET()).statusCode()).isEqualTo(200);
    }

    @Test
    void noOtherSiteMayUseTheApiByDefault() {
        HttpResponse<String> preflight = send(request(ME)
                .header("Origin", "https://app.example.com")
                .header("Access-Control-Request-Method", "GET")
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody()));
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin"))
                .isEmpty();
        assertThat(preflight.statusCode()).isEqualTo(403);
    }

    @Test
    void whatProvesNothingAnyMoreIsTakenAway() {
        TestUsers.User user = user();
        String unproven = unique("never") + "@example.com";
        auth("register", json("email", unproven, "password", TestUsers.PASSWORD));
        auth("logout", json("refresh_token", user.refreshToken()));
        SANDBOX.clock().advance(Duration.ofDays(8));
        TestUsers.User lives = users.again(user);
        retention.apply();
        assertThat(mails("verify-email", unproven)).isZero();
        assertThat(jdbc.sql("select count(*) from accounts.account where email = :email")
                        .param("email", unproven)
                        .query(Integer.class)
                        .single())
                .isZero();
        SANDBOX.clock().advance(Duration.ofDays(31));
        retention.apply();
        assertThat(jdbc.sql("select count(*) from accounts.session where user_id = :user")
                        .param("user", user.id())
                        .query(Integer.class)
                        .single())
                .as("the session that ended, not the one whose retention runs from its end")
                .isEqualTo(1);
        assertThat(refresh(lives.refreshToken()).statusCode()).isEqualTo(401);
    }
}
