package com.ytempire.hub.accounts;

import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    private final Tokens tokens;
    private final Clock clock;

    TestUsers(JdbcClient jdbc, Sessions sessions, Tokens tokens, Clock clock) {
        this.jdbc = jdbc;
        this.sessions = sessions;
        this.tokens = tokens;
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

    /**
     * Tokens that are none, by what is wrong with them.
     *
     * @param other somebody whose place is taken in a changed one
     */
    public Map<String, String> badTokens(User user, User other) {
        Map<String, String> bad = new LinkedHashMap<>();
        UUID session = tokens.readAccess(user.token()).orElseThrow().session();
        bad.put(
                "expired",
                tokens.access(
                        user.id(),
                        user.email(),
                        session,
                        clock.instant().minus(Duration.ofHours(1)),
                        Duration.ofMinutes(15)));
        bad.put(
                "signed with another key",
                new Tokens(List.of(new byte[32]), clock)
                        .access(user.id(), user.email(), session, clock.instant(), Duration.ofMinutes(15)));
        String[] parts = user.token().split("\\.");
        bad.put("of no algorithm", text("{\"alg\":\"none\",\"typ\":\"JWT\"}") + "." + parts[1] + ".");
        bad.put("for refreshing", user.refreshToken());
        String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
        bad.put(
                "with changed claims",
                parts[0] + "."
                        + text(claims.replace(user.id().toString(), other.id().toString())) + "." + parts[2]);
        User gone = again(user);
        UUID ended = tokens.readAccess(gone.token()).orElseThrow().session();
        sessions.end(user.id(), ended, "ended");
        bad.put("of a session that has ended", gone.token());
        return bad;
    }

    private static String text(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    /** A key of that user, whatever his plan says. */
    public String apiKey(User user) {
        String key = ApiKeys.PREFIX + tokens.random();
        jdbc.sql("""
                        insert into accounts.api_key (id, user_id, name, hash, start, created_at)
                        values (:id, :user, 'test', :hash, :start, :now)
                        """)
                .param("id", UUID.randomUUID())
                .param("user", user.id())
                .param("hash", Tokens.hash(key))
                .param("start", key.substring(0, 8))
                .param("now", Timestamp.from(clock.instant()))
                .update();
        return key;
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
