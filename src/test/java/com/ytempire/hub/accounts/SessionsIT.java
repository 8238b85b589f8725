package com.ytempire.hub.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Tokens and the sessions behind them. */
class SessionsIT extends AccountsHubIT {

    private static final String ME = "/api/v1/users/me";

    @Autowired
    private Tokens tokens;

    private static String token(HttpResponse<String> answer) {
        return data(answer).path("refresh_token").asText();
    }

    private int accessAs(String token) {
        return send(request(ME).header("Authorization", "Bearer " + token).GET())
                .statusCode();
    }

    private TestUsers.User with(TestUsers.User user, JsonNode issued) {
        return new TestUsers.User(
                user.id(),
                user.email(),
                issued.path("access_token").asText(),
                issued.path("refresh_token").asText());
    }

    @Test
    void aUsedRefreshTokenEndsItsFamily() {
        TestUsers.User user = user();
        TestUsers.User elsewhere = users.again(user);
        String first = token(refresh(user.refreshToken()));
        JsonNode second = data(refresh(first));

        isProblem(refresh(user.refreshToken()), 401, "invalid_token");

        isProblem(refresh(second.path("refresh_token").asText()), 401, "invalid_token");
        assertThat(accessAs(second.path("access_token").asText())).isEqualTo(401);
        assertThat(accessAs(elsewhere.token())).as("another session goes on").isEqualTo(200);
    }

    @Test
    void aRequestRepeatedAtOnceGetsTheSameSuccessorAndTheFamilyDoesNotBranch() {
        TestUsers.User user = user();

        List<HttpResponse<String>> answers = atOnce(6, () -> refresh(user.refreshToken()));

        assertThat(new HashSet<>(answers.stream().map(SessionsIT::token).toList()))
                .hasSize(1);
        assertThat(jdbc.sql("""
                                select count(*) from accounts.refresh_token r join accounts.session s on s.id = r.session_id
                                 where s.user_id = :user
                                """).param("user", user.id()).query(Integer.class).single())
                .isEqualTo(2);
        assertThat(refresh(token(answers.get(0))).statusCode()).isEqualTo(200);
    }

    @Test
    void aTokenRepeatedLaterIsTheft() {
        TestUsers.User user = user();
        String next = token(refresh(user.refreshToken()));
        SANDBOX.clock().advance(Duration.ofSeconds(11));

        isProblem(refresh(user.refreshToken()), 401, "invalid_token");
        isProblem(refresh(next), 401, "invalid_token");
    }

    @Test
    void tokensEnd() {
        TestUsers.User user = user();
        SANDBOX.clock().advance(Duration.ofMinutes(15).plusSeconds(1));
        isProblem(userGet(user, ME), 401, "invalid_token");
        TestUsers.User refreshed = with(user, data(refresh(user.refreshToken())));
        assertThat(userGet(refreshed, ME).statusCode()).isEqualTo(200);
        SANDBOX.clock().advance(Duration.ofDays(7).plusSeconds(1));
        isProblem(refresh(refreshed.refreshToken()), 401, "invalid_token");
    }

    @Test
    void oneKindOfTokenIsNotGoodForTheOther() {
        TestUsers.User user = user();
        assertThat(accessAs(user.refreshToken())).isEqualTo(401);
        isProblem(refresh(user.token()), 401, "invalid_token");
        assertThat(accessAs(tokens.access(
                        user.id(),
                        user.email(),
                        UUID.randomUUID(),
                        SANDBOX.clock().instant(),
                        Duration.ofMinutes(1))))
                .as("signed by us, but of no session")
                .isEqualTo(401);
        HttpResponse<String> garbage =
                send(request(ME).header("Authorization", "Bearer !!!").GET());
        isProblem(garbage, 401, "invalid_token");
        assertThat(garbage.headers().firstValue("WWW-Authenticate"))
                .hasValueSatisfying(challenge -> assertThat(challenge).startsWith("Bearer"));
    }

    @Test
    void anOldTokenIsNotInTheWayOfANewLogin() {
        HttpResponse<String> in = send(request("/api/v1/auth/logout")
                .header("Authorization", "Bearer old")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json("refresh_token", "old"))));
        assertThat(in.statusCode()).isEqualTo(200);
    }

    @Test
    void loggingOutEndsTheSession() {
        TestUsers.User user = user();
        assertThat(auth("logout", json("refresh_token", user.refreshToken())).statusCode())
                .isEqualTo(200);
        isProblem(userGet(user, ME), 401, "invalid_token");
        isProblem(refresh(user.refreshToken()), 401, "invalid_token");
    }

    @Test
    void sessionsAreListedAndEndedByTheirUserOnly() {
        TestUsers.User user = user();
        TestUsers.User phone = users.again(user);
        JsonNode list = data(userGet(phone, ME + "/sessions"));
        assertThat(list).hasSize(2);
        assertThat(list.get(0).path("current").asBoolean()).isTrue();
        String other = list.get(1).path("id").asText();

        isProblem(userSend(user(), "DELETE", ME + "/sessions/" + other, ""), 404, "not_found");
        assertThat(userGet(user, ME).statusCode()).isEqualTo(200);
        assertThat(userSend(phone, "DELETE", ME + "/sessions/" + other, "").statusCode())
                .isEqualTo(200);
        isProblem(userGet(user, ME), 401, "invalid_token");
        isProblem(userSend(phone, "DELETE", ME + "/sessions/" + other, ""), 404, "not_found");
        assertThat(data(userGet(phone, ME + "/sessions"))).hasSize(1);
    }

    @Test
    void aChangedPasswordEndsAllSessions() {
        TestUsers.User user = user();
        TestUsers.User phone = users.again(user);
        String path = ME + "/password";

        isProblem(
                userPost(user, path, json("current_password", "wrong guess", "new_password", "a new password")),
                401,
                "invalid_credentials");
        HttpResponse<String> shortOne =
                userPost(user, path, json("current_password", TestUsers.PASSWORD, "new_password", "short"));
        assertFieldRefused(shortOne, "new_password");
        assertThat(userPost(user, path, json("current_password", TestUsers.PASSWORD, "new_password", "a new password"))
                        .statusCode())
                .isEqualTo(200);

        isProblem(userGet(user, ME), 401, "invalid_token");
        isProblem(refresh(phone.refreshToken()), 401, "invalid_token");
        assertThat(login(user.email(), "a new password").statusCode()).isEqualTo(200);
        assertThat(mails("password-changed", user.email())).isEqualTo(1);
    }
}
