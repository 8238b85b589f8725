package com.ytempire.hub.benchmark;

import static com.ytempire.hub.benchmark.Benchmarks.print;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.sandbox.Faults.Fault;
import com.ytempire.hub.sandbox.Sandbox;
import com.ytempire.hub.sandbox.SandboxHub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.springframework.util.FileSystemUtils;

/**
 * Everything at once for ten minutes, while the vendors fail: webhooks, purchases, texts, videos, replays, and operators
 * who look. In the end nothing is lost and nothing doubled, by the vendors' own records; memory, threads, connections and
 * files are what they were; and each line of the log that warns has a reason. {@code -Dsoak.seed=} chooses other faults.
 */
final class SoakBenchmark {

    static final String PASSWORD = "benchmark";

    private static final String NAME = "soak";
    private static final Duration FULL = Duration.ofMinutes(10);
    private static final Duration QUICK = Duration.ofMinutes(1);
    private static final int MOST_THREADS = 400;
    private static final Duration UNTIL_QUIET = Duration.ofMinutes(4);
    private static final List<String> VENDORS = List.of(
            "stripe",
            "openai",
            "google_tts",
            "pexels",
            "pixabay",
            "youtube_api",
            "resend",
            "mixpanel",
            "amplitude",
            "n8n");
    private static final List<Fault> FAULTS = List.of(
            Fault.status(503),
            Fault.status(500),
            Fault.cut(),
            Fault.rateLimit(),
            Fault.slow(Duration.ofSeconds(1)),
            Fault.cut().afterTheWork());

    private final Path folder;
    private final BenchmarkDatabase database;
    private final Sandbox sandbox;
    private final Duration time;
    private final long seed = Long.getLong("soak.seed", 20261121L);
    private final Random random = new Random(seed);
    private int faults;

    /** What the hub's process holds. */
    private record Held(long heap, long threads, long files, long connections) {

        @Override
        public String toString() {
            return "heap after collection %4d MB, %3d threads, %3d files, %2d connections"
                    .formatted(heap, threads, files, connections);
        }

        /**
         * Room for what a cache or a pool may still grow by: threads that serve requests come as they are needed, 256 at
         * most, each with a file or two. A leak under this load shows as more.
         */
        boolean isFlatSince(Held before) {
            long served = Math.max(0, threads - before.threads);
            return heap <= before.heap * 5 / 4 + 32
                    && threads <= Math.max(before.threads + 24, MOST_THREADS)
                    && files <= before.files + 48 + 2 * served
                    && connections <= Math.max(before.connections, 24);
        }
    }

    private SoakBenchmark(Path folder, BenchmarkDatabase database, Sandbox sandbox, Duration time) {
        this.folder = folder;
        this.database = database;
        this.sandbox = sandbox;
        this.time = time;
    }

    /** @return what went wrong; empty when nothing did */
    static List<String> run(Path folder, Map<String, String> environment, boolean quick) throws Exception {
        Path work = folder.resolve(NAME);
        FileSystemUtils.deleteRecursively(work);
        Files.createDirectories(work);
        try (BenchmarkDatabase database = BenchmarkDatabase.start(folder.resolve("postgresql"), false);
                Sandbox sandbox = Sandbox.start(0)) {
            database.run("postgres", "create database " + NAME);
            SoakBenchmark soak = new SoakBenchmark(work, database, sandbox, quick ? QUICK : FULL);
            Map<String, String> all = new HashMap<>(environment);
            all.put("SPRING_DATASOURCE_URL", database.url(NAME));
            all.put("SPRING_APPLICATION_JSON", soak.settings());
            try (ServerProcess hub = ServerProcess.start(
                    BenchmarkHub.class,
                    work,
                    List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
                    all,
                    "--server.port=0",
                    "--management.server.port=0")) {
                return soak.soak(hub);
            }
        }
    }

    /** Everything is tried again sooner than in earnest, so that ten minutes hold many lives of each failure. */
    private String settings() throws IOException {
        Map<String, Object> settings = new HashMap<>(SandboxHub.settings(sandbox.baseUrl()));
        settings.remove("HUB_DATA");
        settings.put("HUB_OPERATOR_PASSWORD", PASSWORD);
        settings.put("HUB_VIDEO_SIZE", "144");
        settings.put("STRIPE_WEBHOOK_SECRET", SignedEvents.SECRET);
        settings.put("STORAGE_PATH", folder.resolve("media").toString());
        settings.put("hub.accounts.requests.per-minute", "1000000");
        settings.put("hub.accounts.requests.per-hour", "1000000");
        settings.put("hub.accounts.requests.auth-per-minute", "1000000");
        settings.put("hub.accounts.bcrypt-strength", "4");
        settings.put("hub.webhooks.work.retries", "1s, 2s, 5s, 10s, 20s, 30s");
        settings.put("hub.billing.breaker.open", "3s");
        settings.put("hub.billing.requests-per-second", "100");
        settings.put("hub.billing.commands.back-off", "1s");
        settings.put("hub.billing.commands.postpone", "2s");
        settings.put("hub.billing.commands.attempts", "20");
        settings.put("hub.billing.open-effects-interval", "500");
        settings.put("hub.links.open", "3s");
        settings.put("hub.content.backoff", "100ms");
        settings.put("hub.media.backoff", "100ms");
        settings.put("hub.notifications.look", "500");
        settings.put("hub.notifications.breaker.open", "3s");
        settings.put("hub.notifications.retries", "1s, 2s, 5s, 10s, 20s, 30s");
        settings.put("hub.notifications.webhooks.retries", "1s, 2s, 5s, 10s, 20s, 30s");
        settings.put("hub.notifications.mail.per-second", "20");
        settings.put("hub.videos.assembly.preset", "ultrafast");
        settings.put("hub.videos.least-free", "1MB");
        settings.put("hub.videos.least-quality", "0"); // what a template wrote is published as well
        settings.put("hub.videos.retries", Stream.generate(() -> "2s").limit(40).collect(Collectors.joining(", ")));
        settings.put("hub.youtube.upload.chunk", "256KB");
        settings.put("hub.youtube.upload.queue-again", "2s");
        settings.put("hub.youtube.upload.back-off", "500ms, 1s, 3s");
        settings.put("hub.youtube.upload.look-again", "500ms, 1s");
        settings.put("hub.youtube.upload.watch", "1s, 2s");
        sandbox.resend().takesPerSecond(25);
        return new ObjectMapper().writeValueAsString(settings);
    }

    private List<String> soak(ServerProcess hub) throws Exception {
        print("%nSoak, %d s of everything at once, vendors fail (seed %d)", time.toSeconds(), seed);
        SoakFlows flows = new SoakFlows(database, NAME, sandbox, hub.port(), time);
        hub.tell("resume");
        flows.prepare();
        ScheduledExecutorService trouble = Executors.newSingleThreadScheduledExecutor();
        try {
            flows.begin();
            trouble.scheduleWithFixedDelay(this::trouble, 500, 500, TimeUnit.MILLISECONDS);
            pass(time.dividedBy(4)); // by then caches and pools have filled
            Held start = held(hub);
            print("  after  %3d s  %s", time.toSeconds() / 4, start);
            pass(time.dividedBy(4));
            print("  after  %3d s  %s", time.toSeconds() / 2, held(hub));
            pass(time.dividedBy(2));
            Held end = held(hub);
            print("  after  %3d s  %s", time.toSeconds(), end);
            flows.stop();
            trouble.shutdownNow();
            sandbox.recover();
            flows.awaitAnswers(UNTIL_QUIET);
            List<String> open = awaitQuiet();
            print("  when all has ended %s", held(hub));
            print("  faults        %d at %d vendors", faults, VENDORS.size());
            SoakChecks checks = new SoakChecks(database, NAME, sandbox, flows);
            checks.check();
            checks.violations().addAll(open);
            if (!end.isFlatSince(start)) {
                checks.violations().add("not flat: " + start + " became " + end);
            }
            checks.violations().addAll(new SoakLog(folder.resolve("log")).unexplained());
            checks.violations().forEach(violation -> print("  VIOLATION     %s", violation));
            print("  %s", checks.violations().isEmpty() ? "nothing lost, nothing doubled, all explained" : "FAILED");
            return checks.violations();
        } finally {
            flows.stop();
            trouble.shutdownNow();
        }
    }

    static void pass(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /**
     * Now and then a vendor is away for a while; mostly one request fails, or its answer is lost. Failures do not pile up
     * at a vendor that is seldom asked: it would seem away for hours, and what is tried a few times only would rightly be
     * given up.
     */
    private void trouble() {
        String vendor = VENDORS.get(random.nextInt(VENDORS.size()));
        Fault fault = FAULTS.get(random.nextInt(FAULTS.size()));
        if (sandbox.faults().isWaiting(vendor)) {
            return;
        }
        faults++;
        if (random.nextInt(60) == 0) {
            sandbox.faults()
                    .outage(vendor, Fault.status(503), sandbox.clock().instant().plusSeconds(5));
        } else {
            sandbox.faults().fail(vendor, fault, 1);
        }
    }

    private Held held(ServerProcess hub) throws IOException, SQLException {
        int said = numbers().size();
        hub.tell("collect");
        await().atMost(Duration.ofSeconds(30)).until(() -> numbers().size() > said);
        List<String> heaps = numbers();
        Path process = Path.of("/proc", String.valueOf(hub.pid()));
        long threads = 0;
        long files = 0;
        if (Files.isReadable(process.resolve("status"))) {
            try (var entries = Files.list(process.resolve("task"))) {
                threads = entries.count();
            }
            try (var entries = Files.list(process.resolve("fd"))) {
                files = entries.count();
            }
        }
        return new Held(
                Long.parseLong(heaps.get(heaps.size() - 1).substring(BenchmarkHub.MEGABYTES.length())),
                threads,
                files,
                database.number("postgres", "select count(*) from pg_stat_activity where datname = '" + NAME + "'"));
    }

    private List<String> numbers() throws IOException {
        try (var lines = Files.lines(folder.resolve("log"))) {
            return lines.filter(line -> line.startsWith(BenchmarkHub.MEGABYTES)).toList();
        }
    }

    /** @return what has not ended, and will not: each a violation */
    private List<String> awaitQuiet() throws SQLException {
        String open = "select string_agg(what || ' ' || coalesce(detail, ''), '; ') from (" + SoakChecks.OPEN
                + ") as open (what, detail)";
        try {
            await("all that was begun has ended")
                    .atMost(UNTIL_QUIET)
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> {
                        sandbox.deliveries().redeliverNow();
                        return sandbox.deliveries().idle() && database.text(NAME, open) == null;
                    });
            return List.of();
        } catch (ConditionTimeoutException e) {
            return List.of("has not ended: " + database.text(NAME, open));
        }
    }
}
