package com.ytempire.hub.accounts;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.platform.IdempotencyKey;
import com.ytempire.hub.platform.Json;
import com.ytempire.hub.platform.NodeId;
import com.ytempire.hub.platform.Problem;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * {@code Idempotency-Key} of POSTs that cost money: the same caller asking the same under the same key gets the same
 * answer, also when both ask at the same moment. A request that was refused, or whose hub died, leaves its key free for
 * the same request. (What is written at Stripe is remembered with its command, in billing.)
 */
@Component
public class KeyedRequests {

    private static final Duration LOOK = Duration.ofMillis(50);

    private final JdbcClient jdbc;
    private final ObjectMapper json;
    private final AccountsSettings.Idempotency settings;
    private final Clock clock;
    private final NodeId node;

    KeyedRequests(JdbcClient jdbc, ObjectMapper json, AccountsSettings settings, Clock clock, NodeId node) {
        this.jdbc = jdbc;
        this.json = json;
        this.settings = settings.idempotency();
        this.clock = clock;
        this.node = node;
    }

    /**
     * Does the work unless this caller has asked for the same before.
     *
     * @param key of the header; null without one, then nothing is remembered
     * @param operation what is asked for, with the ids in the path
     * @param body the request's, as the controller read it
     * @param type of the answer; it is kept as JSON
     * @throws Problem 422 {@code idempotency_key_reused} when the key stands for another request; 409 {@code
     *     request_in_progress} when the first one takes longer than anybody waits; what the work throws
     */
    public <T> T once(Caller caller, String key, String operation, Object body, Class<T> type, Supplier<T> work) {
        if (key == null) {
            return work.get();
        }
        IdempotencyKey.check(key);
        // other versions read the hash, and Json.bytes writes some characters otherwise
        String hash = IdempotencyKey.hash(operation, Json.text(json, body).getBytes(StandardCharsets.UTF_8));
        long end = System.nanoTime() + settings.patience().toNanos();
        while (true) {
            Optional<UUID> mine = begin(caller.name(), key, operation, hash);
            if (mine.isPresent()) {
                return work(mine.get(), work);
            }
            Optional<Known> known = find(caller.name(), key);
            if (known.isPresent() && !known.get().hash().equals(hash)) {
                throw IdempotencyKey.reused();
            }
            if (known.isPresent() && known.get().answer() != null) {
                return read(known.get().answer(), type);
            }
            if (System.nanoTime() > end) {
                throw IdempotencyKey.inProgress();
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    /** @return who works on it, when it is new or whoever worked on it is gone */
    private Optional<UUID> begin(String caller, String key, String operation, String hash) {
        return jdbc.sql("""
                        insert into accounts.api_request (caller, key, operation, hash, attempt, node, lease_until,
                                                          created_at)
                        values (:caller, :key, :operation, :hash, :attempt, :node, now() + make_interval(secs => :lease), :now)
                        on conflict (caller, key)
                        do update set attempt = excluded.attempt, node = excluded.node, lease_until = excluded.lease_until
                         where api_request.lease_until < now() and api_request.hash = excluded.hash
                           and api_request.answer is null
                        returning attempt
                        """)
                .param("caller", caller)
                .param("key", key)
                .param("operation", operation)
                .param("hash", hash)
                .param("attempt", UUID.randomUUID())
                .param("node", node.value())
                .param("lease", settings.lease().toSeconds())
                .param("now", Timestamp.from(clock.instant()))
                .query(UUID.class)
                .optional();
    }

    private Optional<Known> find(String caller, String key) {
        return jdbc.sql("select hash, answer from accounts.api_request where caller = :caller and key = :key")
                .param("caller", caller)
                .param("key", key)
                .query(Known.class)
                .optional();
    }

    private <T> T work(UUID attempt, Supplier<T> work) {
        T answer;
        try {
            answer = work.get();
        } catch (RuntimeException e) {
            jdbc.sql("delete from accounts.api_request where attempt = :attempt and answer is null")
                    .param("attempt", attempt)
                    .update();
            throw e;
        }
        jdbc.sql("update accounts.api_request set answer = :answer where attempt = :attempt")
                .param("answer", Json.text(json, answer))
                .param("attempt", attempt)
                .update();
        return answer;
    }

    private <T> T read(String answer, Class<T> type) {
        try {
            return json.readValue(answer, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an answer of another release", e);
        }
    }

    private record Known(String hash, String answer) {}
}
