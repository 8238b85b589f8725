package com.ytempire.hub.accounts;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.notifications.Outbox;
import com.ytempire.hub.notifications.Preferences;
import com.ytempire.hub.platform.Json;
import com.ytempire.hub.platform.Page;
import com.ytempire.hub.platform.Paging;
import com.ytempire.hub.platform.Problem;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** What is known of the people behind accounts: shown, changed, exported, and forgotten when they leave. */
@Component
class Profiles {

    private static final Logger LOG = LoggerFactory.getLogger(Profiles.class);

    private final JdbcClient jdbc;
    private final Accounts accounts;
    private final Sessions sessions;
    private final ApiKeys keys;
    private final Outbox outbox;
    private final Preferences preferences;
    private final List<AccountChange> changes;
    private final List<AccountClosing> closings;
    private final List<AccountExport> exports;
    private final ObjectMapper json;
    private final Clock clock;

    /** An account with its postal address. */
    record Profile(Account account, Address address) {}

    Profiles(
            JdbcClient jdbc,
            Accounts accounts,
            Sessions sessions,
            ApiKeys keys,
            Outbox outbox,
            Preferences preferences,
            List<AccountChange> changes,
            List<AccountClosing> closings,
            List<AccountExport> exports,
            ObjectMapper json,
            Clock clock) {
        this.jdbc = jdbc;
        this.accounts = accounts;
        this.sessions = sessions;
        this.keys = keys;
        this.outbox = outbox;
        this.preferences = preferences;
        this.changes = changes;
        this.closings = closings;
        this.exports = exports;
        this.json = json;
        this.clock = clock;
    }

    /** @throws Problem 404 */
    Profile show(UUID user) {
        return new Profile(find(user), accounts.address(user).orElse(null));
    }

    private Account find(UUID user) {
        return accounts.find(user)
                .orElseThrow(() -> new Problem(HttpStatus.NOT_FOUND, "not_found", "There is no such user"));
    }

    /** What is null stays as it is; an empty text is taken out. */
    @Transactional
    public void change(UUID user, String name, String phone, Address address) {
        // of two at once the second begins with what the first has left
        jdbc.sql("select id from accounts.account where id = :id for update")
                .param("id", user)
                .query(UUID.class)
                .optional();
        Account before = find(user);
        jdbc.sql("""
                        update accounts.account set
                               name = case when :name::text is null then name else nullif(:name, '') end,
                               phone = case when :phone::text is null then phone else nullif(:phone, '') end,
                               address = coalesce(:address::jsonb, address)
                         where id = :id and closed_at is null
                        """)
                .param("name", name)
                .param("phone", phone)
                .param("address", address == null ? null : Json.text(json, address))
                .param("id", user)
                .update();
        Account after = find(user);
        changes.forEach(change -> change.changed(before, after));
    }

    /** All that is known of a user; each area adds a section. */
    Map<String, Object> export(UUID user) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("exported_at", clock.instant());
        Profile profile = show(user);
        all.put("account", profile.account());
        all.put("address", profile.address());
        all.put("sessions", sessions.list(user));
        all.put("api_keys", keys.list(user));
        all.put("preferences", preferences.of(user));
        exports.forEach(section -> all.put(section.section(), section.of(user)));
        return all;
    }

    /** Ends the account: what it had bought is cancelled, nobody gets in any more, and nothing personal is left. */
    @Transactional
    public void close(UUID user) {
        int closed = jdbc.sql("update accounts.account set closed_at = :now where id = :id and closed_at is null")
                .param("now", Timestamp.from(clock.instant()))
                .param("id", user)
                .update();
        if (closed == 0) {
            return; // of two at once, the other has done it
        }
        closings.forEach(closing -> closing.close(user));
        jdbc.sql("""
                        update accounts.account
                           set email = 'closed-' || id || '@account.invalid', password_hash = null, name = null,
                               phone = null, address = null
                         where id = :id
                        """).param("id", user).update();
        for (String table : List.of("session", "api_key", "one_use_token")) {
            jdbc.sql("delete from accounts." + table + " where user_id = :user")
                    .param("user", user)
                    .update();
        }
        // answers to repeated requests hold what was asked for
        jdbc.sql("delete from accounts.api_request where caller = :user")
                .param("user", user.toString())
                .update();
        outbox.forget(user);
        LOG.info("account {} is closed", user);
    }

    /** @param role null: all */
    Page<Account> list(String role, Paging paging) {
        return new Page<>(accounts.list(role, paging), accounts.count(role), paging);
    }

    /** Counts from the next request on, also in sessions that live. */
    Profile setRole(UUID user, String role, Caller by) {
        Account account = find(user);
        if (account.closedAt() != null) {
            throw new Problem(HttpStatus.CONFLICT, "account_closed", "This account is closed");
        }
        jdbc.sql("update accounts.account set role = :role where id = :id and closed_at is null")
                .param("role", role)
                .param("id", user)
                .update();
        LOG.info("{} made user {} {}", by.name(), user, role);
        return show(user);
    }
}
