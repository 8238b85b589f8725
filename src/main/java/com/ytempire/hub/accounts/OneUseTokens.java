package com.ytempire.hub.accounts;

import com.ytempire.hub.platform.Problem;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What links in mails carry: good for one use and half an hour (the setting), kept as a hash only. */
@Component
class OneUseTokens {

    /** What a token is for. */
    enum Purpose {
        VERIFY,
        RESET,
        EMAIL;

        private String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A new token.
     *
     * @param userId null: nobody has the address, the token is good for nothing
     * @param email the address that is proven by using it; null for {@code RESET}
     * @param passwordHash with {@code VERIFY}: of this registration
     * @param name the same
     */
    record Wanted(Purpose purpose, UUID userId, String email, String passwordHash, String name) {}

    /** @param id names its mail */
    record Made(UUID id, String token) {}

    /** What a used one stands for. */
    record Used(String purpose, UUID userId, String email, String passwordHash, String name) {

        boolean is(Purpose other) {
            return other.text().equals(purpose);
        }
    }

    private final JdbcClient jdbc;
    private final Tokens tokens;
    private final Clock clock;
    private final AccountsSettings settings;

    OneUseTokens(JdbcClient jdbc, Tokens tokens, Clock clock, AccountsSettings settings) {
        this.jdbc = jdbc;
        this.tokens = tokens;
        this.clock = clock;
        this.settings = settings;
    }

    Made make(Wanted wanted) {
        Made made = new Made(UUID.randomUUID(), tokens.random());
        Instant now = clock.instant();
        jdbc.sql("""
                        insert into accounts.one_use_token
                            (id, hash, user_id, purpose, email, password_hash, name, created_at, expires_at)
                        values (:id, :hash, :user, :purpose, :email, :password, :name, :now, :until)
                        """)
                .param("id", made.id())
                .param("hash", Tokens.hash(made.token()))
                .param("user", wanted.userId())
                .param("purpose", wanted.purpose().text())
                .param("email", wanted.email())
                .param("password", wanted.passwordHash())
                .param("name", wanted.name())
                .param("now", Timestamp.from(now))
                .param("until", Timestamp.from(now.plus(settings.oneUseToken())))
                .update();
        return made;
    }

    /**
     * Uses it up, in the transaction of what it is used for.
     *
     * @throws Problem 400 {@code invalid_token} when it is not, or no longer, good
     */
    Used use(String token, Purpose... purposes) {
        Instant now = clock.instant();
        return jdbc.sql("""
                        update accounts.one_use_token set used_at = :now
                         where hash = :hash and purpose in (:purposes) and user_id is not null
                           and used_at is null and expires_at > :now
                        returning purpose, user_id, email, password_hash, name
                        """)
                .param("now", Timestamp.from(now))
                .param("hash", Tokens.hash(token))
                .param("purposes", Arrays.stream(purposes).map(Purpose::text).toList())
                .query(Used.class)
                .optional()
                .orElseThrow(OneUseTokens::invalid);
    }

    /** Those of the user that wait for that use are good for nothing from now on. */
    void revoke(UUID user, Purpose purpose) {
        jdbc.sql("""
                        update accounts.one_use_token set used_at = :now
                         where user_id = :user and purpose = :purpose and used_at is null
                        """)
                .param("now", Timestamp.from(clock.instant()))
                .param("user", user)
                .param("purpose", purpose.text())
                .update();
    }

    static Problem invalid() {
        return new Problem(HttpStatus.BAD_REQUEST, "invalid_token", "This link is not, or no longer, good", "token");
    }
}
