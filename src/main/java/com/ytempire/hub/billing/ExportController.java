package com.ytempire.hub.billing;

import com.ytempire.hub.accounts.Caller;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpHeaders;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Ledgers and lists as CSV, of any size: rows are handed on as the database hands them out. */
@RestController
@RequestMapping("/api/v1/billing/exports")
class ExportController {

    private static final int FETCHED = 500;
    private static final String OWNED = " and (:user::uuid is null or exists (select 1 from billing.customer_owner o"
            + " where o.customer = x.customer and o.user_id = :user))";

    private static final Map<String, Export> EXPORTS = Map.of(
            "revenue",
            new Export(false, """
                    select at, kind, category, source, payment, customer, currency, amount, orders
                      from billing.revenue_entry x where at >= :start and at < :end order by at, id
                    """),
            "mrr",
            new Export(false, """
                    select at, kind, subscription, customer, price, currency, amount, active, reason
                      from billing.mrr_movement x where at >= :start and at < :end order by at, id
                    """),
            "credits",
            new Export(true, """
                    select x.at, x.user_id, x.kind, l.type, x.amount, x.owed, x.reason, x.operation
                      from billing.credit_entry x left join billing.credit_lot l on l.id = x.lot
                     where x.at >= :start and x.at < :end and (:user::uuid is null or x.user_id = :user) order by x.id
                    """),
            "payments",
            new Export(true, """
                    select created_at, id, customer, status, currency, amount, amount_received, error_code
                      from billing.payment x where created_at >= :start and created_at < :end
                    """ + OWNED + " order by created_at, id"),
            "invoices",
            new Export(true, """
                    select created_at, id, object->>'number' as number, customer, subscription, status, currency, total,
                           amount_paid
                      from billing.invoice x where created_at >= :start and created_at < :end
                    """ + OWNED + " order by created_at, id"));

    private final NamedParameterJdbcTemplate jdbc;
    private final TransactionTemplate reading;
    private final Clock clock;
    private final ZoneId zone;

    ExportController(
            DataSource database,
            PlatformTransactionManager transactions,
            Clock clock,
            @Value("${hub.zone}") ZoneId zone) {
        JdbcTemplate rows = new JdbcTemplate(database);
        rows.setFetchSize(FETCHED); // in a transaction, or the driver reads them all at once
        this.jdbc = new NamedParameterJdbcTemplate(rows);
        this.reading = new TransactionTemplate(transactions);
        this.reading.setReadOnly(true);
        this.clock = clock;
        this.zone = zone;
    }

    /** Of the days from the first to the last, both included. A user's own; an operator's all, or one user's. */
    @GetMapping("/{name:revenue|mrr|credits|payments|invoices}.csv")
    void export(
            @PathVariable String name,
            @RequestParam(required = false) LocalDate from,
            @RequestParam(required = false) LocalDate to,
            @RequestParam(name = "user_id", required = false) UUID user,
            Caller caller,
            HttpServletResponse response) {
        Export export = EXPORTS.get(name);
        if (!export.forUsers()) {
            caller.mustBeOperator();
        }
        Period period = Period.of(from, to, clock, zone);
        MapSqlParameterSource values = new MapSqlParameterSource()
                .addValue("start", period.startTime())
                .addValue("end", period.endTime())
                .addValue("user", caller.isOperator() ? user : caller.mustBeUser());
        response.setContentType("text/csv;charset=UTF-8");
        response.setHeader(
                HttpHeaders.CONTENT_DISPOSITION,
                "attachment; filename=\"%s-%s-%s.csv\"".formatted(name, period.from(), period.to()));
        reading.executeWithoutResult(transaction -> write(export, values, response));
    }

    private void write(Export export, MapSqlParameterSource values, HttpServletResponse response) {
        try (Writer out =
                new BufferedWriter(new OutputStreamWriter(response.getOutputStream(), StandardCharsets.UTF_8))) {
            jdbc.query(export.sql(), values, rows -> {
                int columns = rows.getMetaData().getColumnCount();
                write(out, titles(rows, columns));
                while (rows.next()) {
                    Object[] row = new Object[columns];
                    for (int i = 0; i < columns; i++) {
                        row[i] = rows.getObject(i + 1);
                    }
                    write(out, row);
                }
                return null;
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Object[] titles(ResultSet rows, int columns) throws SQLException {
        Object[] titles = new Object[columns];
        for (int i = 0; i < columns; i++) {
            titles[i] = rows.getMetaData().getColumnLabel(i + 1);
        }
        return titles;
    }

    private static void write(Writer out, Object... row) {
        try {
            Csv.row(out, row);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param forUsers whether it makes sense for a user, who sees his own rows */
    private record Export(boolean forUsers, String sql) {}
}
