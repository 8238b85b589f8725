package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.accounts.TestUsers.User;
import com.ytempire.hub.platform.Problem;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;

/** {@code Idempotency-Key}: the same request has the same answer, whoever died at it. */
class CommandIdempotencyIT extends CommandHubIT {

    @Test
    void theSameKeyHasTheSameAnswerAndAnotherBodyIsRefused() {
        String key = unique("key");
        HttpResponse<String> first = post("/api/v1/billing/customers", key, "{\"name\":\"Ada\"}");
        assertThat(first.statusCode()).isEqualTo(201);
        HttpResponse<String> again = post("/api/v1/billing/customers", key, "{\"name\":\"Ada\"}");
        assertThat(again.statusCode()).isEqualTo(201);
        assertThat(tree(again)).isEqualTo(tree(first));
        HttpResponse<String> other = post("/api/v1/billing/customers", key, "{\"name\":\"Bob\"}");
        assertThat(other.statusCode()).isEqualTo(422);
        assertThat(tree(other).get("code").asText()).isEqualTo("idempotency_key_reused");
    }

    /** The hub died after it had taken the request and before it had written the command down. */
    @Test
    void aRequestWhoseNodeDiedIsTakenUp() {
        String key = unique("key");
        data(post("/api/v1/billing/customers", key, "{\"source\":\"crash\"}"), 201);
        User other = user();
        jdbc.sql("""
                        insert into billing.request (caller, key, id, operation, hash, lease_until, created_at)
                        select :other, key, gen_random_uuid(), operation, hash, now() - interval '1 second', created_at
                          from billing.request where caller = :caller and key = :key
                        """)
                .param("other", other.id().toString())
                .param("caller", user.id().toString())
                .param("key", key)
                .update();
        user = other;
        HttpResponse<String> first = post("/api/v1/billing/customers", key, "{\"source\":\"crash\"}");
        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(tree(post("/api/v1/billing/customers", key, "{\"source\":\"crash\"}")))
                .isEqualTo(tree(first));
    }

    /** A server that crashed would forget the key otherwise, while the hub goes on with what was asked under it. */
    @Test
    void nothingIsDoneUnderAKeyThatIsNotOnTheDisk(@Autowired ApiRequests requests) {
        Caller caller = new Caller(user.id(), user.id().toString(), false);
        AtomicReference<Boolean> onDisk = new AtomicReference<>();
        String before = jdbc.sql("select pg_current_wal_insert_lsn()::text")
                .query(String.class)
                .single();
        requests.once(caller, unique("key"), "POST test", "body", request -> {
            onDisk.set(jdbc.sql("select pg_current_wal_flush_lsn() > :before::pg_lsn")
                    .param("before", before)
                    .query(Boolean.class)
                    .single());
            return CommandAnswer.of(200, Map.of());
        });
        assertThat(onDisk.get()).isTrue();
    }

    /** It stalled so long that it was taken for dead; then its work ends badly, while another is at it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRunThatSeemedDeadEndsNothingOfTheOneAfterIt(boolean refused, @Autowired ApiRequests requests) {
        Caller caller = new Caller(user.id(), user.id().toString(), false);
        String key = unique("key");
        CountDownLatch secondWorks = new CountDownLatch(1);
        CountDownLatch secondEnds = new CountDownLatch(1);
        AtomicReference<CompletableFuture<ResponseEntity<Object>>> second = new AtomicReference<>();
        RuntimeException bad = refused
                ? new Problem(HttpStatus.SERVICE_UNAVAILABLE, "provider_unavailable", "Not now")
                : new IllegalStateException("broken");
        assertThatThrownBy(() -> requests.once(caller, key, "POST test", "body", first -> {
                    jdbc.sql("update billing.request set lease_until = now() - interval '1 second' where id = :id")
                            .param("id", first)
                            .update();
                    second.set(CompletableFuture.supplyAsync(() ->
                            requests.once(caller, key, "POST test", "body", again -> {
                                assertThat(again).isEqualTo(first);
                                secondWorks.countDown();
                                waitFor(secondEnds);
                                return CommandAnswer.of(200, Map.of("made", again.toString()));
                            })));
                    waitFor(secondWorks);
                    throw bad;
                }))
                .isSameAs(bad);
        assertThat(jdbc.sql("select lease_until > now() from billing.request where caller = :caller and key = :key")
                        .param("caller", caller.name())
                        .param("key", key)
                        .query(Boolean.class)
                        .list())
                .as("held by the second")
                .containsExactly(true);
        secondEnds.countDown();
        Object made = second.get().join().getBody();
        ResponseEntity<Object> known = requests.once(caller, key, "POST test", "body", third -> {
            throw new IllegalStateException("done before");
        });
        assertThat(known.getBody()).usingRecursiveComparison().isEqualTo(made);
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
