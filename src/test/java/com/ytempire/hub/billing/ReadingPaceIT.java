package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.HubIT;
import com.ytempire.hub.webhooks.ReadingWindow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** All that is read from Stripe in mass keeps one pace, on however many nodes. */
class ReadingPaceIT extends HubIT {

    @Autowired
    private ProducerTemplate routes;

    @Test
    void twoNodesTogetherStayBelowTheLimitInEverySecond() throws Exception {
        List<ReadingPace> nodes = List.of(new ReadingPace(jdbc, 20), new ReadingPace(jdbc, 20));
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Long> turns = new ArrayList<>();
        try {
            List<Future<Long>> taken = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                ReadingPace node = nodes.get(i % 2);
                taken.add(threads.submit(() -> {
                    node.await();
                    return System.nanoTime();
                }));
            }
            for (Future<Long> turn : taken) {
                turns.add(turn.get());
            }
        } finally {
            threads.shutdownNow();
        }
        List<Long> sorted = turns.stream().sorted().toList();
        for (long start : sorted) {
            assertThat(sorted.stream()
                            .filter(turn -> turn >= start && turn < start + 1_000_000_000L)
                            .count())
                    .as("requests within one second")
                    .isLessThan(25);
        }
        assertThat(Duration.ofNanos(sorted.get(59) - sorted.get(0)))
                .as("and no slower than needed")
                .isBetween(Duration.ofMillis(2700), Duration.ofSeconds(8));
    }

    @Test
    void aClockThatIsPutBackHoldsNobodyUp() throws Exception {
        holdUp("1 hour");
        long start = System.nanoTime();
        new ReadingPace(jdbc, 20).await();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"billing-sweep-compare", "webhooks-reconcile-read"})
    void whatReadsListsWaitsForItsTurn(String route) {
        holdUp("1 second");
        long start = System.nanoTime();
        ReadingWindow window =
                new ReadingWindow(SANDBOX.clock().instant(), SANDBOX.clock().instant());
        routes.request("direct:" + route, exchange -> exchange.setVariable("window", window));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(700));
    }

    private void holdUp(String time) {
        jdbc.sql("insert into billing.pace (what, next_at) values ('reading', now() + :time::interval)"
                        + " on conflict (what) do update set next_at = excluded.next_at")
                .param("time", time)
                .update();
    }
}
