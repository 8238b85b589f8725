package com.ytempire.hub.billing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.platform.Json;
import com.ytempire.hub.platform.Paging;
import com.ytempire.hub.platform.Problem;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The mirror as the API shows it: the columns the business reads, and for one object Stripe's own text. */
@Component
class MirrorReader {

    private static final List<String> COMMON = List.of("id", "status", "state_at", "verified", "deleted_at", "version");

    private final JdbcClient jdbc;
    private final ObjectMapper json;

    MirrorReader(JdbcClient jdbc, ObjectMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    static boolean hasCustomer(MirrorKind kind) {
        return kind.columns().stream().anyMatch(column -> column.name().equals("customer"));
    }

    /** Newest first. */
    List<Map<String, Object>> list(MirrorKind kind, UUID user, String customer, String status, Paging paging) {
        return select(
                        kind,
                        "*" + invoice(kind),
                        user,
                        customer,
                        status,
                        " order by created_at desc nulls last, id limit :limit offset :offset")
                .param("limit", paging.perPage())
                .param("offset", paging.offset())
                .query((row, number) -> columns(kind, row))
                .list();
    }

    long count(MirrorKind kind, UUID user, String customer, String status) {
        return select(kind, "count(*)", user, customer, status, "")
                .query(Long.class)
                .single();
    }

    private JdbcClient.StatementSpec select(
            MirrorKind kind, String what, UUID user, String customer, String status, String order) {
        StringBuilder sql =
                new StringBuilder("select %s from billing.%s as mirrored where true".formatted(what, kind.table()));
        Map<String, Object> values = new LinkedHashMap<>();
        if (user != null) {
            sql.append(" and ").append(isOwned(kind));
            values.put("user", user);
        }
        if (customer != null) {
            sql.append(" and customer = :customer");
            values.put("customer", customer);
        }
        if (status != null) {
            sql.append(" and status = :status");
            values.put("status", status);
        }
        return jdbc.sql(sql.append(order).toString()).params(values);
    }

    /** Whose an object is shows at its customer; a refund's or dispute's at the charge or payment it is about. */
    private static String isOwned(MirrorKind kind) {
        String customers = "(select customer from billing.customer_owner where user_id = :user)";
        return switch (kind) {
            case PRODUCT, PRICE -> "false";
            case CUSTOMER -> "id in " + customers;
            case REFUND, DISPUTE ->
                "(charge in (select id from billing.charge where customer in %1$s)"
                        .concat(" or payment in (select id from billing.payment where customer in %1$s))")
                        .formatted(customers);
            default -> "customer in " + customers;
        };
    }

    /**
     * With Stripe's own text for operators, who have no user here.
     *
     * @param user whose it must be; null for operators
     * @throws Problem 404 for an unknown object, and for another's
     */
    Map<String, Object> find(MirrorKind kind, UUID user, String id) {
        return jdbc.sql("select *, object::text as object_text" + invoice(kind) + " from billing." + kind.table()
                        + " as mirrored where id = :id and (:user::uuid is null or " + isOwned(kind) + ")")
                .param("id", id)
                .param("user", user)
                .query((row, number) -> {
                    Map<String, Object> object = columns(kind, row);
                    if (user == null) {
                        object.put("object", Json.tree(json, row.getString("object_text")));
                    }
                    return object;
                })
                .optional()
                .orElseThrow(() -> new Problem(HttpStatus.NOT_FOUND, "not_found", "The mirror does not hold it"));
    }

    /** Since 2025-03-31.basil only the invoice knows its payment; before that each knew the other. */
    private static String invoice(MirrorKind kind) {
        return switch (kind) {
            case PAYMENT -> ", (select min(id) from billing.invoice where payment = mirrored.id) as invoice";
            case CHARGE -> ", (select min(id) from billing.invoice where payment = mirrored.payment) as invoice";
            default -> "";
        };
    }

    private static Map<String, Object> columns(MirrorKind kind, ResultSet row) throws SQLException {
        Map<String, Object> columns = new LinkedHashMap<>();
        for (String name : COMMON) {
            columns.put(name, value(row, name));
        }
        for (MirrorKind.Column column : kind.columns()) {
            columns.put(column.name(), value(row, column.name()));
        }
        if (!invoice(kind).isEmpty()) {
            columns.put("invoice", value(row, "invoice"));
        }
        return columns;
    }

    private static Object value(ResultSet row, String column) throws SQLException {
        Object value = row.getObject(column);
        return value instanceof Timestamp time ? time.toInstant() : value;
    }
}
