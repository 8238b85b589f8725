package com.ytempire.hub.accounts;

import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Who has an account. */
@Component("accounts")
public class Accounts {

    private static final String SELECT =
            "select id, email, email_verified_at, name, phone, role, created_at, closed_at from accounts.account";

    private final JdbcClient jdbc;

    Accounts(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Closed ones too; empty for an unknown id. */
    public Optional<Account> find(UUID id) {
        return jdbc.sql(SELECT + " where id = :id")
                .param("id", id)
                .query(Account.class)
                .optional();
    }

    /** The open account with that address, which need not be proven yet; the letters' case does not matter. */
    public Optional<Account> findByEmail(String email) {
        return jdbc.sql(SELECT + " where lower(email) = lower(:email) and closed_at is null")
                .param("email", email)
                .query(Account.class)
                .optional();
    }
}
