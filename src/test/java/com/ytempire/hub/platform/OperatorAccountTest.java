package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.ytempire.hub.platform.LoginAttempts.TooMany;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.web.authentication.WebAuthenticationDetails;

class OperatorAccountTest {

    private final BCryptPasswordEncoder encoder = new BCryptPasswordEncoder(4);
    private final ByteArrayOutputStream console = new ByteArrayOutputStream();

    @TempDir
    Path data;

    private OperatorAccount account(String password) {
        try (DataFolder folder = DataFolder.open(data)) {
            return OperatorAccount.of(
                    "operator",
                    password,
                    encoder,
                    maker -> folder.secret(OperatorAccount.SECRET, maker),
                    new PrintStream(console, true));
        }
    }

    @Test
    void aGeneratedPasswordIsShownOnceAndKeptAsItsHash() throws Exception {
        OperatorAccount first = account("");
        String shown = console.toString().replaceAll("(?s).*Operator login: operator / (\\S+).*", "$1");
        assertThat(shown).hasSizeGreaterThanOrEqualTo(20);
        assertThat(encoder.matches(shown, first.passwordHash())).isTrue();
        assertThat(Files.readString(data.resolve("secrets"))).doesNotContain(shown);

        console.reset();
        assertThat(account("").passwordHash()).isEqualTo(first.passwordHash());
        assertThat(console.toString()).isEmpty();
    }

    @Test
    void aGivenPasswordIsUsedClearOrHashedAndNeverKept() {
        assertThat(encoder.matches("geheim", account("geheim").passwordHash())).isTrue();
        String hash = encoder.encode("geheim");
        assertThat(account("{bcrypt}" + hash).passwordHash()).isEqualTo(hash);
        assertThat(data.resolve("secrets")).doesNotExist();
        assertThatThrownBy(() -> account("x".repeat(73)))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("HUB_OPERATOR_PASSWORD");
    }

    @Test
    void guessingIsStoppedEvenWhenTheGuessIsRight() {
        OperatorLogin login = new OperatorLogin(
                account("geheim"), encoder, new LoginAttempts(3, Duration.ofMinutes(1), System::nanoTime, null));
        assertThat(login.authenticate(attempt("operator", "geheim")).isAuthenticated())
                .isTrue();
        assertThatThrownBy(() -> login.authenticate(attempt("admin", "geheim")))
                .isInstanceOf(BadCredentialsException.class);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> login.authenticate(attempt("operator", "guess")))
                    .isInstanceOf(BadCredentialsException.class);
        }
        assertThatThrownBy(() -> login.authenticate(attempt("operator", "geheim")))
                .isInstanceOf(TooMany.class);
    }

    private static Authentication attempt(String user, String password) {
        UsernamePasswordAuthenticationToken token = UsernamePasswordAuthenticationToken.unauthenticated(user, password);
        token.setDetails(new WebAuthenticationDetails(new MockHttpServletRequest()));
        return token;
    }
}
