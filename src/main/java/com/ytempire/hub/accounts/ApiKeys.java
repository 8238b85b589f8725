package com.ytempire.hub.accounts;

import com.ytempire.hub.platform.Problem;
import com.ytempire.hub.platform.Refused;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Keys with which users' own programs come in, for those whose plan grants them; operators need no plan. */
@Component
class ApiKeys {

    /** What every key begins with, so that it is known from a token, and found by those who search for leaked ones. */
    static final String PREFIX = "hub_";

    private static final Logger LOG = LoggerFactory.getLogger(ApiKeys.class);
    private static final String FEATURE = "api_access";
    private static final int SHOWN = 8;
    private static final Duration TO_THE_MINUTE = Duration.ofMinutes(1);

    private final JdbcClient jdbc;
    private final Tokens tokens;
    private final ObjectProvider<Entitlements> entitlements;
    private final Clock clock;
    private final AccountsSettings settings;

    /** A key as its user sees it afterwards. */
    record Key(UUID id, String name, String start, Instant createdAt, Instant lastUsedAt) {}

    /** @param key shown once */
    record Created(UUID id, String name, String key, Instant createdAt) {}

    private record Known(UUID id, UUID userId, boolean isOperator, Instant lastUsedAt) {}

    ApiKeys(
            JdbcClient jdbc,
            Tokens tokens,
            ObjectProvider<Entitlements> entitlements,
            Clock clock,
            AccountsSettings settings) {
        this.jdbc = jdbc;
        this.tokens = tokens;
        this.entitlements = entitlements;
        this.clock = clock;
        this.settings = settings;
    }

    /** @throws Problem 403 {@code feature_not_in_plan}; 409 {@code too_many_keys} */
    @Transactional
    public Created create(Caller caller, String name) {
        UUID user = caller.mustBeUser();
        if (!isGranted(user, caller.isOperator())) {
            throw notInPlan();
        }
        // of two at once the second counts the first
        jdbc.sql("select id from accounts.account where id = :id and closed_at is null for update")
                .param("id", user)
                .query(UUID.class)
                .optional()
                .orElseThrow(ApiKeys::closed);
        if (list(user).size() >= settings.apiKeys()) {
            throw new Problem(
                    HttpStatus.CONFLICT, "too_many_keys", "There may be %d keys".formatted(settings.apiKeys()));
        }
        Created created = new Created(UUID.randomUUID(), name, PREFIX + tokens.random(), clock.instant());
        jdbc.sql("""
                        insert into accounts.api_key (id, user_id, name, hash, start, created_at)
                        values (:id, :user, :name, :hash, :start, :now)
                        """)
                .param("id", created.id())
                .param("user", user)
                .param("name", name)
                .param("hash", Tokens.hash(created.key()))
                .param("start", created.key().substring(0, SHOWN))
                .param("now", Timestamp.from(created.createdAt()))
                .update();
        LOG.info("user {} made API key {}", user, created.id());
        return created;
    }

    /** Oldest first. */
    List<Key> list(UUID user) {
        return jdbc.sql("""
                        select id, name, start, created_at, last_used_at from accounts.api_key
                         where user_id = :user order by created_at, id
                        """).param("user", user).query(Key.class).list();
    }

    /** @return false when the user has no such key */
    boolean delete(UUID user, UUID id) {
        return jdbc.sql("delete from accounts.api_key where id = :id and user_id = :user")
                        .param("id", id)
                        .param("user", user)
                        .update()
                == 1;
    }

    /**
     * Who a key lets in; empty when there is no such key.
     *
     * @throws Refused 403 {@code feature_not_in_plan} when the plan no longer grants keys
     */
    Optional<UserLogin> login(String key) {
        Optional<Known> known =
                jdbc.sql("""
                        select k.id, k.user_id, a.role = 'operator' as is_operator, k.last_used_at
                          from accounts.api_key k join accounts.account a on a.id = k.user_id
                         where k.hash = :hash and a.closed_at is null
                        """).param("hash", Tokens.hash(key)).query(Known.class).optional();
        known.ifPresent(found -> {
            if (!isGranted(found.userId(), found.isOperator())) {
                throw new Refused(notInPlan());
            }
            noteUse(found);
        });
        return known.map(found -> new UserLogin(found.userId(), found.isOperator(), null));
    }

    private void noteUse(Known key) {
        Instant now = clock.instant();
        if (key.lastUsedAt() == null || key.lastUsedAt().plus(TO_THE_MINUTE).isBefore(now)) {
            jdbc.sql("update accounts.api_key set last_used_at = :now where id = :id")
                    .param("now", Timestamp.from(now))
                    .param("id", key.id())
                    .update();
        }
    }

    private boolean isGranted(UUID user, boolean isOperator) {
        Entitlements plans = entitlements.getIfAvailable();
        return isOperator || plans != null && plans.grants(user, FEATURE);
    }

    private static Problem closed() {
        return new Problem(HttpStatus.CONFLICT, "account_closed", "This account is closed");
    }

    private static Problem notInPlan() {
        return new Problem(HttpStatus.FORBIDDEN, "feature_not_in_plan", "Your plan has no API keys");
    }
}
