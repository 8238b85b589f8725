package com.ytempire.hub.accounts;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.platform.Paging;
import com.ytempire.hub.platform.SqlColumns;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
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
    private final ObjectMapper json;

    Accounts(JdbcClient jdbc, ObjectMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** Closed ones too; empty for an unknown id. */
    public Optional<Account> find(UUID id) {
        return jdbc.sql(SELECT + " where id = :id")
                .param("id", id)
                .query(Accounts::account)
                .optional();
    }

    /** The open account with that address, which need not be proven yet; the letters' case does not matter. */
    public Optional<Account> findByEmail(String email) {
        return jdbc.sql(SELECT + " where lower(email) = lower(:email) and closed_at is null")
                .param("email", email)
                .query(Accounts::account)
                .optional();
    }

    /** The postal address; empty when it is not known. */
    public Optional<Address> address(UUID id) {
        return jdbc.sql("select address::text from accounts.account where id = :id and address is not null")
                .param("id", id)
                .query(String.class)
                .optional()
                .map(this::read);
    }

    /** Column by column: to find out what belongs where costs more than the query, and this runs with every request. */
    private static Account account(ResultSet row, int number) throws SQLException {
        return new Account(
                row.getObject("id", UUID.class),
                row.getString("email"),
                SqlColumns.instant(row, "email_verified_at"),
                row.getString("name"),
                row.getString("phone"),
                row.getString("role"),
                SqlColumns.instant(row, "created_at"),
                SqlColumns.instant(row, "closed_at"));
    }

    private Address read(String text) {
        try {
            return json.readValue(text, Address.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the address of an account cannot be read", e);
        }
    }

    /** The newest first. */
    List<Account> list(String role, Paging paging) {
        return jdbc.sql(SELECT + " where :role::text is null or role = :role"
                        + " order by created_at desc, id limit :most offset :from")
                .param("role", role)
                .param("most", paging.perPage())
                .param("from", paging.offset())
                .query(Accounts::account)
                .list();
    }

    long count(String role) {
        return jdbc.sql("select count(*) from accounts.account where :role::text is null or role = :role")
                .param("role", role)
                .query(Long.class)
                .single();
    }
}
