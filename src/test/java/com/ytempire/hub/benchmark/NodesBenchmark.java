package com.ytempire.hub.benchmark;

import static com.ytempire.hub.benchmark.Benchmarks.print;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What an event costs the one database that all nodes share, what a node costs it that has nothing to do, and what its
 * sessions wait for most: there nodes stop helping. Load, hubs and PostgreSQL share this machine, so the events of a second
 * say little here; what the database is asked for one does not depend on it.
 */
final class NodesBenchmark {

    private static final String NAME = "nodes";
    private static final String PATH = "/api/v1/webhooks/stripe";
    private static final List<List<String>> SHAPES = List.of(
            List.of("both"), List.of("receive", "work"), List.of("both", "both"), List.of("both", "both", "both"));
    private static final String WAITING =
            "select count(*) from webhooks.work where state in ('received', 'processing', 'retrying')";

    private final BenchmarkDatabase database;
    private final Path folder;
    private final Map<String, String> environment;
    private final int events;
    private final Duration idle;
    private int made;

    /** What the database has done until now. */
    private record Done(double commits, double walBytes, double calls, double micros, Duration cpu) {}

    private NodesBenchmark(BenchmarkDatabase database, Path folder, Map<String, String> environment, boolean quick) {
        this.database = database;
        this.folder = folder;
        this.environment = environment;
        this.events = quick ? 3_000 : 12_000;
        this.idle = Duration.ofSeconds(quick ? 10 : 30);
    }

    static void run(Path folder, Map<String, String> environment, boolean quick) throws Exception {
        try (BenchmarkDatabase database = BenchmarkDatabase.start(folder.resolve("postgresql"), true)) {
            database.run("postgres", "create database " + NAME);
            Map<String, String> all = new HashMap<>(environment);
            all.put("SPRING_DATASOURCE_URL", database.url(NAME));
            NodesBenchmark benchmark = new NodesBenchmark(database, folder, all, quick);
            for (List<String> shape : SHAPES) {
                benchmark.measure(shape);
            }
        }
    }

    private void measure(List<String> roles) throws Exception {
        print("%nNodes: %s", String.join(" + ", roles));
        List<ServerProcess> hubs = new ArrayList<>();
        try {
            for (String role : roles) {
                Map<String, String> all = new HashMap<>(environment);
                all.put("HUB_ROLE", role);
                hubs.add(ServerProcess.start(
                        BenchmarkHub.class,
                        folder.resolve(NAME + "-" + hubs.size()),
                        List.of(),
                        all,
                        "--server.port=0",
                        "--management.server.port=0"));
            }
            List<ServerProcess> receivers = new ArrayList<>();
            for (int i = 0; i < hubs.size(); i++) {
                if (!roles.get(i).equals("receive")) {
                    hubs.get(i).tell("resume");
                }
                if (!roles.get(i).equals("work")) {
                    receivers.add(hubs.get(i));
                }
            }
            round(receivers); // warms up
            idle(hubs.size());
            database.empty(NAME);
            report(round(receivers));
        } finally {
            for (ServerProcess hub : hubs) {
                hub.close();
            }
        }
    }

    /** What nodes ask of the database that have nothing to do. */
    private void idle(int nodes) throws SQLException, IOException {
        SoakBenchmark.pass(Duration.ofSeconds(3));
        Done before = done();
        SoakBenchmark.pass(idle);
        Done after = done();
        double seconds = idle.toSeconds();
        print(
                "  idle        %6.0f statements/s, %5.1f commits/s, %4.1f ms of statements and %4.1f ms of CPU a second, of %d node(s)",
                (after.calls - before.calls) / seconds,
                (after.commits - before.commits) / seconds,
                (after.micros - before.micros) / 1e3 / seconds,
                after.cpu.minus(before.cpu).toMillis() / seconds,
                nodes);
    }

    private record Round(double seconds, Done before, Done after, long connections, Map<String, AtomicLong> waits) {}

    /** As fast as it goes, spread over those who receive, until the last event has taken effect. */
    private Round round(List<ServerProcess> receivers) throws SQLException, IOException {
        Map<String, AtomicLong> waits = new ConcurrentHashMap<>();
        AtomicLong connections = new AtomicLong();
        AtomicBoolean running = new AtomicBoolean(true);
        byte[][] requests = new SignedEvents("n" + ++made + "x").requests(events, PATH);
        Done before = done();
        CompletableFuture<Void> watcher = CompletableFuture.runAsync(() -> watch(running, connections, waits));
        long begin = System.nanoTime();
        int each = requests.length / receivers.size();
        CompletableFuture.allOf(IntStream.range(0, receivers.size())
                        .mapToObj(i -> CompletableFuture.runAsync(() -> new LoadGenerator(
                                        receivers.get(i).port(), LoadGenerator.CONNECTIONS / receivers.size(), null)
                                .send(Arrays.copyOfRange(requests, i * each, (i + 1) * each))))
                        .toArray(CompletableFuture[]::new))
                .join();
        await().pollInterval(Duration.ofMillis(50))
                .atMost(Duration.ofMinutes(5))
                .until(() -> database.number(NAME, WAITING) == 0);
        double seconds = (System.nanoTime() - begin) / 1e9;
        running.set(false);
        watcher.join();
        return new Round(seconds, before, done(), connections.get(), waits);
    }

    private void report(Round round) {
        Done before = round.before;
        Done after = round.after;
        print(
                "  an event    %6.0f µs of statements (%4.1f of them), %4.0f µs of PostgreSQL's CPU, %5.2f commits, %5.1f KB of log",
                (after.micros - before.micros) / events,
                (after.calls - before.calls) / events,
                after.cpu.minus(before.cpu).toNanos() / 1e3 / events,
                (after.commits - before.commits) / events,
                (after.walBytes - before.walBytes) / 1024 / events);
        long samples = round.waits.values().stream().mapToLong(AtomicLong::get).sum();
        print(
                "  at most     %6.0f events/s received and applied here, %d connections; sessions at work: %s",
                events / round.seconds,
                round.connections,
                round.waits.entrySet().stream()
                        .sorted(Entry.comparingByValue((a, b) -> Long.compare(b.get(), a.get())))
                        .limit(6)
                        .map(wait -> "%s %d %%"
                                .formatted(wait.getKey(), 100 * wait.getValue().get() / samples))
                        .collect(Collectors.joining(", ")));
    }

    /** What sessions at work are doing, looked at many times a second. */
    private void watch(AtomicBoolean running, AtomicLong connections, Map<String, AtomicLong> waits) {
        try {
            while (running.get()) {
                connections.accumulateAndGet(
                        database.number(
                                "postgres", "select count(*) from pg_stat_activity where datname = '" + NAME + "'"),
                        Math::max);
                String now = database.text("postgres", """
                        select string_agg(coalesce(wait_event_type || ':' || wait_event, 'running'), ',')
                          from pg_stat_activity where datname = '%s' and state = 'active'
                        """.formatted(NAME));
                if (now != null) {
                    for (String wait : now.split(",")) {
                        waits.computeIfAbsent(wait, key -> new AtomicLong()).incrementAndGet();
                    }
                }
                SoakBenchmark.pass(Duration.ofMillis(20));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Done done() throws SQLException, IOException {
        SoakBenchmark.pass(Duration.ofMillis(1_200)); // a session tells its commits once a second at most
        String ofDatabase =
                " from pg_stat_statements where dbid = (select oid from pg_database where datname = '" + NAME + "')";
        return new Done(
                database.fraction(
                        "postgres", "select xact_commit from pg_stat_database where datname = '" + NAME + "'"),
                database.fraction("postgres", "select pg_current_wal_lsn() - '0/0'::pg_lsn"),
                database.fraction("hub", "select coalesce(sum(calls), 0)" + ofDatabase),
                database.fraction(
                        "hub", "select coalesce(sum(total_exec_time + total_plan_time), 0) * 1000" + ofDatabase),
                database.cpu());
    }
}
