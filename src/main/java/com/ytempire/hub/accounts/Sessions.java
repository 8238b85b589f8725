package com.ytempire.hub.accounts;

import com.ytempire.hub.platform.Problem;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Where users are logged in. A session lives on by its refresh tokens, each good for one use; every access token names
 * its session and is worth nothing once that has ended.
 */
@Component
class Sessions {

    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

    private final JdbcClient jdbc;
    private final Tokens tokens;
    private final Clock clock;
    private final AccountsSettings settings;

    /**
     * What a client gets to log in with.
     *
     * @param expiresIn seconds
     * @param refreshExpiresIn seconds
     */
    record Issued(
            String accessToken,
            String tokenType,
            long expiresIn,
            String refreshToken,
            long refreshExpiresIn,
            UUID sessionId) {}

    /** A session as its user sees it. */
    record Session(
            UUID id, String userAgent, String address, Instant createdAt, Instant lastUsedAt, Instant expiresAt) {}

    /** @param usedAt null while it is unused */
    private record Refresh(UUID userId, String email, Instant createdAt, Instant expiresAt, Instant usedAt) {}

    Sessions(JdbcClient jdbc, Tokens tokens, Clock clock, AccountsSettings settings) {
        this.jdbc = jdbc;
        this.tokens = tokens;
        this.clock = clock;
        this.settings = settings;
    }

    /**
     * @param passwordHash the one that was found right: when it has been changed since, nobody is let in
     * @return empty when it has
     */
    @Transactional
    public Optional<Issued> begin(UUID user, String email, String passwordHash, Client client) {
        UUID session = UUID.randomUUID();
        Instant now = clock.instant();
        Instant until = now.plus(settings.refreshToken());
        int begun = jdbc.sql("""
                        insert into accounts.session
                            (id, user_id, user_agent, address, created_at, last_used_at, expires_at)
                        select :id, a.id, :agent, :address, :now, :now, :until from accounts.account a
                         where a.id = :user and a.password_hash = :hash and a.closed_at is null
                           for share
                        """)
                .param("id", session)
                .param("user", user)
                .param("hash", passwordHash)
                .param("agent", client.userAgent())
                .param("address", client.address())
                .param("now", Timestamp.from(now))
                .param("until", Timestamp.from(until))
                .update();
        if (begun == 0) {
            return Optional.empty();
        }
        String id = tokens.random();
        keep(id, session, now, until);
        return Optional.of(issue(user, email, session, id, now, until));
    }

    /**
     * Exchanges a refresh token. One that is presented again ends its session, for either the one or the other who has it
     * stole it. But not within a few seconds (the setting): then it is the same client, whose answer was lost or who asks
     * from two windows at once, and it gets the same successor again, unless that has been used already.
     *
     * @throws Problem 401 {@code invalid_token}
     */
    @Transactional(noRollbackFor = Problem.class)
    public Issued refresh(String token) {
        Tokens.Claims claims = tokens.readRefresh(token).orElseThrow(Sessions::invalid);
        Instant now = clock.instant();
        List<String> successors = tokens.successors(claims.id());
        if (use(claims.id(), now)) {
            Refresh used = find(claims.id(), claims.session()).orElseThrow(Sessions::invalid);
            Instant until = now.plus(settings.refreshToken());
            String next = successors.get(0);
            keep(next, claims.session(), now, until);
            jdbc.sql("update accounts.session set last_used_at = :now, expires_at = :until where id = :id")
                    .param("now", Timestamp.from(now))
                    .param("until", Timestamp.from(until))
                    .param("id", claims.session())
                    .update();
            return issue(used.userId(), used.email(), claims.session(), next, now, until);
        }
        Refresh again = find(claims.id(), claims.session()).orElseThrow(Sessions::invalid);
        String given = successors.stream()
                .filter(id -> find(id, claims.session()).isPresent())
                .findFirst()
                .orElseThrow(Sessions::invalid);
        Refresh successor = find(given, claims.session()).orElseThrow(Sessions::invalid);
        boolean repeated = successor.usedAt() == null
                && again.usedAt().plus(settings.refreshGrace()).isAfter(now);
        if (!repeated) {
            LOG.warn(
                    "a used refresh token was presented: session {} of user {} ends",
                    claims.session(),
                    claims.userId());
            end(claims.userId(), claims.session(), "reuse");
            throw invalid();
        }
        return issue(
                again.userId(), again.email(), claims.session(), given, successor.createdAt(), successor.expiresAt());
    }

    /** Of two at once one is first; the other waits for its commit. */
    private boolean use(String id, Instant now) {
        return jdbc.sql("""
                                update accounts.refresh_token r set used_at = :now
                                  from accounts.session s join accounts.account a on a.id = s.user_id
                                 where r.hash = :hash and r.used_at is null and r.expires_at > :now
                                   and s.id = r.session_id and s.ended_at is null and a.closed_at is null
                                """)
                        .param("now", Timestamp.from(now))
                        .param("hash", Tokens.hash(id))
                        .update()
                == 1;
    }

    /** Of a session that has not ended. */
    private Optional<Refresh> find(String id, UUID session) {
        return jdbc.sql("""
                        select s.user_id, a.email, r.created_at, r.expires_at, r.used_at
                          from accounts.refresh_token r
                          join accounts.session s on s.id = r.session_id
                          join accounts.account a on a.id = s.user_id
                         where r.hash = :hash and s.id = :session and s.ended_at is null
                        """)
                .param("hash", Tokens.hash(id))
                .param("session", session)
                .query(Refresh.class)
                .optional();
    }

    private void keep(String id, UUID session, Instant now, Instant until) {
        jdbc.sql("""
                        insert into accounts.refresh_token (hash, session_id, created_at, expires_at)
                        values (:hash, :session, :now, :until)
                        """)
                .param("hash", Tokens.hash(id))
                .param("session", session)
                .param("now", Timestamp.from(now))
                .param("until", Timestamp.from(until))
                .update();
    }

    private Issued issue(UUID user, String email, UUID session, String refreshId, Instant from, Instant until) {
        return new Issued(
                tokens.access(user, email, session, clock.instant(), settings.accessToken()),
                "Bearer",
                settings.accessToken().toSeconds(),
                tokens.refresh(user, email, session, refreshId, from, until),
                settings.refreshToken().toSeconds(),
                session);
    }

    private static Problem invalid() {
        return new Problem(HttpStatus.UNAUTHORIZED, "invalid_token", "This refresh token is not, or no longer, good");
    }

    /** Who an access token lets in; empty when its session or account has ended. */
    Optional<UserLogin> login(Tokens.Claims claims) {
        return jdbc.sql("""
                        select a.role = 'operator' from accounts.session s join accounts.account a on a.id = s.user_id
                         where s.id = :session and s.user_id = :user and s.ended_at is null and a.closed_at is null
                        """)
                .param("session", claims.session())
                .param("user", claims.userId())
                .query(Boolean.class)
                .optional()
                .map(isOperator -> new UserLogin(claims.userId(), isOperator, claims.session()));
    }

    /** The session a refresh token belongs to ends; a token that is no good changes nothing. */
    void logout(String refreshToken) {
        tokens.readRefresh(refreshToken).ifPresent(claims -> end(claims.userId(), claims.session(), "logout"));
    }

    /** @return false when the user has no such session that lives */
    boolean end(UUID user, UUID session, String reason) {
        return jdbc.sql("""
                                update accounts.session set ended_at = :now, ended_reason = :reason
                                 where id = :id and user_id = :user and ended_at is null
                                """)
                        .param("now", Timestamp.from(clock.instant()))
                        .param("reason", reason)
                        .param("id", session)
                        .param("user", user)
                        .update()
                == 1;
    }

    int endAll(UUID user, String reason) {
        return jdbc.sql("""
                        update accounts.session set ended_at = :now, ended_reason = :reason
                         where user_id = :user and ended_at is null
                        """)
                .param("now", Timestamp.from(clock.instant()))
                .param("reason", reason)
                .param("user", user)
                .update();
    }

    /** Those that live, the newest first. */
    List<Session> list(UUID user) {
        return jdbc.sql("""
                        select id, user_agent, address, created_at, last_used_at, expires_at from accounts.session
                         where user_id = :user and ended_at is null and expires_at > :now
                         order by created_at desc, id
                        """)
                .param("user", user)
                .param("now", Timestamp.from(clock.instant()))
                .query(Session.class)
                .list();
    }
}
