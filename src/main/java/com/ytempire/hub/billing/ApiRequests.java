package com.ytempire.hub.billing;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.platform.ApiAnswer;
import com.ytempire.hub.platform.IdempotencyKey;
import com.ytempire.hub.platform.Json;
import com.ytempire.hub.platform.NodeId;
import com.ytempire.hub.platform.Problem;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * {@code Idempotency-Key} of the API: the same caller asking the same under the same key gets the same answer, also when
 * both ask at the same moment, and also when the hub crashed in between. A request that was refused before anything was
 * written down leaves its key free. Who works on it holds it by the number of his run: one that was taken for dead, and
 * was not, ends nothing of the one that came after it.
 */
@Component
class ApiRequests {

    private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};
    private static final Duration LOOK = Duration.ofMillis(20);

    private final JdbcClient jdbc;
    private final ObjectMapper json;
    private final Commands commands;
    private final CommandSettings settings;
    private final Clock clock;
    private final NodeId node;

    ApiRequests(
            JdbcClient jdbc, ObjectMapper json, Commands commands, CommandSettings settings, Clock clock, NodeId node) {
        this.jdbc = jdbc;
        this.json = json;
        this.commands = commands;
        this.settings = settings;
        this.clock = clock;
        this.node = node;
    }

    /**
     * Does the work unless this caller has asked for the same before.
     *
     * @param key of the header; null without one, then nothing is remembered
     * @param operation what is asked for, with the ids in the path
     * @param body the request's, as the controller read it; null without one
     * @param work gets the request's id, which goes into the command that answers the request
     * @throws Problem 422 {@code idempotency_key_reused} when the key stands for another request; 409 {@code
     *     request_in_progress} when the first one takes longer than anybody waits; what the work throws
     */
    ResponseEntity<Object> once(
            Caller caller, String key, String operation, Object body, Function<UUID, CommandAnswer> work) {
        if (key == null) {
            return respond(work.apply(UUID.randomUUID()));
        }
        IdempotencyKey.check(key);
        String hash = IdempotencyKey.hash(operation, Json.bytes(json, body));
        long end = System.nanoTime() + settings.patience().toNanos();
        while (true) {
            Run mine = begin(caller.name(), key, operation, hash);
            if (mine != null) {
                return respond(work(mine, work));
            }
            Known known = find(caller.name(), key);
            if (known != null && !known.hash().equals(hash)) {
                throw IdempotencyKey.reused();
            }
            if (known != null && known.command() != null) {
                return respond(commands.finish(known.command()));
            }
            if (known != null && known.status() != null) {
                return respond(CommandAnswer.of(known.status(), known.answer()));
            }
            if (System.nanoTime() > end) {
                throw IdempotencyKey.inProgress();
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    /** @return null unless the request is new, or whoever worked on it is gone */
    private Run begin(String caller, String key, String operation, String hash) {
        return jdbc.sql("""
                        insert into billing.request (caller, key, id, operation, hash, attempt, node, lease_until,
                                                     created_at)
                        values (:caller, :key, :id, :operation, :hash, :attempt, :node,
                                now() + make_interval(secs => :lease), :now)
                        on conflict (caller, key) do update
                           set attempt = excluded.attempt, node = excluded.node, lease_until = excluded.lease_until
                         where billing.request.lease_until < now() and billing.request.hash = excluded.hash
                           and billing.request.command_id is null and billing.request.answer_status is null
                        -- waits for the disk: a server that crashes now must not forget the key of a charge that this
                        -- hub, which lives, goes on to make
                        returning id, attempt
                        """)
                .param("caller", caller)
                .param("key", key)
                .param("id", UUID.randomUUID())
                .param("operation", operation)
                .param("hash", hash)
                .param("attempt", UUID.randomUUID())
                .param("node", node.value())
                .param("lease", settings.lease().toSeconds())
                .param("now", Timestamp.from(clock.instant()))
                .query((row, number) -> new Run(row.getObject("id", UUID.class), row.getObject("attempt", UUID.class)))
                .optional()
                .orElse(null);
    }

    private Known find(String caller, String key) {
        return jdbc.sql("select hash, command_id, answer_status, answer::text as answer from billing.request"
                        + " where caller = :caller and key = :key")
                .param("caller", caller)
                .param("key", key)
                .query((row, number) -> new Known(
                        row.getString("hash"),
                        row.getObject("command_id", UUID.class),
                        row.getObject("answer_status", Integer.class),
                        answer(row.getString("answer"))))
                .optional()
                .orElse(null);
    }

    private CommandAnswer work(Run mine, Function<UUID, CommandAnswer> work) {
        CommandAnswer answer;
        try {
            answer = work.apply(mine.id());
        } catch (Problem refused) {
            jdbc.sql("delete from billing.request where id = :id and attempt = :attempt and command_id is null")
                    .param("id", mine.id())
                    .param("attempt", mine.attempt())
                    .update();
            throw refused;
        } catch (RuntimeException e) {
            // nobody knows how far it came: the same request goes on under the same id
            jdbc.sql("update billing.request set lease_until = now()"
                            + " where id = :id and attempt = :attempt and command_id is null")
                    .param("id", mine.id())
                    .param("attempt", mine.attempt())
                    .update();
            throw e;
        }
        if (answer.commandId() == null && answer.problem() == null) {
            jdbc.sql("update billing.request set answer_status = :status, answer = :answer::jsonb where id = :id")
                    .param("status", answer.status())
                    .param("answer", Json.text(json, answer.data()))
                    .param("id", mine.id())
                    .update();
        }
        return answer;
    }

    /** @throws Problem when the answer is one */
    static ResponseEntity<Object> respond(CommandAnswer answer) {
        answer.orThrow();
        return ResponseEntity.status(answer.status()).body(ApiAnswer.of(answer.data()));
    }

    private Map<String, Object> answer(String text) {
        return text == null ? null : Json.read(json, text, MAP);
    }

    /** @param id the request's, whoever works on it */
    private record Run(UUID id, UUID attempt) {}

    private record Known(String hash, UUID command, Integer status, Map<String, Object> answer) {}
}
