package com.ytempire.hub.billing;

import static com.ytempire.hub.platform.SqlColumns.instant;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.platform.NodeId;
import com.ytempire.hub.webhooks.CommandMark;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The rows of {@code billing.command}: recorded before anything is sent, claimed by one node at a time. */
@Component("commandLedger")
class CommandLedger {

    static final String COLUMNS =
            "id, kind, business_key, customer, user_id, actor, object_id, parameters::text as parameters, stripe_key,"
                    + " stripe_key_no, stripe_key_at, look_up, state, attempt, failures, created_at, sent_at, result_id,"
                    + " error_code, decline_code";

    /** With the answer. */
    static final String LOOKED = COLUMNS + ", answer_status, answer::text as answer";

    private static final String[] UNPROVABLE = Arrays.stream(CommandKind.values())
            .filter(kind -> !kind.isProvable())
            .map(CommandKind::name)
            .toArray(String[]::new);

    private static final TypeReference<Map<String, Object>> PARAMETERS = new TypeReference<>() {};

    private final JdbcClient jdbc;
    private final ObjectMapper json;
    private final MirrorTables mirror;
    private final NodeId node;
    private final CommandSettings settings;
    private final Clock clock;

    CommandLedger(
            JdbcClient jdbc,
            ObjectMapper json,
            MirrorTables mirror,
            NodeId node,
            CommandSettings settings,
            Clock clock) {
        this.jdbc = jdbc;
        this.json = json;
        this.mirror = mirror;
        this.node = node;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Writes the command down, with which request it answers, by one statement; in the caller's transaction, if there is
     * one. A known business key is left as it is.
     *
     * @return the first one when the business key is known
     * @throws CommandExcluded when another one that excludes it is open
     */
    Recorded record(CommandRequest wanted) {
        return record(wanted, false);
    }

    /**
     * {@link #record}, and {@link #claim} when it is new and behind no older one of its lane. Outside of a transaction it
     * counts as sent when this fails afterwards: the queue takes it over when its lease has ended.
     *
     * @throws DuplicateKeyException when another one of the lane was faster: the caller's transaction, if any, has failed
     */
    Recorded recordAndClaim(CommandRequest wanted) {
        return record(wanted, true);
    }

    private Recorded record(CommandRequest wanted, boolean claimed) {
        mustNotBeExcluded(wanted);
        UUID id = UUID.randomUUID();
        Map<String, Object> parameters = new LinkedHashMap<>(wanted.parameters());
        if (wanted.kind().isMarked()) {
            Map<String, Object> metadata = new LinkedHashMap<>();
            if (parameters.get("metadata") instanceof Map<?, ?> given) {
                given.forEach((name, value) -> metadata.put(String.valueOf(name), value));
            }
            metadata.put(CommandMark.FIELD, id.toString());
            parameters.put("metadata", metadata);
        }
        expand(wanted.kind(), parameters);
        // looked at within the statement as well: a plain insert would wait for whoever is settling that command, who
        // may wait for the customer whose effects we are in
        return jdbc.sql("""
                        with turn as (
                            select :claimed and not exists (select 1 from billing.command
                                                             where lane = :lane and state in ('waiting', 'sending')) as mine
                        ), written as (
                            insert into billing.command
                                (id, kind, business_key, customer, user_id, actor, lane, exclusive, object_id, parameters,
                                 stripe_key, due_at, created_at, state, attempt, node, lease_until, sent_at, stripe_key_at)
                            select :id, :kind, :key, :customer, :user, :actor, :lane, :exclusive, :object,
                                   :parameters::jsonb, :stripe_key, :now, :now,
                                   case when mine then 'sending' else 'waiting' end, case when mine then 1 else 0 end,
                                   case when mine then :node end,
                                   case when mine then now() + make_interval(secs => :lease) end,
                                   case when mine then :now::timestamptz end, case when mine then :now::timestamptz end
                              from turn
                             where not exists (select 1 from billing.command where business_key = :key)
                            on conflict (business_key) do nothing
                            returning *
                        ), answered as (
                            update billing.request set command_id = written.id from written where request.id = :request
                        )
                        select\s""" + COLUMNS + " from written")
                .param("id", id)
                .param("kind", wanted.kind().name())
                .param("key", wanted.businessKey())
                .param("customer", wanted.customer())
                .param("user", wanted.userId())
                .param("actor", wanted.actor())
                .param("lane", lane(wanted, id))
                .param("exclusive", wanted.exclusive())
                .param("object", wanted.objectId())
                .param("parameters", text(parameters))
                .param("stripe_key", stripeKey(wanted, id))
                .param("claimed", claimed)
                .param("node", node.value())
                .param("lease", settings.lease().toSeconds())
                .param("now", Timestamp.from(clock.instant()))
                .param("request", wanted.requestId())
                .query(this::command)
                .optional()
                .map(written -> new Recorded(id, written.attempt() > 0 ? withHeld(written) : null))
                .orElseGet(() -> new Recorded(known(wanted), null));
    }

    private UUID known(CommandRequest wanted) {
        UUID known = jdbc.sql("select id from billing.command where business_key = :key")
                .param("key", wanted.businessKey())
                .query(UUID.class)
                .single();
        if (wanted.requestId() != null) {
            jdbc.sql("update billing.request set command_id = :command where id = :id")
                    .param("command", known)
                    .param("id", wanted.requestId())
                    .update();
        }
        return known;
    }

    /** @param claimed the command, when it is new and was claimed at once; else null */
    record Recorded(UUID id, Command claimed) {}

    /** The answer goes into the mirror, so it has to bring what the mirror cannot do without. */
    private static void expand(CommandKind kind, Map<String, Object> parameters) {
        String needed = kind.mirrorKind() == null ? null : kind.mirrorKind().expand();
        if (needed != null) {
            List<Object> fields = new ArrayList<>();
            if (parameters.get("expand") instanceof List<?> given) {
                fields.addAll(given);
            }
            fields.addAll(Arrays.asList(needed.split(",")));
            parameters.put("expand", fields);
        }
    }

    /**
     * Looked at before the insert, which would wait for a transaction that is about to settle the other one, and which
     * may itself wait for the customer's lock. The unique index stands behind it.
     */
    private void mustNotBeExcluded(CommandRequest wanted) {
        boolean excluded = wanted.exclusive() != null
                && jdbc.sql("select exists (select 1 from billing.command where exclusive = :exclusive"
                                + " and state in ('waiting', 'sending', 'manual') and business_key <> :key)")
                        .param("exclusive", wanted.exclusive())
                        .param("key", wanted.businessKey())
                        .query(Boolean.class)
                        .single();
        if (excluded) {
            throw new CommandExcluded();
        }
    }

    /** What only shows something to the customer waits for nothing. */
    private static String lane(CommandRequest wanted, UUID id) {
        if (wanted.kind() == CommandKind.SETUP_INTENT_CREATE || wanted.kind() == CommandKind.PORTAL_SESSION_CREATE) {
            return id.toString();
        }
        if (wanted.customer() != null) {
            return wanted.customer();
        }
        return wanted.userId() != null ? wanted.userId().toString() : id.toString();
    }

    /** Names the business operation, and the very row: what is recorded anew after a restored backup is another one. */
    private static String stripeKey(CommandRequest wanted, UUID id) {
        String key = wanted.businessKey();
        return (key.length() > 180 ? key.substring(0, 180) : key) + ":" + id;
    }

    Optional<Command> find(UUID id) {
        return jdbc.sql("select " + COLUMNS + " from billing.command where id = :id")
                .param("id", id)
                .query(this::command)
                .optional();
    }

    /**
     * Takes the command for one attempt of this node, unless it is settled, taken, or behind an older one of its lane.
     * From here on it counts as sent.
     *
     * @return null when it cannot be had now
     */
    public Command claim(UUID id) {
        try {
            return jdbc.sql("""
                            update billing.command c
                               set state = 'sending', attempt = attempt + 1, node = :node,
                                   lease_until = now() + make_interval(secs => :lease), sent_at = :now,
                                   look_up = look_up
                                       or coalesce(kind <> all (:unprovable) and stripe_key_at < :forgotten, false)
                                       or attempt > 0 and kind = 'SUBSCRIPTION_CANCEL', -- by DELETE, without a key
                                   stripe_key_at = coalesce(stripe_key_at, :now)
                             where id = :id and state in ('waiting', 'abandoned')
                               and not exists (select 1 from billing.command older
                                                where older.lane = c.lane and older.no < c.no
                                                  and older.state in ('waiting', 'sending'))
                            returning\s""" + COLUMNS)
                    .param("id", id)
                    .param("node", node.value())
                    .param("lease", settings.lease().toSeconds())
                    .param("now", Timestamp.from(clock.instant()))
                    .param("unprovable", UNPROVABLE)
                    .param("forgotten", Timestamp.from(clock.instant().minus(settings.keyLife())))
                    .query(this::command)
                    .optional()
                    .map(this::withHeld)
                    .orElse(null);
        } catch (DuplicateKeyException e) {
            return null; // another one of the lane was faster
        }
    }

    private Command withHeld(Command command) {
        MirrorKind kind = command.kind().mirrorKind();
        return command.withHeld(
                kind == null || command.objectId() == null
                        ? Held.NOTHING
                        : mirror.held(kind, command.objectId()).with(mirror.facts(kind, command.objectId())));
    }

    /**
     * Stripe does not have it, though it may have been sent: goes on under the next key, for the one before may have been
     * forgotten or may stand for a failure.
     *
     * @throws IllegalStateException when the command was taken over meanwhile
     */
    public Command underNextKey(Command command) {
        return jdbc.sql("""
                        update billing.command
                           set stripe_key_no = stripe_key_no + 1, stripe_key_at = :now, look_up = false
                         where id = :id and attempt = :attempt and state = 'sending'
                        returning\s""" + COLUMNS)
                .param("now", Timestamp.from(clock.instant()))
                .param("id", command.id())
                .param("attempt", command.attempt())
                .query(this::command)
                .optional()
                .map(next -> next.withHeld(command.held()))
                .orElseThrow(() -> new IllegalStateException("another node has taken over " + command));
    }

    /** The customer Stripe made for a user, also while he is not given to him yet; empty when there is none. */
    Optional<String> customerMadeFor(UUID user) {
        return jdbc.sql("select result_id from billing.command where user_id = :user and kind = 'CUSTOMER_CREATE'"
                        + " and state = 'done'")
                .param("user", user)
                .query(String.class)
                .optional();
    }

    /** Nobody waits for it any more, and without its customer it is of no use. */
    void abandon(UUID id) {
        jdbc.sql("update billing.command set state = 'abandoned' where id = :id and state = 'waiting'")
                .param("id", id)
                .update();
    }

    /** A command, and once it is settled what the API has to answer for it. */
    Looked look(UUID id) {
        return jdbc.sql("select " + LOOKED + " from billing.command where id = :id")
                .param("id", id)
                .query(this::looked)
                .single();
    }

    /** Of a row of the columns {@link #LOOKED}. */
    Looked looked(ResultSet row, int number) throws SQLException {
        Command command = command(row, number);
        return new Looked(
                command,
                command.isSettled()
                        ? CommandFailures.answer(command, row.getInt("answer_status"), tree(row.getString("answer")))
                        : null);
    }

    /** @param answer null while the command is not settled */
    record Looked(Command command, CommandAnswer answer) {}

    Command command(ResultSet row, int number) throws SQLException {
        int keyNumber = row.getInt("stripe_key_no");
        return new Command(
                row.getObject("id", UUID.class),
                CommandKind.valueOf(row.getString("kind")),
                row.getString("business_key"),
                row.getString("customer"),
                row.getObject("user_id", UUID.class),
                row.getString("actor"),
                row.getString("object_id"),
                tree(row.getString("parameters")),
                row.getString("stripe_key") + (keyNumber == 0 ? "" : "#" + keyNumber),
                instant(row.getTimestamp("stripe_key_at")),
                row.getBoolean("look_up"),
                row.getString("state"),
                row.getInt("attempt"),
                row.getInt("failures"),
                instant(row.getTimestamp("created_at")),
                instant(row.getTimestamp("sent_at")),
                null,
                row.getString("result_id"),
                row.getString("error_code"),
                row.getString("decline_code"));
    }

    String text(Map<String, Object> values) {
        try {
            return json.writeValueAsString(values);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("parameters of a command must be JSON", e);
        }
    }

    Map<String, Object> tree(String text) {
        try {
            return text == null ? Map.of() : json.readValue(text, PARAMETERS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("jsonb is always JSON", e);
        }
    }
}
