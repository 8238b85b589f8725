package com.ytempire.hub.billing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.platform.Paging;
import com.ytempire.hub.platform.Problem;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    List<Map<String, Object>> list(MirrorKind kind, String customer, String status, Paging paging) {
        return select(
                        kind,
                        "*" + invoice(kind),
                        customer,
                        status,
                        " order by created_at desc nulls last, id limit :limit offset :offset")
                .param("limit", paging.perPage())
                .param("offset", paging.offset())
                .query((row, number) -> columns(kind, row))
                .list();
    }

    long count(MirrorKind kind, String customer, String status) {
        return select(kind, "count(*)", customer, status, "").query(Long.class).single();
    }

    private JdbcClient.StatementSpec select(
            MirrorKind kind, String what, String customer, String status, String order) {
        StringBuilder sql =
                new StringBuilder("select %s from billing.%s as mirrored where true".formatted(what, kind.table()));
        Map<String, Object> values = new LinkedHashMap<>();
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

    /** @throws Problem 404 for an unknown object */
    Map<String, Object> find(MirrorKind kind, String id) {
        return jdbc.sql("select *, object::text as object_text" + invoice(kind) + " from billing." + kind.table()
                        + " as mirrored where id = :id")
                .param("id", id)
                .query((row, number) -> {
                    Map<String, Object> object = columns(kind, row);
                    object.put("object", tree(row.getString("object_text")));
                    return object;
                })
                .optional()
                .orElseThrow(() -> new Problem(HttpStatus.NOT_FOUND, "not_found", "The mirror does not hold it"));
    }

    private Object tree(String text) {
        try {
            return json.readTree(text);
        } catch (IOException e) {
            throw new IllegalStateException("jsonb is always JSON", e);
        }
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
