package com.ytempire.hub.accounts;

import com.ytempire.hub.notifications.AnalyticsEvent;
import com.ytempire.hub.notifications.Outbox;
import com.ytempire.hub.platform.Problem;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * How an account comes to be and how its password and address change. Nobody learns here whether an address has an
 * account: what differs is told by mail.
 *
 * <p>An account has no password before its address is proven. The link in the mail brings the password of the
 * registration that caused it, so that nobody can register for another with a password of his own and wait until the
 * owner follows a link.
 */
@Component
class Registrations {

    private static final Logger LOG = LoggerFactory.getLogger(Registrations.class);

    private final JdbcClient jdbc;
    private final Accounts accounts;
    private final OneUseTokens tokens;
    private final Sessions sessions;
    private final AccountMails mails;
    private final Outbox outbox;
    private final List<AccountChange> changes;
    private final Clock clock;

    Registrations(
            JdbcClient jdbc,
            Accounts accounts,
            OneUseTokens tokens,
            Sessions sessions,
            AccountMails mails,
            Outbox outbox,
            List<AccountChange> changes,
            Clock clock) {
        this.jdbc = jdbc;
        this.accounts = accounts;
        this.tokens = tokens;
        this.sessions = sessions;
        this.mails = mails;
        this.outbox = outbox;
        this.changes = changes;
        this.clock = clock;
    }

    /** @param mayMail false: the address has had enough mails of this kind */
    @Transactional
    public void register(String email, String passwordHash, String name, boolean mayMail) {
        jdbc.sql("""
                        insert into accounts.account (id, email, role, created_at)
                        values (:id, :email, 'user', :now) on conflict do nothing
                        """)
                .param("id", UUID.randomUUID())
                .param("email", email)
                .param("now", Timestamp.from(clock.instant()))
                .update();
        Account account = accounts.findByEmail(email).orElseThrow();
        boolean isNew = account.emailVerifiedAt() == null;
        OneUseTokens.Made token = tokens.make(new OneUseTokens.Wanted(
                OneUseTokens.Purpose.VERIFY, isNew ? account.id() : null, email, passwordHash, name));
        if (!mayMail) {
            LOG.info("no further verification mail to the address of account {} for now", account.id());
        } else if (isNew) {
            mails.verify(account.id(), email, name, token);
        } else {
            mails.exists(account.id(), account.email(), account.name(), token.id());
        }
    }

    /**
     * Proves an address: of a new account, or one an account is to have from now on.
     *
     * @throws Problem 400 {@code invalid_token}; 409 {@code email_taken} when somebody else has proven it meanwhile
     */
    @Transactional
    public void verify(String token) {
        OneUseTokens.Used used = tokens.use(token, OneUseTokens.Purpose.VERIFY, OneUseTokens.Purpose.EMAIL);
        if (used.is(OneUseTokens.Purpose.VERIFY)) {
            open(used);
        } else {
            changeEmail(used);
        }
    }

    private void open(OneUseTokens.Used used) {
        int opened = jdbc.sql("""
                        update accounts.account set email_verified_at = :now, password_hash = :password, name = :name
                         where id = :id and email_verified_at is null and closed_at is null
                        """)
                .param("now", Timestamp.from(clock.instant()))
                .param("password", used.passwordHash())
                .param("name", used.name())
                .param("id", used.userId())
                .update();
        if (opened == 0) {
            throw OneUseTokens.invalid();
        }
        tokens.revoke(used.userId(), OneUseTokens.Purpose.VERIFY);
        outbox.track(new AnalyticsEvent(
                "signed-up:" + used.userId(), "signed_up", used.userId(), clock.instant(), Map.of()));
        LOG.info("account {} is open", used.userId());
    }

    private void changeEmail(OneUseTokens.Used used) {
        Account before = accounts.find(used.userId()).orElseThrow(OneUseTokens::invalid);
        // somebody who registered with the address and could not prove it must not bar its owner
        jdbc.sql("delete from accounts.account where lower(email) = lower(:email) and email_verified_at is null")
                .param("email", used.email())
                .update();
        try {
            int changed = jdbc.sql("""
                            update accounts.account set email = :email, email_verified_at = :now
                             where id = :id and closed_at is null
                            """)
                    .param("email", used.email())
                    .param("now", Timestamp.from(clock.instant()))
                    .param("id", used.userId())
                    .update();
            if (changed == 0) {
                throw OneUseTokens.invalid();
            }
        } catch (DuplicateKeyException e) {
            throw new Problem(HttpStatus.CONFLICT, "email_taken", "This address belongs to another account");
        }
        tokens.revoke(used.userId(), OneUseTokens.Purpose.RESET);
        tokens.revoke(used.userId(), OneUseTokens.Purpose.EMAIL);
        Account after = accounts.find(before.id()).orElseThrow();
        changes.forEach(change -> change.changed(before, after));
        mails.emailChanged(before.id(), before.email(), before.name());
        LOG.info("account {} has another address", used.userId());
    }

    /** Mails a link for a new password to whoever has an account with that address. */
    @Transactional
    public void forgot(String email, boolean mayMail) {
        Optional<Account> account = accounts.findByEmail(email).filter(found -> found.emailVerifiedAt() != null);
        // for nobody as well: it takes the same time
        OneUseTokens.Made token = tokens.make(new OneUseTokens.Wanted(
                OneUseTokens.Purpose.RESET, account.map(Account::id).orElse(null), null, null, null));
        account.filter(known -> mayMail)
                .ifPresent(known -> mails.reset(known.id(), known.email(), known.name(), token));
    }

    /** @throws Problem 400 {@code invalid_token} */
    @Transactional
    public void reset(String token, String passwordHash) {
        OneUseTokens.Used used = tokens.use(token, OneUseTokens.Purpose.RESET);
        setPassword(used.userId(), passwordHash);
    }

    /** Mails a link to the address the account is to have. */
    @Transactional
    public void askForEmail(UUID user, String email, boolean mayMail) {
        Account account = accounts.find(user).orElseThrow();
        boolean taken = accounts.findByEmail(email)
                .filter(other -> other.emailVerifiedAt() != null)
                .isPresent();
        OneUseTokens.Made token = tokens.make(
                new OneUseTokens.Wanted(OneUseTokens.Purpose.EMAIL, taken ? null : user, email, null, null));
        if (!taken && mayMail) {
            mails.verify(user, email, account.name(), token);
        }
    }

    /** Ends all sessions, and what was asked for under the old password. */
    @Transactional
    public void setPassword(UUID user, String passwordHash) {
        Account account = accounts.find(user).orElseThrow(OneUseTokens::invalid);
        int changed = jdbc.sql("update accounts.account set password_hash = :password"
                        + " where id = :id and closed_at is null")
                .param("password", passwordHash)
                .param("id", user)
                .update();
        if (changed == 0) {
            throw OneUseTokens.invalid();
        }
        int ended = sessions.endAll(user, "password");
        tokens.revoke(user, OneUseTokens.Purpose.RESET);
        tokens.revoke(user, OneUseTokens.Purpose.EMAIL);
        mails.passwordChanged(user, account.email(), account.name());
        LOG.info("password of account {} changed, {} sessions ended", user, ended);
    }
}
