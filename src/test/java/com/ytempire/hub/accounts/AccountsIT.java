package com.ytempire.hub.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.HubIT;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** From registering to logging out, over HTTP. */
class AccountsIT extends HubIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PASSWORD = TestUsers.PASSWORD;

    private HttpResponse<String> auth(String path, String json) {
        return send(request("/api/v1/auth/" + path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    private static JsonNode read(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(answer.body(), e);
        }
    }

    /** The token of the newest mail of a template to an address. */
    private String mailed(String template, String to) {
        String link = jdbc.sql("""
                        select payload->'values'->>'link' from notifications.outbox
                         where payload->>'template' = :template and payload->>'to' = :to order by id desc limit 1
                        """)
                .param("template", template)
                .param("to", to)
                .query(String.class)
                .single();
        return link.substring(link.indexOf("#token=") + "#token=".length());
    }

    private static String json(String... namesAndValues) {
        var object = JSON.createObjectNode();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return object.toString();
    }

    private static void isProblem(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(read(answer).path("code").asText()).isEqualTo(code);
    }

    @Test
    void aUserRegistersProvesTheAddressAndLogsIn() {
        String email = unique("Anna") + "@Example.com";

        HttpResponse<String> registered = auth("register", json("email", email, "password", PASSWORD, "name", "Anna"));
        assertThat(registered.statusCode()).as(registered.body()).isEqualTo(202);
        isProblem(auth("login", json("email", email, "password", PASSWORD)), 401, "invalid_credentials");
        assertThat(auth("verify", json("token", mailed("verify-email", email))).statusCode())
                .isEqualTo(200);
        HttpResponse<String> in = auth("login", json("email", email.toLowerCase(), "password", PASSWORD));
        assertThat(in.statusCode()).as(in.body()).isEqualTo(200);
        JsonNode issued = read(in).path("data");
        assertThat(issued.path("expires_in").asInt()).isEqualTo(900);

        HttpResponse<String> me = send(request("/api/v1/users/me")
                .header("Authorization", "Bearer " + issued.path("access_token").asText())
                .GET());
        assertThat(me.statusCode()).as(me.body()).isEqualTo(200);
        assertThat(read(me).at("/data/email").asText()).isEqualTo(email);
        assertThat(read(me).at("/data/role").asText()).isEqualTo("user");
        assertThat(me.body()).doesNotContain("password");
    }

    @Test
    void aRefreshTokenIsGoodForOneUseAndAUsedOneEndsItsFamily() {
        TestUsers.User user = user();

        JsonNode first = read(auth("refresh", json("refresh_token", user.refreshToken())))
                .path("data");
        JsonNode repeated = read(auth("refresh", json("refresh_token", user.refreshToken())))
                .path("data");
        assertThat(repeated.path("refresh_token").asText())
                .as("asked again at once: the same successor")
                .isEqualTo(first.path("refresh_token").asText());
        JsonNode second = read(auth(
                        "refresh",
                        json("refresh_token", first.path("refresh_token").asText())))
                .path("data");
        isProblem(auth("refresh", json("refresh_token", user.refreshToken())), 401, "invalid_token");
        isProblem(
                auth(
                        "refresh",
                        json("refresh_token", second.path("refresh_token").asText())),
                401,
                "invalid_token");
        isProblem(userGet(user, "/api/v1/users/me"), 401, "invalid_token");
    }

    @Test
    void usersAreKeptOutOfWhatIsTheOperators() {
        TestUsers.User user = user();
        for (String path : new String[] {
            "/api/v1/webhooks/events", "/api/v1/billing/drift", "/api/v1/billing/customers", "/api/v1/nothing-there"
        }) {
            isProblem(userGet(user, path), 403, "forbidden");
            assertThat(userGet(users.operator(), path).statusCode()).as(path).isNotIn(401, 403);
        }
        isProblem(send(request("/api/v1/billing/subscriptions").GET()), 401, "unauthorized");
    }
}
