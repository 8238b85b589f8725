package com.ytempire.hub.accounts;

import com.ytempire.hub.platform.ApiAnswer;
import com.ytempire.hub.platform.Problem;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** How users come in. The answers are the same whether an address has an account or not. */
@RestController
@RequestMapping("/api/v1/auth")
class AuthController {

    /** The longest a mail address can be, RFC 5321 4.5.3.1. */
    static final int LONGEST_ADDRESS = 254;

    static final int LONGEST_NAME = 200;
    static final int LONGEST_PASSWORD = 1_000; // beyond what can be used, so that the refusal says how long it may be
    static final String PRINTABLE = "\\P{Cntrl}*";
    private static final int LONGEST_TOKEN = 2_000;

    private final Passwords passwords;
    private final Registrations registrations;
    private final Logins logins;
    private final Sessions sessions;
    private final LoginLimits limits;

    AuthController(
            Passwords passwords, Registrations registrations, Logins logins, Sessions sessions, LoginLimits limits) {
        this.passwords = passwords;
        this.registrations = registrations;
        this.logins = logins;
        this.sessions = sessions;
        this.limits = limits;
    }

    record Registration(
            @NotBlank @Email @Size(max = LONGEST_ADDRESS) String email,
            @NotNull @Size(max = LONGEST_PASSWORD) String password,

            @Size(max = LONGEST_NAME) @Pattern(regexp = PRINTABLE, message = "one line of text")
            String name) {}

    record Login(
            @NotBlank @Size(max = LONGEST_ADDRESS) String email,
            @NotBlank @Size(max = LONGEST_PASSWORD) String password) {}

    record MailAddress(
            @NotBlank @Email @Size(max = LONGEST_ADDRESS) String email) {}

    record LinkToken(@NotBlank @Size(max = LONGEST_TOKEN) String token) {}

    record RefreshToken(@NotBlank @Size(max = LONGEST_TOKEN) String refreshToken) {}

    record PasswordReset(
            @NotBlank @Size(max = LONGEST_TOKEN) String token,
            @NotNull @Size(max = LONGEST_PASSWORD) String password) {}

    /** The account can be used once its address is proven by the link in the mail. */
    @PostMapping("/register")
    @ResponseStatus(HttpStatus.ACCEPTED)
    ApiAnswer<Map<String, String>> register(@RequestBody @Valid Registration registration) {
        String hash = passwords.hash(registration.password(), "password");
        registrations.register(registration.email(), hash, registration.name(), limits.mayMail(registration.email()));
        return status("verification_sent");
    }

    /** Of a registration or of a change of address. */
    @PostMapping("/verify")
    ApiAnswer<Map<String, String>> verify(@RequestBody @Valid LinkToken token) {
        registrations.verify(token.token());
        return status("verified");
    }

    /** @throws Problem 401 {@code invalid_credentials}, 429 {@code too_many_logins} */
    @PostMapping("/login")
    ApiAnswer<Sessions.Issued> login(@RequestBody @Valid Login login, Client client) {
        return ApiAnswer.of(logins.login(login.email(), login.password(), client));
    }

    @PostMapping("/refresh")
    ApiAnswer<Sessions.Issued> refresh(@RequestBody @Valid RefreshToken token) {
        return ApiAnswer.of(sessions.refresh(token.refreshToken()));
    }

    @PostMapping("/logout")
    ApiAnswer<Map<String, String>> logout(@RequestBody @Valid RefreshToken token) {
        sessions.logout(token.refreshToken());
        return status("logged_out");
    }

    @PostMapping("/forgot")
    @ResponseStatus(HttpStatus.ACCEPTED)
    ApiAnswer<Map<String, String>> forgot(@RequestBody @Valid MailAddress address) {
        registrations.forgot(address.email(), limits.mayMail(address.email()));
        return status("reset_sent");
    }

    /** Ends all sessions. */
    @PostMapping("/reset")
    ApiAnswer<Map<String, String>> reset(@RequestBody @Valid PasswordReset change) {
        registrations.reset(change.token(), passwords.hash(change.password(), "password"));
        return status("password_changed");
    }

    private static ApiAnswer<Map<String, String>> status(String status) {
        return ApiAnswer.of(Map.of("status", status));
    }
}
