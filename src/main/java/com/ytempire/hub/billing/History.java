package com.ytempire.hub.billing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.platform.Page;
import com.ytempire.hub.platform.Paging;
import com.ytempire.hub.platform.RequestIds;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What was done to customers, subscriptions, payments, refunds and credits; appended, never changed. */
@Component
class History {

    /** Who acts when nobody asked: a job, or what follows from Stripe's state. */
    static final String THE_HUB = "the hub";

    private static final List<String> TABLES =
            Arrays.stream(MirrorKind.values()).map(MirrorKind::table).toList();

    /** What is told of. */
    static final List<String> OBJECT_KINDS =
            Stream.concat(TABLES.stream(), Stream.of("credit", "command")).toList();

    /** What concerns {@code :user}, with what was told of his customer before that was his. */
    static final String OF_USER = "(user_id = :user or user_id is null"
            + " and customer = (select customer from billing.customer_owner where user_id = :user))";

    private static final String APPEND =
            "insert into billing.history (at, actor, user_id, object_kind, object_id, action, before, after, cause)";

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
        String row = " values (:at, :actor, :user, :kind, :id, :action, :before::jsonb, :after::jsonb, %s)";
        values(jdbc.sql(APPEND + row.formatted(cause(entry))), entry).update();
    }

    /**
     * {@link #append} as a part of another statement, with its values under the same names: an entry for each row of one
     * of its tables. The entry names its cause.
     */
    static String appendFor(String table) {
        return APPEND
                + " select :at, :actor, :user, :kind, :id, :action, :before::jsonb, :after::jsonb, :cause from "
                + table;
    }

    /** The entry's, for {@link #append} and {@link #appendFor}. */
    JdbcClient.StatementSpec values(JdbcClient.StatementSpec append, Entry entry) {
        return append.param("at", Timestamp.from(clock.instant()))
                .param("actor", entry.actor())
                .param("user", entry.userId())
                .param("kind", entry.objectKind())
                .param("id", entry.objectId())
                .param("action", entry.action())
                .param("before", text(entry.before()))
                .param("after", text(entry.after()))
                .param("cause", entry.cause() == null ? RequestIds.current().orElse(null) : entry.cause());
    }

    /** What Stripe has told was told by the event that brought the state held; what was fetched came of none. */
    private static String cause(Entry entry) {
        boolean mirrored =
                entry.cause() == null && entry.actor().equals("stripe") && TABLES.contains(entry.objectKind());
        return mirrored
                ? "coalesce(:cause, (select state_event_id from billing." + entry.objectKind() + " where id = :id))"
                : ":cause";
    }

    /** Newest first. */
    Page<Line> list(Filter filter, Paging paging) {
        String where =
                " where (:user::uuid is null or " + OF_USER + ") and (:kind::text is null or object_kind = :kind)"
                        + " and (:object::text is null or object_id = :object) and (:action::text is null or action = :action)";
        Map<String, Object> values = new HashMap<>();
        values.put("user", filter.userId());
        values.put("kind", filter.objectKind());
        values.put("object", filter.objectId());
        values.put("action", filter.action());
        long total = jdbc.sql("select count(*) from billing.history" + where)
                .params(values)
                .query(Long.class)
                .single();
        return new Page<>(
                jdbc.sql("select id, at, actor, user_id, object_kind, object_id, action, before::text as before,"
                                + " after::text as after, cause from billing.history" + where
                                + " order by id desc limit :limit offset :offset")
                        .params(values)
                        .param("limit", paging.perPage())
                        .param("offset", paging.offset())
                        .query((row, number) -> line(row, filter.reader()))
                        .list(),
                total,
                paging);
    }

    private Line line(ResultSet row, Caller reader) throws SQLException {
        return new Line(
                row.getLong("id"),
                row.getTimestamp("at").toInstant(),
                actor(row.getString("actor"), reader),
                row.getObject("user_id", UUID.class),
                row.getString("object_kind"),
                row.getString("object_id"),
                row.getString("action"),
                tree(row.getString("before")),
                tree(row.getString("after")),
                row.getString("cause"));
    }

    /** Our people's names are for our people. */
    static String actor(String actor, Caller reader) {
        boolean known = actor == null
                || reader.isOperator()
                || actor.equals(reader.name())
                || actor.equals(THE_HUB)
                || actor.equals("stripe");
        return known ? actor : "support";
    }

    private JsonNode tree(String text) {
        try {
            return text == null ? null : json.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("jsonb is always JSON", e);
        }
    }

    /** As the columns {@code before} and {@code after} take it. */
    String text(Map<String, ?> values) {
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
     * @param cause the event or command it came from; null for the request this thread works for, if it does
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

    /** @param userId whose affairs; null for all */
    record Filter(UUID userId, String objectKind, String objectId, String action, Caller reader) {}

    record Line(
            long id,
            Instant at,
            String actor,
            UUID userId,
            String objectKind,
            String objectId,
            String action,
            JsonNode before,
            JsonNode after,
            String cause) {}
}
