package com.ytempire.hub.benchmark;

import static com.ytempire.hub.benchmark.Benchmarks.print;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;

/**
 * How fast the hub takes webhooks in and lets them take effect, side by side with a servlet written by hand
 * ({@link ReferenceServer}).
 */
final class IntakeBenchmark {

    private static final String STRIPE = "/api/v1/webhooks/stripe";

    /** By the partial indexes: to ask must not cost more because much is stored. */
    private static final String WAITING = "select (select count(*) from webhooks.work where state = 'processing')"
            + " + (select count(*) from webhooks.work where state in ('received', 'retrying'))";

    private final BenchmarkDatabase database;
    private final ServerProcess hub;
    private final ServerProcess reference;
    private final Scale scale;
    private int runs;

    IntakeBenchmark(BenchmarkDatabase database, ServerProcess hub, ServerProcess reference, Scale scale) {
        this.database = database;
        this.hub = hub;
        this.reference = reference;
        this.scale = scale;
    }

    void warmUp() throws SQLException, IOException {
        for (int i = 0; i < scale.warmUps(); i++) {
            round(reference, "reference");
            round(hub, "hub");
        }
        drain();
    }

    /** One round at the reference alone. */
    Load atReference() throws SQLException {
        return round(reference, "reference");
    }

    private Load round(ServerProcess server, String name) throws SQLException {
        database.empty(name);
        byte[][] requests = events(scale.events());
        Duration before = server.cpu();
        Load load = new LoadGenerator(server.port()).send(requests);
        return load.withCpu(server.cpu().minus(before));
    }

    private byte[][] events(int count) {
        return new SignedEvents("r" + ++runs + "x").requests(count, STRIPE);
    }

    void intake(boolean working) throws SQLException, IOException {
        print("%nIntake, workers %s", working ? "working" : "paused");
        hub.tell(working ? "resume" : "pause");
        List<Load> hubLoads = new ArrayList<>();
        List<Load> referenceLoads = new ArrayList<>();
        for (int i = 1; i <= scale.rounds(); i++) {
            // who goes first changes, so that neither always follows the other
            if (i % 2 == 0) {
                hubLoads.add(round(hub, "hub"));
                settle(working);
                referenceLoads.add(round(reference, "reference"));
            } else {
                referenceLoads.add(round(reference, "reference"));
                hubLoads.add(round(hub, "hub"));
                settle(working);
            }
            print(
                    "  round %d     hub %7.0f/s   reference %7.0f/s",
                    i,
                    hubLoads.get(hubLoads.size() - 1).perSecond(),
                    referenceLoads.get(referenceLoads.size() - 1).perSecond());
        }
        hub.tell("pause");
        report("hub", hubLoads);
        report("reference", referenceLoads);
        print("  ratio       %.2f", median(hubLoads, Load::perSecond) / median(referenceLoads, Load::perSecond));
    }

    /** What the workers still have to do must not disturb the next round of the other side. */
    private void settle(boolean working) {
        if (working) {
            awaitNothingWaits();
        }
    }

    private void report(String name, List<Load> loads) {
        print(
                "  %-10s  %7.0f/s   p50 %6.1f ms   p99 %6.1f ms   %4.0f µs of CPU an event   (medians)",
                name,
                median(loads, Load::perSecond),
                median(loads, load -> load.percentile(50)),
                median(loads, load -> load.percentile(99)),
                median(loads, Load::cpuMicros));
    }

    private static double median(List<Load> loads, ToDoubleFunction<Load> figure) {
        double[] figures = loads.stream().mapToDouble(figure).sorted().toArray();
        return figures[figures.length / 2];
    }

    void through() throws SQLException, IOException {
        int perSecond = 200;
        print("%nThrough, %d events/s for %d s", perSecond, scale.steadySeconds());
        database.empty("hub");
        hub.tell("resume");
        AtomicLong mostWaiting = new AtomicLong();
        AtomicBoolean sending = new AtomicBoolean(true);
        Thread watcher = new Thread(() -> watch(sending, mostWaiting), "backlog");
        watcher.start();
        Load steady = new LoadGenerator(hub.port()).send(events(perSecond * scale.steadySeconds()), perSecond);
        long left = database.number("hub", WAITING);
        sending.set(false);
        awaitNothingWaits();
        print(
                "  accepted    %7.0f/s   p50 %6.1f ms   p99 %6.1f ms",
                steady.perSecond(), steady.percentile(50), steady.percentile(99));
        print(
                "  to applied  p50 %.1f ms   p99 %.1f ms   largest %.1f ms",
                applied("0.5"), applied("0.99"), applied("1"));
        print("  backlog     at most %d, %d at the end", mostWaiting.get(), left);
        print("  outcome     %s", outcome());

        print("%nThrough, as fast as it goes");
        database.empty("hub");
        long begin = System.nanoTime();
        Load fast = new LoadGenerator(hub.port()).send(events(scale.events()));
        awaitNothingWaits();
        double seconds = (System.nanoTime() - begin) / 1e9;
        print(
                "  accepted    %7.0f/s   applied %.0f/s (%d events, until the last one has taken effect)",
                fast.perSecond(), scale.events() / seconds, scale.events());
        print("  outcome     %s", outcome());
        hub.tell("pause");
    }

    private void watch(AtomicBoolean sending, AtomicLong most) {
        await().pollInterval(Duration.ofMillis(500))
                .atMost(Duration.ofMinutes(10))
                .until(() -> {
                    most.accumulateAndGet(database.number("hub", WAITING), Math::max);
                    return !sending.get();
                });
    }

    /** From the moment the hub has read a request, which is before its answer, until its event is done with. */
    private double applied(String fraction) throws SQLException {
        return database.fraction("hub", """
                select percentile_cont(%s) within group
                           (order by extract(epoch from finished_at - received_at) * 1000)
                  from webhooks.work join webhooks.event using (event_no)
                """.formatted(fraction));
    }

    /** How many events ended how, and of those that failed why. */
    private String outcome() throws SQLException {
        return database.text("hub", """
                select string_agg(concat_ws(' ', n, state, error), ', ')
                  from (select state, error, count(*) as n
                          from webhooks.work group by state, error order by n desc limit 5) as outcomes
                """);
    }

    private void drain() throws IOException {
        hub.tell("resume");
        awaitNothingWaits();
        hub.tell("pause");
    }

    private void awaitNothingWaits() {
        await().pollInterval(Duration.ofMillis(100))
                .atMost(Duration.ofMinutes(10))
                .until(() -> database.number("hub", WAITING) == 0);
    }
}
