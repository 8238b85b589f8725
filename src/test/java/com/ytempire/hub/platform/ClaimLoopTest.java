package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.QueryTimeoutException;

class ClaimLoopTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration OFTEN = Duration.ofMillis(10);
    private static final Duration NEVER = Duration.ofHours(1);

    private record Run(String name, int attempt) {}

    /** Waiting work and the claims on it, as the database of a node that was just restarted has them. */
    private static final class Waiting implements Leases<Run> {

        private final Queue<Run> due = new ArrayDeque<>();
        private final List<Integer> asked = new CopyOnWriteArrayList<>();
        private final Set<Run> renewed = ConcurrentHashMap.newKeySet();
        private final AtomicInteger ownGivenBack = new AtomicInteger();
        private volatile boolean away;
        private Run ofDeadNode;

        synchronized void add(String... names) {
            for (String name : names) {
                due.add(new Run(name, 1));
            }
        }

        synchronized Claimed<Run> claim(int most) {
            if (away) {
                throw new QueryTimeoutException("away");
            }
            asked.add(most);
            List<Run> runs = new ArrayList<>();
            while (runs.size() < most && !due.isEmpty()) {
                runs.add(due.remove());
            }
            return new Claimed<>(runs, true);
        }

        synchronized void leave(Run run) {
            ofDeadNode = run;
        }

        @Override
        public void renew(Collection<Run> runs) {
            renewed.addAll(runs);
        }

        @Override
        public int giveBackOwn() {
            return ownGivenBack.incrementAndGet();
        }

        @Override
        public synchronized int takeExpired() {
            if (ofDeadNode == null) {
                return 0;
            }
            due.add(ofDeadNode);
            ofDeadNode = null;
            return 1;
        }
    }

    private final Waiting waiting = new Waiting();
    private final WakeUp wakeUp = new WakeUp();
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final Set<Run> done = ConcurrentHashMap.newKeySet();
    private final Set<Run> toldToStop = ConcurrentHashMap.newKeySet();
    private ClaimLoop<Run> loop;

    private void start(int threads, Consumer<Run> work) throws Exception {
        routesAreUp(work);
        loop = loop(OFTEN, NodeRole.BOTH, new Hands<>("test", threads, waiting::claim));
        loop.start();
    }

    private void routesAreUp(Consumer<Run> work) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:run").process(exchange -> {
                    work.accept(exchange.getMessage().getBody(Run.class));
                    done.add(exchange.getMessage().getBody(Run.class));
                });
            }
        });
        camel.start();
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // they are read only
    private ClaimLoop<Run> loop(Duration poll, NodeRole role, Hands<Run>... hands) {
        return new ClaimLoop<>(
                new ClaimLoop.Plan("runs", "direct:run", poll, OFTEN, Duration.ofMillis(300)),
                waiting,
                List.of(hands),
                toldToStop::add,
                camel.createProducerTemplate(),
                wakeUp,
                role);
    }

    @AfterEach
    void stop() {
        loop.stop();
        camel.stop();
    }

    private void awaitDone(String... names) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(done).extracting(Run::name).contains(names));
    }

    @Test
    void claimsNoMoreThanItHasThreadsFreeFor() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        waiting.add("a", "b", "c", "d", "e");
        start(2, run -> {
            if (run.name().equals("a")) {
                pause(held);
            }
        });
        awaitDone("b", "c", "d", "e");
        assertThat(waiting.asked).contains(1).allMatch(most -> most == 1 || most == 2);
        assertThat(done).doesNotContain(new Run("a", 1));
        held.countDown();
        awaitDone("a");
    }

    @Test
    void whatItHeldBeforeIsFreeOnceAtItsStart() throws Exception {
        start(1, run -> {});
        waiting.add("a");
        awaitDone("a");
        assertThat(waiting.ownGivenBack).hasValue(1);
    }

    @Test
    void renewsTheClaimsOfWhatIsUnderWay() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        waiting.add("a");
        start(1, run -> pause(held));
        await().atMost(SOON).until(() -> waiting.renewed.contains(new Run("a", 1)));
        held.countDown();
        awaitDone("a");
    }

    @Test
    void claimsNothingBeforeTheRoutesAreUp() throws Exception {
        waiting.add("a");
        loop = loop(OFTEN, NodeRole.BOTH, new Hands<>("test", 1, waiting::claim));
        loop.start();
        await().atMost(SOON).until(() -> waiting.ownGivenBack.get() == 1);
        assertThat(waiting.asked).isEmpty();
        routesAreUp(run -> {});
        awaitDone("a");
    }

    @Test
    void aNodeThatOnlyReceivesClaimsNothing() {
        loop = loop(OFTEN, NodeRole.RECEIVE, new Hands<>("test", 1, waiting::claim));
        loop.start();
        assertThat(loop.isRunning()).isFalse();
        assertThat(waiting.ownGivenBack).hasValue(0);
    }

    @Test
    void goesOnWhenTheDatabaseIsBack() throws Exception {
        waiting.away = true;
        waiting.add("a");
        start(1, run -> {});
        await().atMost(SOON).until(() -> waiting.ownGivenBack.get() == 1);
        waiting.away = false;
        awaitDone("a");
    }

    @Test
    void aRunWhoseFailureCouldNotBeRecordedHoldsNoThread() throws Exception {
        waiting.add("a", "b");
        start(1, run -> {
            if (run.name().equals("a")) {
                throw new IllegalStateException("cannot be recorded");
            }
        });
        awaitDone("b");
    }

    @Test
    void isWokenByNewWorkAndByWhatADeadNodeLeft() throws Exception {
        routesAreUp(run -> {});
        loop = loop(NEVER, NodeRole.BOTH, new Hands<>("test", 1, waiting::claim));
        loop.start();
        await().atMost(SOON).until(() -> !waiting.asked.isEmpty());
        waiting.add("new");
        wakeUp.raise();
        awaitDone("new");
        waiting.leave(new Run("left", 2));
        awaitDone("left");
    }

    @Test
    void oneSortOfWorkDoesNotWaitForAnother() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        Waiting others = new Waiting();
        routesAreUp(run -> {
            if (run.name().equals("long")) {
                pause(held);
            }
        });
        waiting.add("long");
        loop = loop(
                OFTEN,
                NodeRole.BOTH,
                new Hands<>("test", 1, waiting::claim),
                new Hands<>("test-other", 1, others::claim));
        loop.start();
        await().atMost(SOON).until(() -> waiting.due.isEmpty());
        others.add("short");
        awaitDone("short");
        held.countDown();
        awaitDone("long");
    }

    @Test
    void aStopAsksWhatIsUnderWayToEndAndWaitsForIt() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        waiting.add("a");
        start(1, run -> {
            begun.countDown();
            await().atMost(SOON).pollInterval(OFTEN).until(() -> toldToStop.contains(run));
        });
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        loop.stop();
        assertThat(done).containsExactly(new Run("a", 1));
        assertThat(waiting.ownGivenBack).hasValue(1);
    }

    @Test
    void whatDoesNotEndIsGivenBackByAStopAndStartsAgainAfterIt() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        waiting.add("a");
        start(1, run -> {
            if (run.attempt() == 1) {
                begun.countDown();
                pause(held);
            }
        });
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        loop.stop();
        assertThat(waiting.ownGivenBack).hasValue(2);
        waiting.leave(new Run("a", 2));
        loop.start();
        await().atMost(SOON).until(() -> done.contains(new Run("a", 2)));
        held.countDown();
        assertThat(waiting.ownGivenBack).hasValue(3);
    }

    private static void pause(CountDownLatch until) {
        try {
            until.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
