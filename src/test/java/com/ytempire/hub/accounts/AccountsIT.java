package com.ytempire.hub.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Registering, proving the address, logging in, and forgetting the password, over HTTP. */
@ExtendWith(OutputCaptureExtension.class)
class AccountsIT extends AccountsHubIT {

    private static final String PASSWORD = TestUsers.PASSWORD;

    @Autowired
    private AccountsSettings settings;

    private static String newEmail() {
        return unique("Anna") + "@Example.com";
    }

    private HttpResponse<String> register(String email, String password) {
        return auth("register", json("email", email, "password", password, "name", "Anna"));
    }

    private int signUps(String email) {
        return jdbc.sql("select count(*) from notifications.event e join accounts.account a on a.id = e.user_id"
                        + " where a.email = :email and e.name = 'signed_up'")
                .param("email", email)
                .query(Integer.class)
                .single();
    }

    private HttpResponse<String> verify(String token) {
        return auth("verify", json("token", token));
    }

    @Test
    void aUserRegistersProvesTheAddressAndLogsIn(CapturedOutput log) {
        String email = newEmail();

        assertThat(register(email, PASSWORD).statusCode()).isEqualTo(202);
        isProblem(login(email, PASSWORD), 401, "invalid_credentials");
        assertThat(signUps(email)).isZero();
        String link = mailed("verify-email", email);
        assertThat(verify(link).statusCode()).isEqualTo(200);
        JsonNode issued = data(login(email.toLowerCase(Locale.ROOT), PASSWORD));
        assertThat(issued.path("expires_in").asInt()).isEqualTo(900);

        assertThat(signUps(email)).isEqualTo(1);
        HttpResponse<String> me = send(request("/api/v1/users/me")
                .header("Authorization", "Bearer " + issued.path("access_token").asText())
                .GET());
        assertThat(data(me).path("email").asText()).isEqualTo(email);
        assertThat(data(me).path("role").asText()).isEqualTo("user");
        assertThat(me.body()).doesNotContain("password");
        assertThat(log.getAll())
                .doesNotContain(
                        link,
                        PASSWORD,
                        email,
                        issued.path("access_token").asText(),
                        issued.path("refresh_token").asText());
    }

    @Test
    void aLinkIsGoodForOneUseAlsoOfTwoAtOnceAndForHalfAnHour() {
        String email = newEmail();
        register(email, PASSWORD);
        String link = mailed("verify-email", email);

        List<Integer> answers =
                atOnce(5, () -> verify(link).statusCode()).stream().sorted().toList();
        assertThat(answers).containsExactly(200, 400, 400, 400, 400);

        String other = newEmail();
        register(other, PASSWORD);
        SANDBOX.clock().advance(Duration.ofMinutes(30).plusSeconds(1));
        isProblem(verify(mailed("verify-email", other)), 400, "invalid_token");
        isProblem(verify("made-up"), 400, "invalid_token");
        register(other, PASSWORD);
        assertThat(verify(mailed("verify-email", other)).statusCode()).isEqualTo(200);
    }

    @Test
    void nobodyLearnsWhetherAnAddressHasAnAccount() {
        TestUsers.User known = user();
        String unknown = newEmail();

        assertThat(register(known.email(), "some other password").body())
                .isEqualTo(register(unknown, "some other password").body());
        assertThat(auth("forgot", json("email", known.email())).body())
                .isEqualTo(auth("forgot", json("email", newEmail())).body());
        JsonNode wrong = tree(login(known.email(), "not the password"));
        JsonNode nobody = tree(login(newEmail(), "not the password"));
        JsonNode unproven = tree(login(unknown, "some other password"));
        for (String field : List.of("status", "code", "detail", "title")) {
            assertThat(wrong.path(field)).isEqualTo(nobody.path(field)).isEqualTo(unproven.path(field));
        }

        assertThat(mails("account-exists", known.email())).isEqualTo(1);
        assertThat(mails("verify-email", known.email())).isZero();
        assertThat(data(login(known.email(), PASSWORD)).has("access_token")).isTrue();
    }

    @Test
    void whoRegistersForAnotherGetsNoAccountWithHisPassword() {
        String email = newEmail();
        register(email, "password of the thief");
        String ofThief = mailed("verify-email", email);
        register(email, PASSWORD);
        String ofOwner = mailed("verify-email", email);

        assertThat(verify(ofOwner).statusCode()).isEqualTo(200);

        isProblem(login(email, "password of the thief"), 401, "invalid_credentials");
        assertThat(login(email, PASSWORD).statusCode()).isEqualTo(200);
        isProblem(verify(ofThief), 400, "invalid_token");
        isProblem(login(email, "password of the thief"), 401, "invalid_credentials");
    }

    @Test
    void twoRegistrationsAtOnceAreOneAccount() {
        String email = newEmail();
        assertThat(atOnce(4, () -> register(email, PASSWORD).statusCode())).containsOnly(202);
        assertThat(jdbc.sql("select count(*) from accounts.account where email = :email")
                        .param("email", email)
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
    }

    @Test
    void anAddressGetsOnlySoManyMails() {
        String email = newEmail();
        for (int i = 0; i < settings.mails().ofAddress() + 3; i++) {
            assertThat(register(email, PASSWORD).statusCode()).isEqualTo(202);
        }
        assertThat(mails("verify-email", email)).isEqualTo(settings.mails().ofAddress());
    }

    @Test
    void aForgottenPasswordIsReplacedAndAllSessionsEnd() {
        TestUsers.User user = user();
        auth("forgot", json("email", user.email()));
        auth("forgot", json("email", user.email()));
        String link = mailed("reset-password", user.email());

        assertThat(auth("reset", json("token", link, "password", "a new password"))
                        .statusCode())
                .isEqualTo(200);

        isProblem(login(user.email(), PASSWORD), 401, "invalid_credentials");
        assertThat(login(user.email(), "a new password").statusCode()).isEqualTo(200);
        isProblem(userGet(user, "/api/v1/users/me"), 401, "invalid_token");
        isProblem(refresh(user.refreshToken()), 401, "invalid_token");
        assertThat(mails("password-changed", user.email())).isEqualTo(1);
        isProblem(auth("reset", json("token", link, "password", "yet another one")), 400, "invalid_token");
        assertThat(jdbc.sql("select count(*) from accounts.one_use_token where user_id = :user and used_at is null")
                        .param("user", user.id())
                        .query(Integer.class)
                        .single())
                .as("the other link ended with it")
                .isZero();
    }

    @Test
    void aResetLinkIsGoodForHalfAnHourAndVerifiesNothing() {
        TestUsers.User user = user();
        auth("forgot", json("email", user.email()));
        String link = mailed("reset-password", user.email());
        isProblem(verify(link), 400, "invalid_token");
        SANDBOX.clock().advance(Duration.ofMinutes(30).plusSeconds(1));
        isProblem(auth("reset", json("token", link, "password", "a new password")), 400, "invalid_token");
    }

    @Test
    void guessersAreTurnedAwayAlsoWhenTheyGuessAllAtOnce() {
        TestUsers.User user = user();
        int limit = settings.logins().ofAccountAndAddress();
        String wrong = json("email", user.email(), "password", "wrong guess");

        List<Integer> answers =
                atOnce(limit + 5, () -> authFrom("198.51.100.7", "login", wrong).statusCode());
        assertThat(answers).filteredOn(status -> status == 401).hasSize(limit);
        assertThat(answers).filteredOn(status -> status == 429).hasSize(5);

        String right = json("email", user.email(), "password", PASSWORD);
        HttpResponse<String> refused = authFrom("198.51.100.7", "login", right);
        isProblem(refused, 429, "too_many_logins");
        assertThat(Integer.parseInt(refused.headers().firstValue("Retry-After").orElseThrow()))
                .isBetween(1, 900);
        assertThat(authFrom("198.51.100.8", "login", right).statusCode())
                .as("the owner elsewhere is not locked out")
                .isEqualTo(200);
        SANDBOX.clock().advance(Duration.ofMinutes(15));
        assertThat(authFrom("198.51.100.7", "login", right).statusCode()).isEqualTo(200);
    }

    @Test
    void rightLoginsAreNotCounted() {
        TestUsers.User user = user();
        for (int i = 0; i < settings.logins().ofAccountAndAddress() + 5; i++) {
            assertThat(login(user.email(), PASSWORD).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void whereOneLogsInAnAddressIsLimited() {
        int limit = settings.requests().authPerMinute();
        for (int i = 0; i < limit; i++) {
            assertThat(authFrom("198.51.100.20", "logout", json("refresh_token", "none"))
                            .statusCode())
                    .isEqualTo(200);
        }
        HttpResponse<String> refused = authFrom("198.51.100.20", "logout", json("refresh_token", "none"));
        isProblem(refused, 429, "too_many_requests");
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        assertThat(authFrom("198.51.100.21", "logout", json("refresh_token", "none"))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void whatIsWrongIsNamedAndWhatIsUnknownRefused(CapturedOutput log) {
        HttpResponse<String> role =
                auth("register", "{\"email\":\"a@example.com\",\"password\":\"long enough\",\"role\":\"operator\"}");
        isProblem(role, 400, "malformed_request");
        assertThat(tree(role).path("field").asText()).isEqualTo("role");
        HttpResponse<String> email = auth("register", json("email", "no address", "password", PASSWORD));
        isProblem(email, 422, "validation_failed");
        assertFieldRefused(email, "email");
        for (String bad : List.of("too short", "ü".repeat(37))) {
            HttpResponse<String> password = auth("register", json("email", newEmail(), "password", bad));
            isProblem(password, 422, "validation_failed");
            assertFieldRefused(password, "password");
        }
        assertThat(auth("register", json("email", newEmail(), "password", PASSWORD, "name", "a\nb"))
                        .statusCode())
                .isEqualTo(422);
        assertThat(log.getAll()).doesNotContain("too short", "no address");
        HttpResponse<String> none = auth("login", "{}");
        assertThat(tree(none).path("errors")).hasSize(2);
    }
}
