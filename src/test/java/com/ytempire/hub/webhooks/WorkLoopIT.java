package com.ytempire.hub.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.ytempire.hub.HubIT;
import com.ytempire.hub.TestFlow;
import com.ytempire.hub.platform.ClaimLoop;
import com.ytempire.hub.platform.Leases;
import com.ytempire.hub.platform.NodeRole;
import com.ytempire.hub.platform.WakeUp;
import com.ytempire.hub.sandbox.Faults.Fault;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** What becomes of an event after its answer. */
class WorkLoopIT extends HubIT {

    @Autowired
    private TestFlow flow;

    @Autowired
    private WorkClaims claims;

    @Autowired
    private Leases<ClaimedEvent> leases;

    @Autowired
    private ClaimLoop<ClaimedEvent> loop;

    @Autowired
    private WebhookSettings settings;

    private String send(String type, String object) {
        return send(unique("evt"), type, object, "");
    }

    private String send(String id, String type, String object, String more) {
        String body = """
                {"id":"%s","object":"event","type":"%s","created":%d,"livemode":false,
                 "data":{"object":{"id":"%s","object":"thing"%s}}}""".formatted(id, type, SANDBOX.clock().instant().getEpochSecond(), object, more);
        assertThat(postStripe(body).statusCode()).isEqualTo(200);
        return id;
    }

    private int effects(String id) {
        return jdbc.sql("select count(*) from public.test_effect where event_id = :id")
                .param("id", id)
                .query(Integer.class)
                .single();
    }

    private Map<String, Object> work(String id) {
        return jdbc.sql("select w.* from webhooks.work w join webhooks.event using (event_no) where event_id = :id")
                .param("id", id)
                .query()
                .singleRow();
    }

    private static Instant due(Map<String, Object> work) {
        return ((Timestamp) work.get("due_at")).toInstant();
    }

    @Test
    void nothingIsClaimedBeforeTheRoutesAreUp() {
        loop.stop();
        CamelContext starting = new DefaultCamelContext();
        ClaimLoop<ClaimedEvent> early = new WebhookConfiguration()
                .eventLoop(claims, leases, new WakeUp(), starting.createProducerTemplate(), settings, NodeRole.BOTH);
        try {
            String id = send(unique("test.flow.early"), unique("obj"));
            early.start();

            await().during(settings.work().poll().multipliedBy(3))
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> stateOf("stripe", id).equals("received"));

            early.stop();
            loop.start();
            awaitState("stripe", id, "processed");
            assertThat(work(id)).containsEntry("attempt", 1);
        } finally {
            early.stop();
            loop.start();
        }
    }

    @Test
    void runsEventsOfOneObjectOneAtATimeAndOthersInParallel() {
        String type = unique("test.flow.serial");
        Map<String, AtomicInteger> underWay = new ConcurrentHashMap<>();
        AtomicInteger all = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<String> doubles = new ArrayList<>();
        flow.onPrepare(type, event -> {
            AtomicInteger ofObject = underWay.computeIfAbsent(event.objectKey(), key -> new AtomicInteger());
            if (ofObject.incrementAndGet() > 1) {
                synchronized (doubles) {
                    doubles.add(event.objectKey());
                }
            }
            most.accumulateAndGet(all.incrementAndGet(), Math::max);
            pause(20);
            all.decrementAndGet();
            ofObject.decrementAndGet();
        });
        List<String> ids = new ArrayList<>();
        String prefix = unique("obj");
        for (int i = 0; i < 60; i++) {
            ids.add(send(type, prefix + i % 4));
        }
        ids.forEach(id -> awaitState("stripe", id, "processed"));
        assertThat(doubles).isEmpty();
        assertThat(most.get()).isGreaterThan(1);
        assertThat(ids).allSatisfy(id -> assertThat(effects(id)).isEqualTo(1));
    }

    /** Somebody may be waiting for the disk: an event, which can run again, is not in his way. */
    @Test
    void theEndOfAnEventWaitsForNoDisk() {
        String type = unique("test.flow.commit");
        List<String> commits = new CopyOnWriteArrayList<>();
        flow.onApply(type, event -> {
            commits.add(commits());
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void beforeCommit(boolean readOnly) {
                    commits.add(commits());
                }
            });
        });
        awaitState("stripe", send(type, unique("obj")), "processed");
        assertThat(commits).as("before its end, and after").containsExactly("on", "off");
        assertThat(commits()).isEqualTo("on");
    }

    private String commits() {
        return jdbc.sql("show synchronous_commit").query(String.class).single();
    }

    /** The first run lost its lease and does not know it; its end must not end the second one's renewals. */
    @Test
    void keepsTheClaimOfASecondRunWhenTheFirstOneEnds() throws InterruptedException {
        String type = unique("test.flow.zombie");
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch second = new CountDownLatch(1);
        CountDownLatch firstEnded = new CountDownLatch(1);
        flow.onPrepare(type, event -> pause(event.attempt() == 1 ? first : second));
        flow.onApply(type, event -> {
            if (event.attempt() == 1) {
                firstEnded.countDown();
            }
        });
        String id = send(type, unique("obj"));
        try {
            awaitState("stripe", id, "processing");
            jdbc.sql("update webhooks.work set lease_until = now() - interval '1 second' where event_no ="
                            + " (select event_no from webhooks.event where event_id = :id)")
                    .param("id", id)
                    .update();
            leases.takeExpired();
            await().atMost(Duration.ofSeconds(10)).until(() -> (int) work(id).get("attempt") == 2);
            first.countDown();
            assertThat(firstEnded.await(10, TimeUnit.SECONDS)).isTrue();
            Timestamp lease = (Timestamp) work(id).get("lease_until");
            await("renewals go on")
                    .atMost(Duration.ofSeconds(15))
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> ((Timestamp) work(id).get("lease_until")).after(lease));
        } finally {
            first.countDown();
            second.countDown();
        }
        awaitState("stripe", id, "processed");
        assertThat(effects(id)).isEqualTo(1);
    }

    private static void pause(CountDownLatch until) {
        try {
            until.await(40, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Long enough for a second run to overlap if there were one; there is nothing to wait for. */
    private static void pause(int millis) {
        try {
            new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void triesATemporaryFailureAgainAfterGrowingGapsAndBuriesItInTheEnd() {
        String type = unique("test.flow.down");
        flow.onPrepare(type, event -> {
            throw new TemporaryFailure("the vendor answers 503");
        });
        String id = send(type, unique("obj"));
        int[] seconds = {5, 30, 120, 600, 1800};
        for (int failures = 1; failures <= seconds.length; failures++) {
            int expected = failures;
            await().atMost(Duration.ofSeconds(10)).until(() -> (int) work(id).get("failures") == expected);
            Map<String, Object> work = work(id);
            assertThat(work.get("state")).isEqualTo("retrying");
            long gap = Duration.between(SANDBOX.clock().instant(), due(work)).toMillis();
            assertThat(gap).isBetween(seconds[failures - 1] * 800L - 2000, seconds[failures - 1] * 1200L);
            SANDBOX.clock().advance(Duration.ofMillis(gap + 50));
        }
        awaitState("stripe", id, "dead");
        assertThat(work(id)).containsEntry("error", "TemporaryFailure: the vendor answers 503");
        assertThat(work(id)).containsEntry("failed_at", "test-flow");
        assertThat(effects(id)).isZero();
    }

    @Test
    void takesEffectOnceAfterFailures() {
        String type = unique("test.flow.flaky");
        AtomicInteger tries = new AtomicInteger();
        flow.onPrepare(type, event -> {
            if (tries.incrementAndGet() < 3) {
                throw new TemporaryFailure("not yet");
            }
        });
        String id = send(type, unique("obj"));
        await().atMost(Duration.ofSeconds(15))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    SANDBOX.clock().advance(Duration.ofSeconds(2));
                    return stateOf("stripe", id).equals("processed");
                });
        assertThat(effects(id)).isEqualTo(1);
        assertThat(tries).hasValue(3);
    }

    @Test
    void buriesAPermanentFailureAtOnceAndRollsEverythingBack() {
        String type = unique("test.flow.poison");
        flow.onPrepare(type, event -> {
            throw new IllegalArgumentException("cannot be read\nDetail: personal data");
        });
        String id = send(type, unique("obj"));
        awaitState("stripe", id, "dead");
        assertThat(work(id))
                .containsEntry("error", "IllegalArgumentException: cannot be read")
                .containsEntry("attempt", 1);
        assertThat(effects(id)).isZero();
    }

    @Test
    void aFailureInsideTheTransactionRollsBackAndIsRecorded() {
        String type = unique("test.flow.half");
        flow.onApply(type, event -> {
            throw new PermanentFailure("half done");
        });
        String id = send(type, unique("obj"));
        awaitState("stripe", id, "dead");
        assertThat(work(id))
                .containsEntry("error", "PermanentFailure: half done")
                .containsEntry("failed_at", "test-flow-apply");
        assertThat(effects(id)).isZero();
    }

    @Test
    void postponesWithoutUsingUpAnAttempt() {
        String type = unique("test.flow.open");
        AtomicInteger tries = new AtomicInteger();
        flow.onPrepare(type, event -> {
            if (tries.incrementAndGet() <= 8) {
                throw new Postponed("the breaker is open");
            }
        });
        String id = send(type, unique("obj"));
        await().atMost(Duration.ofSeconds(15))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    SANDBOX.clock().advance(Duration.ofSeconds(2));
                    return stateOf("stripe", id).equals("processed");
                });
        assertThat(work(id)).containsEntry("failures", 0);
    }

    @Test
    void anEventInBackOffHoldsUpNoLaterOne() {
        String failing = unique("test.flow.stuck");
        flow.onPrepare(failing, event -> {
            throw new TemporaryFailure("later");
        });
        String object = unique("obj");
        String first = send(failing, object);
        awaitState("stripe", first, "retrying");
        String second = send(unique("test.flow.fine"), object);
        awaitState("stripe", second, "processed");
        assertThat(stateOf("stripe", first)).isEqualTo("retrying");
    }

    @Test
    void aRunThatLostItsClaimLeavesNoTrace() throws Exception {
        String type = unique("test.flow.slow");
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger runs = new AtomicInteger();
        flow.onPrepare(type, event -> {
            if (runs.incrementAndGet() == 1) {
                begun.countDown();
                try {
                    goOn.await(10, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        });
        String id = send(type, unique("obj"));
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        jdbc.sql("update webhooks.work set lease_until = now() - interval '1 second' where event_no ="
                        + " (select event_no from webhooks.event where event_id = :id)")
                .param("id", id)
                .update();
        leases.takeExpired();
        await().atMost(Duration.ofSeconds(10)).until(() -> effects(id) == 1);
        goOn.countDown();
        await().during(Duration.ofMillis(300)).atMost(Duration.ofSeconds(5)).until(() -> effects(id) == 1);
        assertThat(stateOf("stripe", id)).isEqualTo("processed");
        assertThat(runs).hasValue(2);
    }

    @Test
    void aDisputeThatFailsIsADeadLetterAtOnceAndFinanceKnowsUntilWhen() {
        Instant due = SANDBOX.clock().instant().plus(Duration.ofDays(7)).truncatedTo(ChronoUnit.SECONDS);
        // no id in the object: the flow that records disputes cannot read it
        String id = unique("evt");
        String body = """
                {"id":"%s","object":"event","type":"charge.dispute.created","created":%d,"livemode":false,
                 "data":{"object":{"object":"dispute","evidence_details":{"due_by":%d}}}}""".formatted(id, SANDBOX.clock().instant().getEpochSecond(), due.getEpochSecond());
        assertThat(postStripe(body).statusCode()).isEqualTo(200);
        awaitState("stripe", id, "dead");
        assertThat(jdbc.sql("select due_at from operations.alert where kind = 'dispute' and audience = 'finance'"
                                + " and subject = :id")
                        .param("id", id)
                        .query(Timestamp.class)
                        .single()
                        .toInstant())
                .isEqualTo(due);
    }

    @Test
    void aThinNoticeOfADisputeIsADeadLetterAtOnceAsWell() {
        String dispute = unique("dp");
        String id = unique("evt");
        SANDBOX.faults().fail("stripe", Fault.status(500).on("/v1/disputes/" + dispute), 1);
        assertThat(postStripe("""
                                {"id":"%s","object":"v2.core.event","type":"v1.charge.dispute.created","created":"%s",
                                 "livemode":false,"related_object":{"id":"%s","type":"dispute"}}""".formatted(id, SANDBOX.clock().instant(), dispute))
                        .statusCode())
                .isEqualTo(200);
        awaitState("stripe", id, "dead");
        assertThat(work(id)).containsEntry("failures", 1);
        assertThat(jdbc.sql("select audience from operations.alert where kind = 'dispute' and subject = :id")
                        .param("id", id)
                        .query(String.class)
                        .single())
                .isEqualTo("finance");
    }

    @Test
    void tenThousandWaitingEventsOfOneCustomerHoldUpNobodyElse() {
        String hot = unique("cus");
        String slow = unique("test.flow.hot");
        flow.onPrepare(slow, event -> pause(5));
        jdbc.sql("""
                        with stored as (
                            insert into webhooks.event (service, event_id, type, object_key, change_id, source,
                                                        livemode, received_at, body)
                            select 'stripe', :hot || '-' || n, :type, :hot, :hot || '-' || n, 'delivery', false, :now,
                                   '{}'::bytea
                              from generate_series(1, 10000) n
                            returning event_no, service, object_key, received_at)
                        insert into webhooks.work (event_no, service, object_key, state, due_at)
                        select event_no, service, object_key, 'received', received_at from stored
                        """)
                .param("hot", hot)
                .param("type", slow)
                .param("now", Timestamp.from(SANDBOX.clock().instant()))
                .update();
        await().atMost(Duration.ofSeconds(10)).until(() -> effects(hot + "-1") == 1);
        for (int i = 0; i < 20; i++) {
            String id = send(unique("test.flow.other"), unique("obj"));
            await().atMost(Duration.ofSeconds(2))
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> stateOf("stripe", id).equals("processed"));
        }
        assertThat(jdbc.sql("select count(*) from webhooks.work where object_key = :hot and state = 'processing'")
                        .param("hot", hot)
                        .query(Long.class)
                        .single())
                .isLessThanOrEqualTo(1);
        // each ran at most once so far; the rest need not run for this test
        assertThat(jdbc.sql("select count(*) from (select event_id from public.test_effect where event_id like :hot"
                                + " group by 1 having count(*) > 1) doubled")
                        .param("hot", hot + "-%")
                        .query(Long.class)
                        .single())
                .isZero();
        jdbc.sql("update webhooks.work set state = 'ignored' where object_key = :hot and state = 'received'")
                .param("hot", hot)
                .update();
    }
}
