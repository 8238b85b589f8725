package com.ytempire.hub.spending;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.ytempire.hub.platform.Problem;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What goes into one commit. */
class BudgetWriterTest {

    private static final Usage USAGE = new Usage(new BigDecimal("0.01"), BigDecimal.ONE, "call");
    private static final SpendingSettings SETTINGS = new SpendingSettings(
            Map.of(), Map.of(), Duration.ofMinutes(10), 200, Duration.ofSeconds(5), Duration.ofMinutes(2));

    private final List<List<BudgetChange>> commits = new CopyOnWriteArrayList<>();
    private final BudgetWriter writer = new BudgetWriter(
            changes -> {
                commits.add(List.copyOf(changes));
                return Arrays.asList(new RuntimeException[changes.size()]);
            },
            SETTINGS);

    @AfterEach
    void stop() throws InterruptedException {
        writer.stop();
    }

    private static Reservation call() {
        return callOf(null);
    }

    private static Reservation callOf(String video) {
        return new Reservation(
                UUID.randomUUID(),
                new Spend("openai", Spend.Kind.TEXT, "title", "l", "m", video, null, true, new BigDecimal("0.02")),
                LocalDate.EPOCH);
    }

    private int commitOf(Reservation call) {
        for (int i = 0; i < commits.size(); i++) {
            if (commits.get(i).stream().anyMatch(change -> change.reservation().equals(call))) {
                return i;
            }
        }
        return -1;
    }

    /** There is money for one call at a time. */
    @Test
    void aReservationFindsInForceWhatWasSettledBeforeIt() throws InterruptedException {
        Set<Reservation> open = ConcurrentHashMap.newKeySet();
        BudgetWriter ofOne = new BudgetWriter(
                changes -> {
                    RuntimeException[] refusals = new RuntimeException[changes.size()];
                    changes.stream()
                            .filter(BudgetChange.Settle.class::isInstance)
                            .forEach(settle -> open.remove(settle.reservation()));
                    for (int i = 0; i < refusals.length; i++) {
                        if (changes.get(i) instanceof BudgetChange.Reserve reserve) {
                            if (open.isEmpty()) {
                                open.add(reserve.reservation());
                            } else {
                                refusals[i] = new BudgetRefused("day");
                            }
                        }
                    }
                    return Arrays.asList(refusals);
                },
                SETTINGS);
        try {
            for (int i = 0; i < 500; i++) {
                Reservation call = call();
                ofOne.reserve(call);
                assertThatExceptionOfType(BudgetRefused.class).isThrownBy(() -> ofOne.reserve(call()));
                ofOne.settleSoon(call, USAGE);
            }
        } finally {
            ofOne.stop();
        }
    }

    @Test
    void settlementsShareACommit() {
        List<Reservation> settled =
                Stream.generate(BudgetWriterTest::call).limit(100).toList();
        for (Reservation call : settled) {
            writer.reserve(call);
            writer.settleSoon(call, USAGE);
        }

        await().atMost(Duration.ofSeconds(2)).until(() -> settlements().size() == 100);
        assertThat(commits.stream().filter(commit -> commit.stream().anyMatch(BudgetChange.Settle.class::isInstance)))
                .hasSizeLessThan(50);
    }

    private List<BudgetChange> settlements() {
        return commits.stream()
                .flatMap(List::stream)
                .filter(BudgetChange.Settle.class::isInstance)
                .toList();
    }

    @Test
    void aSettlementIsWrittenSoonWhenNobodyReserves() {
        Reservation settled = call();

        writer.settleSoon(settled, USAGE);

        await().atMost(Duration.ofSeconds(2)).until(() -> commitOf(settled) == 0);
    }

    /** The server crashed and is there again: what the vendor has told is worth more than the bound. */
    @Test
    void aSettlementThatFailedIsWrittenWithTheNextOnes() throws InterruptedException {
        Reservation settled = call();
        AtomicInteger failures = new AtomicInteger(3);
        BudgetWriter failing = failing(failures);
        try {
            failing.settleSoon(settled, USAGE);
            await().atMost(Duration.ofSeconds(5)).until(() -> commitOf(settled) == 0);
        } finally {
            failing.stop();
        }
        assertThat(failures).hasValue(0);
    }

    @Test
    void aSettlementThatCannotBeWrittenIsGivenUp() throws InterruptedException {
        AtomicInteger failures = new AtomicInteger(1000);
        BudgetWriter failing = failing(failures);
        try {
            failing.settleSoon(call(), USAGE);
            await().atMost(Duration.ofSeconds(5)).until(() -> failures.get() == 1000 - Settlements.TRIES);
            failing.reserve(call());
        } catch (Problem away) {
            assertThat(away.code()).isEqualTo("database_unavailable");
        } finally {
            failing.stop();
        }
        assertThat(failures).hasValue(1000 - Settlements.TRIES - 1);
    }

    /** @param failures commits that fail before one works */
    private BudgetWriter failing(AtomicInteger failures) {
        return new BudgetWriter(
                changes -> {
                    if (failures.get() > 0) {
                        failures.decrementAndGet();
                        throw new IllegalStateException("no connection");
                    }
                    commits.add(List.copyOf(changes));
                    return Arrays.asList(new RuntimeException[changes.size()]);
                },
                SETTINGS,
                Duration.ofMillis(1));
    }

    /** The next commit is under way while it is asked for. */
    @Test
    void whatAVideoFreesGoesIntoTheNextCommit() throws InterruptedException {
        Reservation settled = callOf("a-video");
        Reservation reserved = call();
        CountDownLatch first = new CountDownLatch(1);
        BudgetWriter busy = busyUntil(first, 10);
        try {
            CompletableFuture<Void> before = firstCommit(busy);
            busy.settleSoon(settled, USAGE);
            CompletableFuture<Void> after = CompletableFuture.runAsync(() -> busy.reserve(reserved));
            first.countDown();
            CompletableFuture.allOf(before, after).join();
        } finally {
            busy.stop();
        }

        assertThat(commitOf(settled)).isEqualTo(1);
    }

    /** Nobody would make the call it is reserved for. */
    @Test
    void whatItsCallerHasGivenUpIsNotReserved() throws InterruptedException {
        Reservation givenUp = call();
        Reservation next = call();
        CountDownLatch first = new CountDownLatch(1);
        BudgetWriter busy = busyUntil(first, 10, Duration.ofMillis(500));
        try {
            CompletableFuture<Void> before = firstCommit(busy);
            assertThatExceptionOfType(Problem.class).isThrownBy(() -> busy.reserve(givenUp));
            first.countDown();
            assertThat(before).failsWithin(Duration.ofSeconds(5));
            busy.reserve(next);
        } finally {
            busy.stop();
        }

        assertThat(commitOf(givenUp)).isNegative();
        assertThat(commitOf(next)).isPositive();
    }

    @Test
    void whenACommitFailsWhatFreesMoneyIsTriedBeforeWhatTakesIt() throws InterruptedException {
        Reservation settled = callOf("a-video");
        Reservation reserved = call();
        CountDownLatch first = new CountDownLatch(1);
        BudgetWriter failing = busyUntil(first, 1);
        try {
            CompletableFuture<Void> before = firstCommit(failing);
            Thread asking = new Thread(() -> failing.reserve(reserved));
            asking.start();
            await().atMost(Duration.ofSeconds(5)).until(() -> asking.getState() == Thread.State.TIMED_WAITING);
            failing.settleSoon(settled, USAGE);
            first.countDown();
            before.join();
            asking.join();
        } finally {
            failing.stop();
        }

        assertThat(commits).hasSize(3);
        assertThat(commitOf(settled)).isLessThan(commitOf(reserved));
    }

    /** Under way when this returns. */
    private CompletableFuture<Void> firstCommit(BudgetWriter busy) {
        CompletableFuture<Void> reserved = CompletableFuture.runAsync(() -> busy.reserve(call()));
        await().atMost(Duration.ofSeconds(5)).until(() -> commits.size() == 1);
        return reserved;
    }

    /** @param most changes in a commit; larger ones fail */
    private BudgetWriter busyUntil(CountDownLatch first, int most) {
        return busyUntil(first, most, SETTINGS.timeout());
    }

    private BudgetWriter busyUntil(CountDownLatch first, int most, Duration timeout) {
        return new BudgetWriter(
                changes -> {
                    if (changes.size() > most) {
                        throw new IllegalStateException("too many");
                    }
                    commits.add(List.copyOf(changes));
                    try {
                        first.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return Arrays.asList(new RuntimeException[changes.size()]);
                },
                new SpendingSettings(
                        Map.of(), Map.of(), SETTINGS.lease(), SETTINGS.batch(), timeout, SETTINGS.countedWithin()));
    }

    @Test
    void whatWaitsIsWrittenBeforeTheHubStops() throws InterruptedException {
        Reservation settled = call();

        writer.settleSoon(settled, USAGE);
        writer.stop();

        assertThat(commitOf(settled)).isZero();
    }
}
