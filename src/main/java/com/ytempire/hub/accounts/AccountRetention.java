package com.ytempire.hub.accounts;

import com.ytempire.hub.notifications.Outbox;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Takes away what proves nothing any more, and accounts whose address nobody has proven. */
@Component("accountRetention")
class AccountRetention {

    private final JdbcClient jdbc;
    private final Outbox outbox;
    private final Clock clock;
    private final AccountsSettings.Retention settings;

    AccountRetention(JdbcClient jdbc, Outbox outbox, Clock clock, AccountsSettings settings) {
        this.jdbc = jdbc;
        this.outbox = outbox;
        this.clock = clock;
        this.settings = settings.retention();
    }

    /**
     * May run twice and at the same time on two nodes: each statement takes what is left.
     *
     * @return what was taken
     */
    @Transactional
    public String apply() {
        Instant now = clock.instant();
        int tallies = delete("accounts.tally where ends_at < :before", now);
        // an expired refresh token is refused by its signature's date, so nobody asks whether it was used
        int refreshes = delete("accounts.refresh_token where expires_at < :before", now);
        int links = delete("accounts.one_use_token where expires_at < :before", before(settings.sessions()));
        int sessions =
                delete("accounts.session where least(ended_at, expires_at) < :before", before(settings.sessions()));
        int requests = delete("accounts.api_request where created_at < :before", before(settings.requests()));
        List<UUID> unverified = jdbc.sql("""
                        delete from accounts.account a
                         where email_verified_at is null and created_at < :before
                           and not exists (select 1 from accounts.one_use_token t
                                            where t.user_id = a.id and t.expires_at > :now)
                        returning id
                        """)
                .param("now", Timestamp.from(now))
                .param("before", Timestamp.from(before(settings.unverified())))
                .query(UUID.class)
                .list();
        unverified.forEach(outbox::forget);
        return "%d sessions, %d refresh tokens, %d links, %d counts, %d requests, %d unproven accounts"
                .formatted(sessions, refreshes, links, tallies, requests, unverified.size());
    }

    private Instant before(Duration keep) {
        return clock.instant().minus(keep);
    }

    private int delete(String what, Instant before) {
        return jdbc.sql("delete from " + what)
                .param("before", Timestamp.from(before))
                .update();
    }
}
