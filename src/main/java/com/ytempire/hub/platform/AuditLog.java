package com.ytempire.hub.platform;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.MDC;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Who did what, when, and what came of it. An action is written down before it is done: one that was never ended was
 * cut off, and has happened or not. Mail addresses are written down masked, wherever they stand.
 */
@Component
public class AuditLog {

    private static final int LONGEST = 500;

    private final JdbcClient jdbc;
    private final Clock clock;
    private final ObjectMapper json;

    AuditLog(JdbcClient jdbc, Clock clock, ObjectMapper json) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.json = json;
    }

    /**
     * An action that is about to be done.
     *
     * @param who the operator's name
     * @param source page, api or console
     * @param action stable: {@code endpoint.close}, or method and path of a request
     * @param target on what; null when the action says it
     * @param detail what was asked for, without secrets; null for nothing
     */
    public record Action(String who, String source, String action, String target, Map<String, ?> detail) {}

    /**
     * Does it.
     *
     * @param act returns one sentence that says what happened
     * @return the entry's number
     * @throws RuntimeException what the action throws, once that is written down
     */
    public long run(Action action, Supplier<String> act) {
        long id = begin(action);
        try {
            end(id, true, act.get());
            return id;
        } catch (RuntimeException e) {
            end(
                    id,
                    false,
                    e instanceof Problem problem
                            ? problem.code() + ": " + problem.getMessage()
                            : e.getClass().getSimpleName());
            throw e;
        }
    }

    /** @return what {@link #end} has to be told */
    public long begin(Action action) {
        return jdbc.sql("""
                        insert into operations.audit (at, who, source, action, target, detail, outcome, request_id)
                        values (:now, :who, :source, :action, :target, :detail::jsonb, 'begun', :request) returning id
                        """)
                .param("now", Timestamp.from(clock.instant()))
                .param("who", action.who())
                .param("source", action.source())
                .param("action", action.action())
                .param("target", kept(action.target()))
                .param("detail", text(action.detail()))
                .param("request", MDC.get("request_id"))
                .query(Long.class)
                .single();
    }

    /** @param result one line */
    public void end(long id, boolean done, String result) {
        jdbc.sql("update operations.audit set outcome = :outcome, result = :result, ended_at = :now where id = :id")
                .param("outcome", done ? "done" : "failed")
                .param("result", kept(result))
                .param("now", Timestamp.from(clock.instant()))
                .param("id", id)
                .update();
    }

    private static String kept(String text) {
        String masked = Masked.mails(text);
        return masked == null || masked.length() <= LONGEST ? masked : masked.substring(0, LONGEST);
    }

    private String text(Map<String, ?> detail) {
        if (detail == null) {
            return null;
        }
        Map<String, Object> masked = new LinkedHashMap<>(detail);
        masked.replaceAll((name, value) -> value instanceof String text ? Masked.mails(text) : value);
        return Json.text(json, masked);
    }
}
