package com.ytempire.hub.billing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;
import org.springframework.stereotype.Component;

/** Reads and writes mirrored objects; a write takes effect only on the version it was prepared for. */
@Component
class MirrorTables {

    private final JdbcClient jdbc;
    private final ObjectMapper json;
    private final Map<MirrorKind, String> puts = new EnumMap<>(MirrorKind.class);

    MirrorTables(JdbcClient jdbc, ObjectMapper json) {
        this.jdbc = jdbc;
        this.json = json;
        for (MirrorKind kind : MirrorKind.values()) {
            puts.put(kind, putStatement(kind));
        }
    }

    /** An insert for what is not known (version 0), an update for the version held. */
    private static String putStatement(MirrorKind kind) {
        List<String> columns = Stream.concat(
                        Stream.of(
                                "version", "state_at", "state_event_id", "status", "verified", "deleted_at", "object"),
                        kind.columns().stream().map(MirrorKind.Column::name))
                .toList();
        String table = "billing." + kind.table();
        return "insert into %s (id, %s) values (:id, %s) on conflict (id) do update set %s where %s.version = :held"
                .formatted(
                        table,
                        String.join(", ", columns),
                        columns.stream()
                                .map(column -> column.equals("object") ? ":object::jsonb" : ":" + column)
                                .collect(Collectors.joining(", ")),
                        columns.stream()
                                .map(column -> column + " = excluded." + column)
                                .collect(Collectors.joining(", ")),
                        table);
    }

    Held held(MirrorKind kind, String id) {
        return jdbc.sql(
                        "select version, state_at, state_event_id, status, deleted_at is not null as deleted from billing."
                                + kind.table() + " where id = :id")
                .param("id", id)
                .query((row, number) -> new Held(
                        row.getInt("version"),
                        row.getTimestamp("state_at").toInstant(),
                        row.getString("state_event_id"),
                        row.getString("status"),
                        row.getBoolean("deleted")))
                .optional()
                .orElse(Held.NOTHING);
    }

    /** Stripe's text of the object; empty when it is not known. */
    Optional<JsonNode> object(MirrorKind kind, String id) {
        return jdbc.sql("select object::text from billing." + kind.table() + " where id = :id")
                .param("id", id)
                .query(String.class)
                .optional()
                .map(this::tree);
    }

    private JsonNode tree(String text) {
        try {
            return json.readTree(text);
        } catch (IOException e) {
            throw new IllegalStateException("jsonb is always JSON", e);
        }
    }

    /** @return false when the mirror no longer holds the version the change was prepared for */
    boolean put(MirrorChange change) {
        boolean verified = change.decision() != OrderingGuard.Decision.TAKE_UNVERIFIED;
        String eventId = change.fetched() ? null : change.event().eventId();
        if (change.object() == null) {
            return delete(change, eventId);
        }
        return put(
                change.kind(),
                change.objectId(),
                change.object(),
                change.held(),
                change.fetched() ? latest(change) : change.stateAt(),
                change.deleted() ? change.stateAt() : null,
                eventId,
                verified);
    }

    /**
     * Takes an answer of Stripe; one that does not tell all is asked for once more.
     *
     * @return false when the mirror no longer holds that version
     */
    boolean put(MirrorKind kind, String id, JsonNode object, Held held, Instant stateAt) {
        return put(kind, id, object, held, stateAt, null, null, !kind.isIncomplete(object));
    }

    private boolean put(
            MirrorKind kind,
            String id,
            JsonNode object,
            Held held,
            Instant stateAt,
            Instant deletedAt,
            String eventId,
            boolean verified) {
        StatementSpec put = jdbc.sql(puts.get(kind))
                .param("id", id)
                .param("version", held.version() + 1)
                .param("held", held.version())
                .param("state_at", Timestamp.from(stateAt))
                .param("state_event_id", eventId)
                .param("status", StripeJson.text(object, "status"))
                .param("verified", verified)
                .param("deleted_at", deletedAt == null ? null : Timestamp.from(deletedAt))
                .param("object", object.toString());
        for (MirrorKind.Column column : kind.columns()) {
            put = put.param(column.name(), column.value().apply(object));
        }
        return put.update() == 1;
    }

    /** Stripe's date has only seconds, and our clock stands in where an answer has none: it must not lead back. */
    private static Instant latest(MirrorChange change) {
        Instant held = change.held().stateAt();
        return held != null && held.isAfter(change.stateAt()) ? held : change.stateAt();
    }

    /** What is deleted keeps the state it had last; of an object nobody knew only the id is kept. */
    private boolean delete(MirrorChange change, String eventId) {
        if (change.findsGoneAgain()) {
            return true;
        }
        return jdbc.sql("""
                                insert into billing.%1$s
                                    (id, version, state_at, state_event_id, verified, deleted_at, object)
                                values (:id, :version, :at, :event, true, :at, '{}')
                                on conflict (id) do update set version = excluded.version,
                                    state_at = excluded.state_at, state_event_id = excluded.state_event_id,
                                    verified = true, deleted_at = excluded.deleted_at
                                 where billing.%1$s.version = :held
                                """.formatted(change.kind().table()))
                        .param("id", change.objectId())
                        .param("version", change.held().version() + 1)
                        .param("held", change.held().version())
                        .param("at", Timestamp.from(change.stateAt()))
                        .param("event", eventId)
                        .update()
                == 1;
    }

    /** @return false when the mirror no longer holds the version the change was prepared for */
    boolean markUnverified(MirrorChange change) {
        return jdbc.sql("update billing." + change.kind().table()
                                + " set verified = false, version = version + 1 where id = :id and version = :held")
                        .param("id", change.objectId())
                        .param("held", change.held().version())
                        .update()
                == 1;
    }

    /** Has Stripe asked about an object, whatever is held of it. */
    void doubt(MirrorKind kind, String id) {
        jdbc.sql("update billing." + kind.table() + " set verified = false, version = version + 1 where id = :id")
                .param("id", id)
                .update();
    }

    /** Whether Stripe has yet to be asked about an object that is held. */
    boolean isUncertain(MirrorKind kind, String id) {
        return jdbc.sql("select exists (select 1 from billing." + kind.table() + " where id = :id and not verified)")
                .param("id", id)
                .query(Boolean.class)
                .single();
    }

    /** What could not be told apart within one second, oldest first. */
    List<String> unverified(MirrorKind kind, int most) {
        return jdbc.sql("select id from billing." + kind.table() + " where not verified order by state_at limit :most")
                .param("most", most)
                .query(String.class)
                .list();
    }

    boolean isEmpty() {
        return Stream.of(MirrorKind.PRODUCT, MirrorKind.CUSTOMER, MirrorKind.SUBSCRIPTION)
                .allMatch(kind -> jdbc.sql("select not exists (select 1 from billing." + kind.table() + ")")
                        .query(Boolean.class)
                        .single());
    }
}
