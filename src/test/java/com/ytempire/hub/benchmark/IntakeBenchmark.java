package com.ytempire.hub.benchmark;

import static org.awaitility.Awaitility.await;

import com.ytempire.hub.sandbox.Sandbox;
import com.ytempire.hub.youtube.ChannelBenchmark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.catalina.util.ServerInfo;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;

/**
 * How fast the hub takes webhooks in and lets them take effect, side by side with a servlet written by hand
 * ({@link ReferenceServer}):
 *
 * <pre>mvn -Pbenchmark spring-boot:test-run</pre>
 *
 * <p>{@code -Dspring-boot.run.arguments=} takes {@code quick} (fewer rounds, shorter, smaller growth), and
 * {@code intake}, {@code through}, {@code growth}, {@code billing}, {@code payments}, {@code chain}, {@code stock},
 * {@code channels}, {@code upload}, {@code assembly}, {@code video} for some parts only; {@code statements} lists what
 * one event of billing asks of PostgreSQL. {@code soak} and {@code nodes} are things of their own, {@link
 * SoakBenchmark} and {@link NodesBenchmark}. Hub, reference, load and PostgreSQL are processes of their own on this
 * machine; nothing else should run on it.
 */
final class IntakeBenchmark {

    private static final String STRIPE = "/api/v1/webhooks/stripe";
    private static final Path FOLDER = Path.of("target", "benchmark").toAbsolutePath();
    /** By the partial indexes: to ask must not cost more because much is stored. */
    private static final String WAITING = "select (select count(*) from webhooks.work where state = 'processing')"
            + " + (select count(*) from webhooks.work where state in ('received', 'retrying'))";

    /** Parts that ask the first hub or the reference; the others have hubs of their own. */
    private static final Set<String> WITH_EVENTS = Set.of("intake", "through", "growth", "billing", "stock");

    private final BenchmarkDatabase database;
    private final ServerProcess hub;
    private final ServerProcess reference;
    private final Scale scale;
    private final boolean counting;
    private int runs;

    /** How much is measured. */
    private record Scale(int rounds, int events, int warmUps, int steadySeconds, int stored) {

        static final Scale FULL = new Scale(5, 15_000, 3, 60, 1_000_000);
        static final Scale QUICK = new Scale(3, 5_000, 2, 15, 100_000);
    }

    private IntakeBenchmark(
            BenchmarkDatabase database, ServerProcess hub, ServerProcess reference, Scale scale, boolean counting) {
        this.counting = counting;
        this.database = database;
        this.hub = hub;
        this.reference = reference;
        this.scale = scale;
    }

    public static void main(String[] args) throws Exception {
        List<String> words = Arrays.asList(args);
        LoggingSystem.get(IntakeBenchmark.class.getClassLoader()).setLogLevel("ROOT", LogLevel.WARN);
        Scale scale = words.contains("quick") ? Scale.QUICK : Scale.FULL;
        boolean all = words.stream()
                .noneMatch(List.of(
                        "intake",
                        "through",
                        "growth",
                        "billing",
                        "payments",
                        "chain",
                        "stock",
                        "channels",
                        "upload",
                        "assembly",
                        "video")::contains);
        Files.createDirectories(FOLDER);
        if (words.contains("soak")) {
            List<String> violations = SoakBenchmark.run(FOLDER, hubEnvironment(""), words.contains("quick"));
            System.exit(violations.isEmpty() ? 0 : 1);
        }
        if (words.contains("nodes")) {
            NodesBenchmark.run(FOLDER, hubEnvironment(""), words.contains("quick"));
            return;
        }
        boolean counting = words.contains("statements");
        try (BenchmarkDatabase database = BenchmarkDatabase.start(FOLDER.resolve("postgresql"), counting);
                ServerProcess reference = ServerProcess.start(
                        ReferenceServer.class,
                        FOLDER.resolve("reference"),
                        List.of(),
                        Map.of(),
                        database.url("reference"),
                        String.valueOf(LoadGenerator.CONNECTIONS));
                ServerProcess hub = startHub(database, "hub")) {
            IntakeBenchmark benchmark = new IntakeBenchmark(database, hub, reference, scale, counting);
            benchmark.describeMachine();
            if (all || words.stream().anyMatch(WITH_EVENTS::contains)) {
                benchmark.warmUp();
            }
            if (all || words.contains("intake")) {
                benchmark.intake(false);
                benchmark.intake(true);
            }
            if (all || words.contains("through")) {
                benchmark.through();
            }
            if (all || words.contains("growth")) {
                benchmark.growth();
            }
            if (all || words.contains("billing")) {
                benchmark.billing();
            }
            if (all || words.contains("payments")) {
                benchmark.payments();
            }
            if (all || words.contains("chain")) {
                benchmark.chain();
            }
            if (all || words.contains("stock")) {
                benchmark.stock();
            }
            if (all || words.contains("assembly")) {
                new AssemblyBenchmark(FOLDER.resolve("assembly"), scale.rounds()).measure();
            }
            if (all || words.contains("channels")) {
                benchmark.channels();
            }
            if (all || words.contains("upload")) {
                benchmark.upload();
            }
            if (all || words.contains("video")) {
                benchmark.video();
            }
        }
    }

    /** @param name of its database and its folder */
    private static ServerProcess startHub(BenchmarkDatabase database, String name) throws Exception {
        return startHub(database, name, hubEnvironment(database.url(name)));
    }

    private static ServerProcess startHub(BenchmarkDatabase database, String name, Map<String, String> environment)
            throws Exception {
        return ServerProcess.start(
                BenchmarkHub.class,
                FOLDER.resolve(name),
                Arrays.asList(System.getProperty("hub.jvm", "-Dhub=true").split(" ")),
                environment,
                "--server.port=0",
                "--management.server.port=0");
    }

    private static Map<String, String> hubEnvironment(String url) {
        return Map.of(
                "SPRING_DATASOURCE_URL",
                url,
                "SPRING_DATASOURCE_USERNAME",
                "postgres",
                "HUB_ENCRYPTION_KEY",
                Base64.getEncoder().encodeToString(new byte[32]),
                "JWT_SECRET_KEY",
                Base64.getEncoder().encodeToString(new byte[32]),
                "HUB_OPERATOR_PASSWORD",
                "benchmark",
                "HUB_ROUTES",
                Path.of("routes").toAbsolutePath().toString(),
                "STRIPE_WEBHOOK_SECRET",
                SignedEvents.SECRET);
    }

    private void describeMachine() throws IOException, SQLException {
        Path cpus = Path.of("/proc/cpuinfo");
        String model = Files.isReadable(cpus)
                ? Files.readAllLines(cpus).stream()
                        .filter(line -> line.startsWith("model name"))
                        .findFirst()
                        .map(line -> line.substring(line.indexOf(':') + 1).strip())
                        .orElse("")
                : "";
        print(
                "machine      %d processors %s, %s %s",
                Runtime.getRuntime().availableProcessors(),
                model,
                System.getProperty("os.name"),
                System.getProperty("os.version"));
        print("JVM          %s %s", System.getProperty("java.vm.name"), Runtime.version());
        print(
                "PostgreSQL   %s; fsync %s, synchronous_commit %s",
                database.text("hub", "show server_version"),
                database.text("hub", "show fsync"),
                database.text("hub", "show synchronous_commit"));
        print(
                "versions     Camel %s, %s",
                DefaultCamelContext.class.getPackage().getImplementationVersion(), ServerInfo.getServerInfo());
        print(
                "load         %d connections, bodies of 1.5 KB, %,d events a round, %d rounds",
                LoadGenerator.CONNECTIONS, scale.events(), scale.rounds());
    }

    private void warmUp() throws SQLException, IOException {
        for (int i = 0; i < scale.warmUps(); i++) {
            round(reference, "reference");
            round(hub, "hub");
        }
        drain();
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

    private void intake(boolean working) throws SQLException, IOException {
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

    private void through() throws SQLException, IOException {
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

    private void growth() throws Exception {
        database.empty("hub");
        new Growth(database, hub, scale.rounds(), scale.events(), scale.stored()).measure();
        database.empty("hub");
    }

    private void billing() throws Exception {
        new BillingBenchmark(database, hub, scale.rounds(), scale.events() / 5, counting).events();
    }

    private void payments() throws Exception {
        database.run("postgres", "create database payments");
        try (Sandbox stripe = Sandbox.start(0);
                ServerProcess other = startHub(
                        database,
                        "payments",
                        PaymentBenchmark.withStripe(hubEnvironment(database.url("payments")), stripe.baseUrl()))) {
            new PaymentBenchmark(database, other, stripe, scale.steadySeconds(), counting).measure();
        }
    }

    private void channels() throws Exception {
        print("%nChoosing among 1,000 channels, with the reservation and its commit");
        database.run("postgres", "create database channels");
        Map<String, String> settings = new HashMap<>();
        hubEnvironment(database.url("channels"))
                .forEach((name, value) -> settings.put(
                        name.startsWith("SPRING_")
                                ? name.toLowerCase(Locale.ROOT).replace('_', '.')
                                : name,
                        value));
        settings.put("hub.data", FOLDER.resolve("channels").toString());
        settings.put("server.port", "0");
        settings.put("management.server.port", "0");
        ChannelBenchmark.measure(settings, Duration.ofSeconds(scale.steadySeconds()), scale.rounds())
                .forEach(line -> print("%s", line));
    }

    private void chain() throws Exception {
        database.run("postgres", "create database chains");
        try (ServerProcess model = ServerProcess.start(ModelStub.class, FOLDER.resolve("model"), List.of(), Map.of());
                ServerProcess other = startHub(
                        database,
                        "chains",
                        ChainBenchmark.withModel(hubEnvironment(database.url("chains")), model.port()))) {
            new ChainBenchmark(database, FOLDER, scale.rounds(), scale.events() / 5, counting).measure(model, other);
        }
    }

    private void upload() throws Exception {
        database.run("postgres", "create database uploads");
        try (Sandbox vendors = Sandbox.start(0);
                ServerProcess other = startHub(
                        database,
                        "uploads",
                        LargeFileBenchmark.withYoutube(hubEnvironment(database.url("uploads")), vendors))) {
            new LargeFileBenchmark(database, "uploads", other, FOLDER, scale == Scale.QUICK).measure(vendors);
        }
    }

    private void video() throws Exception {
        database.run("postgres", "create database videos");
        try (Sandbox vendors = Sandbox.start(0);
                ServerProcess other = startHub(
                        database,
                        "videos",
                        VideoBenchmark.withVendors(hubEnvironment(database.url("videos")), vendors))) {
            new VideoBenchmark(database, "videos", other, scale == Scale.QUICK).measure();
        }
    }

    private void stock() throws Exception {
        database.run("postgres", "create database stocks");
        try (Sandbox vendors = Sandbox.start(0);
                ServerProcess other = startHub(
                        database,
                        "stocks",
                        StockBenchmark.withVendors(hubEnvironment(database.url("stocks")), vendors))) {
            new StockBenchmark(other, () -> round(reference, "reference"), scale.rounds(), scale.events())
                    .measure(vendors);
        }
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

    static void print(String format, Object... values) {
        System.out.printf(Locale.ROOT, format + "%n", values);
    }
}
