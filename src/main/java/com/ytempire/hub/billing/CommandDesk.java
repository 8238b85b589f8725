package com.ytempire.hub.billing;

import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.platform.Page;
import com.ytempire.hub.platform.Paging;
import com.ytempire.hub.platform.Problem;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Commands as people see them, and what operators do with those that are stuck. */
@Component
class CommandDesk {

    /** To filter by: as the API shows them, and the two that are shown as queued. */
    static final List<String> STATES = List.of("queued", "waiting", "sending", "abandoned", "done", "failed", "manual");

    private static final String SELECT = """
            select id, kind, state, customer, user_id, actor, object_id, result_id, attempt, failures, due_at,
                   sent_at, error_code, decline_code, error, stripe_request, created_at, settled_at
              from billing.command
            """;

    private final JdbcClient jdbc;
    private final CommandLedger ledger;
    private final CommandSettlement settlement;
    private final History history;
    private final Clock clock;

    CommandDesk(JdbcClient jdbc, CommandLedger ledger, CommandSettlement settlement, History history, Clock clock) {
        this.jdbc = jdbc;
        this.ledger = ledger;
        this.settlement = settlement;
        this.history = history;
        this.clock = clock;
    }

    Page<Map<String, Object>> list(Caller caller, String state, String customer, Paging paging) {
        String where = """
                 where (:user::uuid is null or user_id = :user)
                   and (:state::text is null or state = :state or :state = 'queued' and state in ('waiting', 'sending'))
                   and (:customer::text is null or customer = :customer)
                """;
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("user", caller.isOperator() ? null : caller.mustBeUser());
        values.put("state", state);
        values.put("customer", customer);
        return new Page<>(
                jdbc.sql(SELECT + where + " order by no desc limit :limit offset :offset")
                        .params(values)
                        .param("limit", paging.perPage())
                        .param("offset", paging.offset())
                        .query((row, number) -> shown(row, caller))
                        .list(),
                jdbc.sql("select count(*) from billing.command" + where)
                        .params(values)
                        .query(Long.class)
                        .single(),
                paging);
    }

    /** @throws Problem 404 for an unknown one, and for another's */
    Map<String, Object> show(Caller caller, UUID id) {
        return jdbc.sql(SELECT + " where id = :id and (:user::uuid is null or user_id = :user)")
                .param("id", id)
                .param("user", caller.isOperator() ? null : caller.mustBeUser())
                .query((row, number) -> shown(row, caller))
                .optional()
                .orElseThrow(CommandDesk::notFound);
    }

    /** What went wrong inside is for operators. */
    private static Map<String, Object> shown(ResultSet row, Caller caller) throws SQLException {
        Map<String, Object> command = new LinkedHashMap<>();
        command.put("command_id", row.getObject("id"));
        command.put("kind", row.getString("kind").toLowerCase(Locale.ROOT));
        command.put("status", status(row.getString("state")));
        for (String column : new String[] {"customer", "user_id", "object_id", "result_id", "decline_code"}) {
            command.put(column, row.getObject(column));
        }
        if (caller.isOperator()) {
            for (String column :
                    new String[] {"actor", "attempt", "failures", "error_code", "error", "stripe_request"}) {
                command.put(column, row.getObject(column));
            }
            command.put("due_at", time(row, "due_at"));
            command.put("sent_at", time(row, "sent_at"));
        }
        command.put("created_at", time(row, "created_at"));
        command.put("settled_at", time(row, "settled_at"));
        return command;
    }

    /** As it was told to whoever waits: queued, until it is done, refused, or left to people. */
    private static String status(String state) {
        return switch (state) {
            case "waiting", "sending" -> "queued";
            default -> state;
        };
    }

    private static Object time(ResultSet row, String column) throws SQLException {
        Timestamp time = row.getTimestamp(column);
        return time == null ? null : time.toInstant();
    }

    /** @throws Problem 409 unless it waits or is left to people */
    @Transactional
    public void retry(Caller caller, UUID id) {
        change(caller, id, "retried", null, """
                update billing.command
                   set state = 'waiting', due_at = :now, failures = 0, settled_at = null,
                       look_up = look_up or state = 'manual' and kind <> 'PORTAL_SESSION_CREATE'
                 where id = :id and state in ('waiting', 'manual')
                """);
    }

    /** @throws Problem 409 unless it waits */
    @Transactional
    public void handOver(Caller caller, UUID id, String note) {
        change(caller, id, "handed_over", note, """
                update billing.command set state = 'manual', error_code = 'handed_over', due_at = :now
                 where id = :id and state = 'waiting'
                """);
        settlement.handOver(ledger.find(id).orElseThrow(), "An operator took it out of the queue: " + note);
    }

    /** @throws Problem 409 unless it is left to people */
    @Transactional
    public void close(Caller caller, UUID id, String note) {
        change(caller, id, "closed", note, """
                update billing.command
                   set state = 'failed', error_code = 'closed_by_operator', answer_status = 422, settled_at = :now
                 where id = :id and state in ('manual', 'abandoned')
                """);
        settlement.tell(ledger.find(id).orElseThrow());
    }

    private void change(Caller caller, UUID id, String action, String note, String sql) {
        Command before = ledger.find(id).orElseThrow(CommandDesk::notFound);
        int changed = jdbc.sql(sql)
                .param("id", id)
                .param("now", Timestamp.from(clock.instant()))
                .update();
        if (changed == 0) {
            throw new Problem(
                    HttpStatus.CONFLICT,
                    "command_state",
                    "That cannot be done with a command that is " + before.state());
        }
        history.append(new History.Entry(
                caller.name(),
                before.userId(),
                "command",
                id.toString(),
                action,
                Map.of("state", before.state()),
                note == null ? null : Map.of("note", note),
                null));
    }

    private static Problem notFound() {
        return new Problem(HttpStatus.NOT_FOUND, "not_found", "There is no such command");
    }
}
