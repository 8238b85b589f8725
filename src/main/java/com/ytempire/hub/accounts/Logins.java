package com.ytempire.hub.accounts;

import com.ytempire.hub.platform.Problem;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Lets users in by their password. */
@Component
class Logins {

    private static final Logger LOG = LoggerFactory.getLogger(Logins.class);

    private final JdbcClient jdbc;
    private final Passwords passwords;
    private final LoginLimits limits;
    private final Sessions sessions;

    private record Known(UUID id, String email, String passwordHash) {}

    Logins(JdbcClient jdbc, Passwords passwords, LoginLimits limits, Sessions sessions) {
        this.jdbc = jdbc;
        this.passwords = passwords;
        this.limits = limits;
        this.sessions = sessions;
    }

    /**
     * @throws Problem 401 {@code invalid_credentials}, the same for a wrong password, an address that is not proven, and
     *     one that nobody has; 429 {@code too_many_logins}
     */
    Sessions.Issued login(String email, String password, Client client) {
        limits.attempt(email, client);
        Optional<Known> known = find("lower(email) = lower(:key)", email);
        boolean right =
                passwords.isRight(password, known.map(Known::passwordHash).orElse(null));
        Sessions.Issued issued = known.filter(account -> right)
                .flatMap(account -> sessions.begin(account.id(), account.email(), account.passwordHash(), client))
                .orElseThrow(() -> {
                    LOG.info("login refused, account {}", known.map(Known::id).orElse(null));
                    return refusal();
                });
        limits.succeeded(email, client);
        return issued;
    }

    /**
     * Asks somebody who is logged in for his password once more.
     *
     * @throws Problem 401 {@code invalid_credentials}, 429 {@code too_many_logins}
     */
    void confirm(UUID user, String password, Client client) {
        Known known = find("id = :key", user).orElseThrow(Logins::refusal);
        limits.attempt(known.email(), client);
        if (!passwords.isRight(password, known.passwordHash())) {
            throw refusal();
        }
        limits.succeeded(known.email(), client);
    }

    private Optional<Known> find(String which, Object key) {
        return jdbc.sql("select id, email, password_hash from accounts.account where " + which
                        + " and email_verified_at is not null and closed_at is null")
                .param("key", key)
                .query(Known.class)
                .optional();
    }

    private static Problem refusal() {
        return new Problem(
                HttpStatus.UNAUTHORIZED,
                "invalid_credentials",
                "Address and password do not belong together, or the address is not proven yet");
    }
}
