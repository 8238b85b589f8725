package com.ytempire.hub.billing;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.platform.Json;
import java.sql.Timestamp;
import java.time.Clock;
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

    private static final TypeReference<Map<String, Object>> FACTS = new TypeReference<>() {};

    private final JdbcClient jdbc;
    private final ObjectMapper json;
    private final AppliedChanges changes;
    private final Clock clock;
    private final Map<MirrorKind, String> puts = new EnumMap<>(MirrorKind.class);
    private final Map<MirrorKind, String> takes = new EnumMap<>(MirrorKind.class);
    private final Map<MirrorKind, String> deletes = new EnumMap<>(MirrorKind.class);

    MirrorTables(JdbcClient jdbc, ObjectMapper json, AppliedChanges changes, Clock clock) {
        this.jdbc = jdbc;
        this.json = json;
        this.changes = changes;
        this.clock = clock;
        for (MirrorKind kind : MirrorKind.values()) {
            puts.put(kind, putStatement(kind));
            takes.put(kind, takeStatement(kind));
            deletes.put(kind, deleteStatement(kind));
        }
    }

    /**
     * Who has changed an object's state, for the history.
     *
     * @param actor {@code stripe}, or whose command it was
     * @param cause the event or command; null when it was found out by asking
     */
    record Teller(String actor, String cause) {
        static final Teller STRIPE = new Teller("stripe", null);
    }

    /** The note that the event is the first to tell of its change, and the put only then, in one round trip. */
    private static String takeStatement(MirrorKind kind) {
        return "with first as (%s returning 1), %s"
                        .formatted(
                                AppliedChanges.NOTE,
                                told(kind, put(kind, " where :anyway or exists (select 1 from first)")))
                + " select (select count(*) from first) as first, (select count(*) from put) as taken";
    }

    private static String putStatement(MirrorKind kind) {
        return "with " + told(kind, put(kind, " where true")) + " select count(*) from put";
    }

    /**
     * The write {@code put}, and what the history tells of it: the state before and after, when they differ. What is
     * before is read as it was when the statement began; as the write takes effect on the version held alone, that is
     * the state it replaces.
     */
    private static String told(MirrorKind kind, String put) {
        return StateHistory.tellsOf(kind)
                ? """
                        held as (
                            select %1$s as facts, %2$s as personal from billing.%3$s where id = :id
                        ), put as (
                            %4$s returning %1$s as facts, %2$s as personal, %5$s as customer
                        ), told as (
                            insert into billing.history
                                (at, actor, customer, user_id, object_kind, object_id, action, before, after, cause)
                            select :now, :actor, put.customer,
                                   (select user_id from billing.customer_owner o where o.customer = put.customer),
                                   '%3$s', :id, billing.history_action('%3$s', held.facts, put.facts), held.facts,
                                   put.facts || jsonb_strip_nulls(jsonb_build_object('changed', (
                                       select jsonb_agg(p.key order by p.key) from jsonb_each(put.personal) p
                                        where held.personal is not null and held.personal -> p.key <> p.value))),
                                   :cause
                              from put left join held on true
                             where (held.facts, held.personal) is distinct from (put.facts, put.personal)
                        )""".formatted(
                                StateHistory.facts(kind),
                                StateHistory.personal(kind),
                                kind.table(),
                                put,
                                StateHistory.customer(kind))
                : "put as (" + put + " returning 1)";
    }

    /** An insert for what is not known (version 0), an update for the version held. */
    private static String put(MirrorKind kind, String condition) {
        List<String> columns = Stream.concat(
                        Stream.of(
                                "version", "state_at", "state_event_id", "status", "verified", "deleted_at", "object"),
                        kind.columns().stream().map(MirrorKind.Column::name))
                .toList();
        String table = "billing." + kind.table();
        return "insert into %s (id, %s) select :id, %s%s on conflict (id) do update set %s where %s.version = :held"
                .formatted(
                        table,
                        String.join(", ", columns),
                        columns.stream()
                                .map(column -> column.equals("object") ? ":object::jsonb" : ":" + column)
                                .collect(Collectors.joining(", ")),
                        condition,
                        columns.stream()
                                .map(column -> column + " = excluded." + column)
                                .collect(Collectors.joining(", ")),
                        table);
    }

    private static String deleteStatement(MirrorKind kind) {
        return "with " + told(kind, """
                insert into billing.%1$s (id, version, state_at, state_event_id, verified, deleted_at, object)
                values (:id, :version, :at, :event, true, :at, '{}')
                on conflict (id) do update set version = excluded.version,
                    state_at = excluded.state_at, state_event_id = excluded.state_event_id,
                    verified = true, deleted_at = excluded.deleted_at
                 where billing.%1$s.version = :held
                """.formatted(kind.table())) + " select count(*) from put";
    }

    /** What the history would tell of the object as it is held; null when it is not known or not told of. */
    Map<String, Object> facts(MirrorKind kind, String id) {
        return !StateHistory.tellsOf(kind)
                ? null
                : jdbc.sql("select (" + StateHistory.facts(kind) + ")::text from billing." + kind.table()
                                + " where id = :id")
                        .param("id", id)
                        .query(String.class)
                        .optional()
                        .map(text -> Json.read(json, text, FACTS))
                        .orElse(null);
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

    /**
     * Whether an object is held in just this state, and nobody doubts it. The two may be written in different API
     * versions: compared is what both have.
     */
    boolean holds(MirrorKind kind, String id, JsonNode object) {
        return jdbc.sql("select exists (select 1 from billing." + kind.table() + " m where id = :id and verified"
                        + " and deleted_at is null and not exists (select 1 from jsonb_each(:object::jsonb) told"
                        + " where m.object -> told.key <> told.value))")
                .param("id", id)
                .param("object", object.toString())
                .query(Boolean.class)
                .single();
    }

    /** Stripe's text of the object; empty when it is not known. */
    Optional<JsonNode> object(MirrorKind kind, String id) {
        return jdbc.sql("select object::text from billing." + kind.table() + " where id = :id")
                .param("id", id)
                .query(String.class)
                .optional()
                .map(value -> Json.tree(json, value));
    }

    /** What came of a change. */
    enum Taken {
        /** The mirror holds the new state. */
        NOW,
        /** Another event has told of the change before. */
        BEFORE,
        /** The mirror no longer holds the version the change was prepared for. */
        TOO_LATE
    }

    /** Takes the new state of an event's change, unless another event has told of the change before. */
    Taken take(MirrorChange change) {
        if (change.object() == null) {
            if (!changes.isFirst(change.event()) && !change.bringsLastState()) {
                return Taken.BEFORE;
            }
            return delete(change, eventId(change)) ? Taken.NOW : Taken.TOO_LATE;
        }
        StatementSpec take = changes.note(jdbc.sql(takes.get(change.kind())), change.event())
                .param("anyway", change.bringsLastState());
        return with(
                        told(take, teller(change)),
                        change.kind(),
                        change.objectId(),
                        change.object(),
                        change.held(),
                        change.fetched() ? latest(change) : change.stateAt(),
                        change.deleted() ? change.stateAt() : null,
                        eventId(change),
                        change.decision() != OrderingGuard.Decision.TAKE_UNVERIFIED)
                .query((row, number) -> {
                    boolean first = row.getInt("first") == 1 || change.bringsLastState();
                    return !first ? Taken.BEFORE : row.getInt("taken") == 1 ? Taken.NOW : Taken.TOO_LATE;
                })
                .single();
    }

    private static String eventId(MirrorChange change) {
        return change.fetched() ? null : change.event().eventId();
    }

    /** Also what was asked for because of an event is told of by it. */
    private static Teller teller(MirrorChange change) {
        return change.event() == null
                ? Teller.STRIPE
                : new Teller(Teller.STRIPE.actor(), change.event().eventId());
    }

    private StatementSpec told(StatementSpec statement, Teller teller) {
        return statement
                .param("now", Timestamp.from(clock.instant()))
                .param("actor", teller.actor())
                .param("cause", teller.cause());
    }

    /**
     * Takes what Stripe was asked for.
     *
     * @return false when the mirror no longer holds the version the change was prepared for
     */
    boolean put(MirrorChange change) {
        if (change.object() == null) {
            return delete(change, null);
        }
        return isOne(with(
                told(jdbc.sql(puts.get(change.kind())), teller(change)),
                change.kind(),
                change.objectId(),
                change.object(),
                change.held(),
                latest(change),
                null,
                null,
                true));
    }

    private static boolean isOne(StatementSpec count) {
        return count.query(Integer.class).single() == 1;
    }

    /**
     * Takes an answer of Stripe; one that does not tell all is asked for once more.
     *
     * @return false when the mirror no longer holds that version
     */
    boolean put(MirrorKind kind, String id, JsonNode object, Held held, Instant stateAt, Teller teller) {
        return isOne(with(
                told(jdbc.sql(puts.get(kind)), teller),
                kind,
                id,
                object,
                held,
                stateAt,
                null,
                null,
                !kind.isIncomplete(object)));
    }

    private static StatementSpec with(
            StatementSpec put,
            MirrorKind kind,
            String id,
            JsonNode object,
            Held held,
            Instant stateAt,
            Instant deletedAt,
            String eventId,
            boolean verified) {
        StatementSpec whole = put.param("id", id)
                .param("version", held.version() + 1)
                .param("held", held.version())
                .param("state_at", Timestamp.from(stateAt))
                .param("state_event_id", eventId)
                .param("status", StripeJson.text(object, "status"))
                .param("verified", verified)
                .param("deleted_at", deletedAt == null ? null : Timestamp.from(deletedAt))
                .param("object", object.toString());
        for (MirrorKind.Column column : kind.columns()) {
            whole = whole.param(column.name(), column.value().apply(object));
        }
        return whole;
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
        return isOne(told(jdbc.sql(deletes.get(change.kind())), teller(change))
                .param("id", change.objectId())
                .param("version", change.held().version() + 1)
                .param("held", change.held().version())
                .param("at", Timestamp.from(change.stateAt()))
                .param("event", eventId));
    }

    /** Has Stripe asked about an object, because nobody can tell whether what is held is newer than an event's payload. */
    Taken doubt(MirrorChange change) {
        if (!changes.isFirst(change.event()) && !change.bringsLastState()) {
            return Taken.BEFORE;
        }
        return markUnverified(change) ? Taken.NOW : Taken.TOO_LATE;
    }

    private boolean markUnverified(MirrorChange change) {
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
