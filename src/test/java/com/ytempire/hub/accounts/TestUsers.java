package com.ytempire.hub.accounts;

import java.sql.Timestamp;
import java.time.Clock;
import java.util.UUID;
import org.springframework.boot.test.context.TestComponent;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/** Users for tests, as if they had registered, proven their address and logged in, without the hashing and the mails. */
@TestComponent
public class TestUsers {

    /** The password of all of them. */
    public static final String PASSWORD = "correct horse battery";

    private static final String HASH = new BCryptPasswordEncoder(4).encode(PASSWORD);

    private final JdbcClient jdbc;
    private final Sessions sessions;
    private final Clock clock;

    TestUsers(JdbcClient jdbc, Sessions sessions, Clock clock) {
        this.jdbc = jdbc;
        this.sessions = sessions;
        this.clock = clock;
    }

    /**
     * A user.
     *
     * @param token an access token, good for 15 minutes of the hub's clock
     */
    public record User(UUID id, String email, String token, String refreshToken) {}

    /** Somebody new. */
    public User user() {
        return add("user");
    }

    /** Somebody new with the role of an operator. */
    public User operator() {
        return add("operator");
    }

    /** The same user with fresh tokens, for tests that move the clock. */
    public User again(User user) {
        Sessions.Issued issued = sessions.begin(user.id(), user.email(), HASH, new Client("127.0.0.1", "tests"))
                .orElseThrow();
        return new User(user.id(), user.email(), issued.accessToken(), issued.refreshToken());
    }

    private User add(String role) {
        UUID id = UUID.randomUUID();
        String email = "user-" + id + "@example.com";
        jdbc.sql("""
                        insert into accounts.account
                            (id, email, email_verified_at, password_hash, name, role, created_at)
                        values (:id, :email, :now, :hash, 'Ute User', :role, :now)
                        """)
                .param("id", id)
                .param("email", email)
                .param("now", Timestamp.from(clock.instant()))
                .param("hash", HASH)
                .param("role", role)
                .update();
        return again(new User(id, email, null, null));
    }
}
