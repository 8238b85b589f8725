package com.ytempire.hub.benchmark;

import static com.ytempire.hub.benchmark.IntakeBenchmark.print;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Whether the hub stays as fast when much is stored. Two hubs with a database each take turns, in the same rounds: first
 * both are empty, which shows how alike they are, then one of them is filled. What a round brought is taken away after
 * it, so that every round finds what the one before found.
 */
final class Growth {

    private static final String PATH = "/api/v1/webhooks/stripe";
    private static final int WARM_UPS = 3;

    private final BenchmarkDatabase database;
    private final Side empty;
    private final Side grown;
    private final int rounds;
    private final int events;
    private final int stored;
    private int runs;

    private record Side(String name, ServerProcess hub) {}

    /**
     * What one round showed, in events a second.
     *
     * @param work from the first claim until the last event has taken effect
     * @param intakeCpu microseconds of hub and PostgreSQL an event, which other programs on the machine disturb less
     * @param workCpu the same
     */
    private record Round(double intake, double intakeCpu, double work, double workCpu) {}

    Growth(BenchmarkDatabase database, ServerProcess hub, ServerProcess other, int rounds, int events, int stored) {
        this.database = database;
        this.empty = new Side("hub", hub);
        this.grown = new Side("grown", other);
        this.rounds = rounds;
        this.events = events;
        this.stored = stored;
    }

    void measure() throws SQLException, IOException {
        for (int i = 0; i < WARM_UPS; i++) {
            round(empty);
            round(grown);
        }
        print("%nGrowth, both hubs empty (what the same costs twice)");
        compare();
        print("%nGrowth, %,d stored events against none", stored);
        fill();
        round(grown); // what is read for the first time is not measured
        compare();
        database.empty(empty.name());
    }

    private void compare() throws SQLException, IOException {
        List<Round> ofEmpty = new ArrayList<>();
        List<Round> ofGrown = new ArrayList<>();
        for (int i = 1; i <= rounds; i++) {
            if (i % 2 == 0) { // neither always follows the other
                ofEmpty.add(round(empty));
                ofGrown.add(round(grown));
            } else {
                ofGrown.add(round(grown));
                ofEmpty.add(round(empty));
            }
        }
        report("intake /s", ofGrown, ofEmpty, Round::intake);
        report("work   /s", ofGrown, ofEmpty, Round::work);
        report("intake µs of CPU", ofGrown, ofEmpty, Round::intakeCpu);
        report("work   µs of CPU", ofGrown, ofEmpty, Round::workCpu);
    }

    private void report(String what, List<Round> ofGrown, List<Round> ofEmpty, ToDoubleFunction<Round> figure) {
        double full = median(ofGrown, figure);
        double none = median(ofEmpty, figure);
        print(
                "  %-16s  %6.0f against %6.0f   ratio %.2f   (medians; %s against %s)",
                what, full, none, full / none, all(ofGrown, figure), all(ofEmpty, figure));
    }

    private static String all(List<Round> rounds, ToDoubleFunction<Round> figure) {
        return String.join(
                " ",
                rounds.stream()
                        .map(round -> String.valueOf(Math.round(figure.applyAsDouble(round))))
                        .toList());
    }

    private static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
        double[] figures = rounds.stream().mapToDouble(figure).sorted().toArray();
        return figures[figures.length / 2];
    }

    private Round round(Side side) throws SQLException, IOException {
        byte[][] requests = new SignedEvents("g" + ++runs + "x").requests(events, PATH);
        side.hub().tell("pause");
        database.run(side.name(), "checkpoint");
        Duration cpu = cpu(side);
        double intake = new LoadGenerator(side.hub().port()).send(requests).perSecond();
        double intakeCpu = cpu(side).minus(cpu).toNanos() / 1e3 / events;
        database.run(side.name(), "checkpoint");
        cpu = cpu(side);
        Instant begin = Instant.now();
        side.hub().tell("resume");
        awaitAllDone(side);
        double workCpu = cpu(side).minus(cpu).toNanos() / 1e3 / events;
        side.hub().tell("pause");
        double seconds = database.fraction(
                side.name(),
                "select extract(epoch from max(finished_at) - '" + begin
                        + "'::timestamptz) from webhooks.work where event_no > " + lastStored(side));
        takeAway(side);
        return new Round(intake, intakeCpu, events / seconds, workCpu);
    }

    private Duration cpu(Side side) throws IOException {
        return side.hub().cpu().plus(database.cpu());
    }

    /** Asked by the partial indexes alone, for it is asked while it is measured. */
    private void awaitAllDone(Side side) {
        await().pollInterval(Duration.ofMillis(250))
                .atMost(Duration.ofMinutes(10))
                .until(() -> database.text(side.name(), """
                        select not exists (select 1 from webhooks.work where state = 'processing')
                           and not exists (select 1 from webhooks.work where state in ('received', 'retrying'))
                        """).equals("t"));
    }

    private long lastStored(Side side) throws SQLException {
        return database.number(
                side.name(), "select coalesce(max(event_no), 0) from webhooks.event where secret_id = 'stored'");
    }

    private void takeAway(Side side) throws SQLException {
        long last = lastStored(side);
        database.run(side.name(), "delete from webhooks.event where event_no > " + last);
        database.run(side.name(), "delete from billing.applied_change where event_no > " + last);
        database.run(side.name(), "delete from billing.customer where id like 'cus_g%'");
        database.run(
                side.name(), "vacuum analyze webhooks.event, webhooks.work, billing.applied_change, billing.customer");
    }

    /** Events that were done with over the last 40 days; the bodies of the last 7 days are still there. */
    private void fill() throws SQLException {
        database.run(grown.name(), """
                with stored as (
                    insert into webhooks.event (service, event_id, type, object_key, change_id, source, secret_id,
                                                livemode, api_version, created_at, received_at, headers, body)
                    select 'stripe', 'evt_' || md5(n::text), 'customer.updated', 'cus_' || n %% 50000,
                           'evt_' || md5(n::text), 'delivery', 'stored', false, '2023-10-16',
                           now() - n * interval '40 days' / %1$d, now() - n * interval '40 days' / %1$d,
                           case when n < %1$d * 7 / 40 then '{}'::jsonb end,
                           case when n < %1$d * 7 / 40 then convert_to(repeat(md5(n::text), 48), 'UTF8') end
                      from generate_series(%1$d, 1, -1) as n
                    returning event_no, object_key, change_id, received_at
                ), applied as (
                    insert into billing.applied_change (change_id, event_no) select change_id, event_no from stored
                )
                insert into webhooks.work (event_no, service, object_key, state, due_at, attempt, finished_at, result)
                select event_no, 'stripe', object_key, 'processed', received_at, 1, received_at, 'stored'
                  from stored
                """.formatted(stored));
        database.run(grown.name(), """
                insert into billing.customer (id, version, state_at, verified, object)
                select 'cus_' || n, 1, now(), true, '{}' from generate_series(1, 50000) as n
                """);
        database.run(
                grown.name(), "vacuum analyze webhooks.event, webhooks.work, billing.applied_change, billing.customer");
        database.run(grown.name(), "checkpoint");
    }
}
