package com.ytempire.hub.billing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What was done to customers, subscriptions, payments, refunds and credits; appended, never changed. */
@Component
class History {

    /** Who acts when nobody asked: a job, or what follows from Stripe's state. */
    static final String THE_HUB = "the hub";

    private final JdbcClient jdbc;
    private final ObjectMapper json;
    private final Clock clock;

    History(JdbcClient jdbc, ObjectMapper json, Clock clock) {
        this.jdbc = jdbc;
        this.json = json;
        this.clock = clock;
    }

    /** Appends in the caller's transaction, so that it tells of what committed and of nothing else. */
    void append(Entry entry) {
        jdbc.sql("""
                        insert into billing.history
                            (at, actor, user_id, object_kind, object_id, action, before, after, cause)
                        values (:at, :actor, :user, :kind, :id, :action, :before::jsonb, :after::jsonb, :cause)
                        """)
                .param("at", Timestamp.from(clock.instant()))
                .param("actor", entry.actor())
                .param("user", entry.userId())
                .param("kind", entry.objectKind())
                .param("id", entry.objectId())
                .param("action", entry.action())
                .param("before", text(entry.before()))
                .param("after", text(entry.after()))
                .param("cause", entry.cause())
                .update();
    }

    private String text(Map<String, ?> values) {
        if (values == null) {
            return null;
        }
        try {
            return json.writeValueAsString(values);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a history entry must be JSON", e);
        }
    }

    /**
     * @param actor a user id, an operator's name, {@code stripe} or {@code the hub}
     * @param userId whose affair it is; null when nobody owns the customer
     * @param before null when there was nothing
     * @param after null when nothing is left
     * @param cause the event or request it came from; null when there is none
     */
    record Entry(
            String actor,
            UUID userId,
            String objectKind,
            String objectId,
            String action,
            Map<String, ?> before,
            Map<String, ?> after,
            String cause) {}
}
