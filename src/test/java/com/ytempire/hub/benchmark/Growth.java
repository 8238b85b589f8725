package com.ytempire.hub.benchmark;

import static com.ytempire.hub.benchmark.Benchmarks.print;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Whether the hub stays as fast when much is stored. One hub works on two databases in turn, an empty one and a full
 * one: two JVMs never come out alike, and a machine's pace changes within minutes. First both are empty, which shows
 * what the same costs twice. What a round brought is taken away after it, so that every round finds what the one before
 * found.
 */
final class Growth {

    private static final String PATH = "/api/v1/webhooks/stripe";
    private static final String IN_USE = "hub";
    private static final int WARM_UPS = 4;

    private final BenchmarkDatabase database;
    private final ServerProcess hub;
    private final int rounds;
    private final int events;
    private final int stored;
    private String side = "empty";
    private int runs;

    /**
     * What one round showed, in events a second.
     *
     * @param work from the first claim until the last event has taken effect
     * @param intakeCpu microseconds of hub and PostgreSQL an event, which other programs on the machine disturb less
     * @param workCpu the same
     */
    private record Round(double intake, double intakeCpu, double work, double workCpu) {}

    Growth(BenchmarkDatabase database, ServerProcess hub, int rounds, int events, int stored) {
        this.database = database;
        this.hub = hub;
        this.rounds = rounds;
        this.events = events;
        this.stored = stored;
    }

    /** Leaves the hub with the empty database. */
    void measure() throws SQLException, IOException {
        hub.tell("pause");
        withoutConnections(() -> database.run("postgres", "create database grown template " + IN_USE));
        for (int i = 0; i < WARM_UPS; i++) {
            round("empty");
            round("grown");
        }
        print("%nGrowth, both databases empty (what the same costs twice)");
        compare();
        print("%nGrowth, %,d stored events against none", stored);
        use("grown");
        fill();
        round("grown"); // what is read for the first time is not measured
        compare();
        use("empty");
    }

    /** The hub finds the database of that side under the name it knows. */
    private void use(String wanted) throws SQLException {
        if (wanted.equals(side)) {
            return;
        }
        withoutConnections(() -> {
            database.run("postgres", "alter database " + IN_USE + " rename to " + side);
            database.run("postgres", "alter database " + wanted + " rename to " + IN_USE);
        });
        side = wanted;
    }

    private interface Change {
        void make() throws SQLException;
    }

    private void withoutConnections(Change change) throws SQLException {
        database.run("postgres", "alter database " + IN_USE + " with allow_connections false");
        database.run(
                "postgres",
                "select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = '" + IN_USE + "'");
        change.make();
        database.run("postgres", """
                update pg_database set datallowconn = true where not datallowconn and datname in ('hub', 'empty', 'grown')
                """);
        awaitStoring();
    }

    /** A hub that could not store refuses until it has tried again. */
    private void awaitStoring() {
        await().pollInterval(Duration.ofMillis(200))
                .atMost(Duration.ofMinutes(1))
                .until(() -> {
                    try {
                        new LoadGenerator(hub.port()).send(new SignedEvents("g" + ++runs + "s").requests(64, PATH));
                        return true;
                    } catch (IllegalStateException e) {
                        return false;
                    }
                });
    }

    private void compare() throws SQLException, IOException {
        List<Round> ofEmpty = new ArrayList<>();
        List<Round> ofGrown = new ArrayList<>();
        for (int i = 1; i <= rounds; i++) {
            if (i % 2 == 0) { // neither always follows the other
                ofEmpty.add(round("empty"));
                ofGrown.add(round("grown"));
            } else {
                ofGrown.add(round("grown"));
                ofEmpty.add(round("empty"));
            }
        }
        report("intake /s", ofGrown, ofEmpty, Round::intake);
        report("work   /s", ofGrown, ofEmpty, Round::work);
        report("intake µs of CPU", ofGrown, ofEmpty, Round::intakeCpu);
        report("work   µs of CPU", ofGrown, ofEmpty, Round::workCpu);
    }

    private void report(String what, List<Round> ofGrown, List<Round> ofEmpty, ToDoubleFunction<Round> figure) {
        double[] ratios = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            ratios[i] = figure.applyAsDouble(ofGrown.get(i)) / figure.applyAsDouble(ofEmpty.get(i));
        }
        Arrays.sort(ratios);
        print(
                "  %-16s  %6.0f against %6.0f   ratio %.2f   (medians, the ratio of the pairs; %s against %s)",
                what,
                median(ofGrown, figure),
                median(ofEmpty, figure),
                ratios[rounds / 2],
                all(ofGrown, figure),
                all(ofEmpty, figure));
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

    private Round round(String of) throws SQLException, IOException {
        use(of);
        hub.tell("resume"); // what woke the connections takes effect before
        awaitAllDone();
        takeAway();
        byte[][] requests = new SignedEvents("g" + ++runs + "x").requests(events, PATH);
        hub.tell("pause");
        database.run(IN_USE, "checkpoint");
        Duration cpu = cpu();
        double intake = new LoadGenerator(hub.port()).send(requests).perSecond();
        double intakeCpu = cpu().minus(cpu).toNanos() / 1e3 / events;
        database.run(IN_USE, "checkpoint");
        cpu = cpu();
        Instant begin = Instant.now();
        hub.tell("resume");
        awaitAllDone();
        double workCpu = cpu().minus(cpu).toNanos() / 1e3 / events;
        hub.tell("pause");
        double seconds = database.fraction(
                IN_USE,
                "select extract(epoch from max(finished_at) - '" + begin
                        + "'::timestamptz) from webhooks.work where event_no > " + lastStored());
        takeAway();
        return new Round(intake, intakeCpu, events / seconds, workCpu);
    }

    private Duration cpu() throws IOException {
        return hub.cpu().plus(database.cpu());
    }

    /** Asked by the partial indexes alone, for it is asked while it is measured. */
    private void awaitAllDone() {
        await().pollInterval(Duration.ofMillis(250))
                .atMost(Duration.ofMinutes(10))
                .until(() -> database.text(IN_USE, """
                        select not exists (select 1 from webhooks.work where state = 'processing')
                           and not exists (select 1 from webhooks.work where state in ('received', 'retrying'))
                        """).equals("t"));
    }

    private long lastStored() throws SQLException {
        return database.number(
                IN_USE, "select coalesce(max(event_no), 0) from webhooks.event where secret_id = 'stored'");
    }

    private void takeAway() throws SQLException {
        long last = lastStored();
        database.run(IN_USE, "delete from webhooks.event where event_no > " + last);
        database.run(IN_USE, "delete from billing.applied_change where event_no > " + last);
        database.run(IN_USE, "delete from billing.customer where id like 'cus_g%'");
        database.run(IN_USE, "vacuum analyze webhooks.event, webhooks.work, billing.applied_change, billing.customer");
    }

    /** Events that were done with over the last 40 days; the bodies of the last 7 days are still there. */
    private void fill() throws SQLException {
        database.run(IN_USE, """
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
        database.run(IN_USE, """
                insert into billing.customer (id, version, state_at, verified, object)
                select 'cus_' || n, 1, now(), true, '{}' from generate_series(1, 50000) as n
                """);
        database.run(IN_USE, "vacuum analyze webhooks.event, webhooks.work, billing.applied_change, billing.customer");
        database.run(IN_USE, "checkpoint");
    }
}
