package com.ytempire.hub.billing;

import com.ytempire.hub.accounts.AccountExport;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What billing knows of a user, for the export of his account. */
@Component
class BillingExport implements AccountExport {

    private static final String OF_CUSTOMER = " where customer = (select customer from billing.customer_owner"
            + " where user_id = :user) order by created_at, id";

    private static final Map<String, String> PARTS = parts();

    private final JdbcClient jdbc;

    BillingExport(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    private static Map<String, String> parts() {
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put(
                "customers",
                "select id, email, name, phone, created_at from billing.customer where id ="
                        + " (select customer from billing.customer_owner where user_id = :user)");
        parts.put(
                "subscriptions",
                "select id, status, price, quantity, currency, unit_amount, current_period_start, current_period_end,"
                        + " cancel_at_period_end, ended_at, created_at from billing.subscription" + OF_CUSTOMER);
        parts.put(
                "invoices",
                "select id, status, subscription, currency, total, amount_paid, created_at from billing.invoice"
                        + OF_CUSTOMER);
        parts.put(
                "payments",
                "select id, status, currency, amount, amount_received, created_at from billing.payment" + OF_CUSTOMER);
        parts.put(
                "payment_methods",
                "select id, type, card_brand, card_last4, card_exp_month, card_exp_year, created_at"
                        + " from billing.payment_method" + OF_CUSTOMER);
        parts.put( // those made in Stripe's dashboard as well
                "refunds", """
                        select r.id, r.status, r.payment, r.amount, r.currency, r.reason, r.created_at
                          from billing.refund r
                         where exists (select 1 from billing.customer_owner o
                                        where o.user_id = :user
                                          and (o.customer = (select customer from billing.charge where id = r.charge)
                                            or o.customer = (select customer from billing.payment where id = r.payment)))
                         order by r.created_at, r.id
                        """);
        parts.put(
                "refund_requests",
                "select id, payment, amount, currency, reason, state, requested_at, decided_at, refund"
                        + " from billing.refund_request where user_id = :user order by requested_at, id");
        parts.put(
                "credits",
                "select at, kind, amount, owed, reason from billing.credit_entry where user_id = :user order by id");
        parts.put(
                "history",
                "select at, object_kind, object_id, action from billing.history where " + History.OF_USER
                        + " order by id");
        return parts;
    }

    @Override
    public String section() {
        return "billing";
    }

    @Override
    public Object of(UUID userId) {
        Map<String, Object> section = new LinkedHashMap<>();
        PARTS.forEach((name, sql) -> section.put(name, rows(sql, userId)));
        return section;
    }

    private List<Map<String, Object>> rows(String sql, UUID userId) {
        List<Map<String, Object>> rows = new ArrayList<>();
        jdbc.sql(sql).param("user", userId).query().listOfRows().forEach(row -> {
            Map<String, Object> written = new LinkedHashMap<>();
            row.forEach(
                    (column, value) -> written.put(column, value instanceof Timestamp time ? time.toInstant() : value));
            rows.add(written);
        });
        return rows;
    }
}
