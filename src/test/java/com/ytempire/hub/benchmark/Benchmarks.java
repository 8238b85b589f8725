package com.ytempire.hub.benchmark;

import com.ytempire.hub.sandbox.Sandbox;
import com.ytempire.hub.youtube.ChannelBenchmark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.catalina.util.ServerInfo;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;

/**
 * What the hub achieves on this machine; {@code intake} and {@code through} are {@link IntakeBenchmark}:
 *
 * <pre>mvn -Pbenchmark spring-boot:test-run</pre>
 *
 * <p>{@code -Dspring-boot.run.arguments=} takes {@code quick} (fewer rounds, shorter, smaller growth), and
 * {@code intake}, {@code through}, {@code growth}, {@code billing}, {@code payments}, {@code chain}, {@code stock},
 * {@code channels}, {@code upload}, {@code assembly}, {@code video} for some parts only; {@code statements} lists what
 * one event or payment asks of PostgreSQL. {@code soak} and {@code nodes} are things of their own, {@link
 * SoakBenchmark} and {@link NodesBenchmark}. Hub, reference, load and PostgreSQL are processes of their own on this
 * machine; nothing else should run on it.
 */
final class Benchmarks {

    private static final Path FOLDER = Path.of("target", "benchmark").toAbsolutePath();

    /** Parts that ask one hub or the reference; the others have hubs of their own. */
    private static final Set<String> WITH_REFERENCE = Set.of("intake", "through", "growth", "billing", "stock");

    /** A part of the whole, which has a word of its own. */
    private interface Part {
        void measure() throws Exception;
    }

    private final BenchmarkDatabase database;
    private final Scale scale;
    private final boolean counting;

    private Benchmarks(BenchmarkDatabase database, Scale scale, boolean counting) {
        this.database = database;
        this.scale = scale;
        this.counting = counting;
    }

    public static void main(String[] args) throws Exception {
        Set<String> words = Set.copyOf(Arrays.asList(args));
        LoggingSystem.get(Benchmarks.class.getClassLoader()).setLogLevel("ROOT", LogLevel.WARN);
        Files.createDirectories(FOLDER);
        if (words.contains("soak")) {
            List<String> violations = SoakBenchmark.run(FOLDER, hubEnvironment(""), words.contains("quick"));
            System.exit(violations.isEmpty() ? 0 : 1);
        }
        if (words.contains("nodes")) {
            NodesBenchmark.run(FOLDER, hubEnvironment(""), words.contains("quick"));
            return;
        }
        Scale scale = words.contains("quick") ? Scale.QUICK : Scale.FULL;
        boolean counting = words.contains("statements");
        try (BenchmarkDatabase database = BenchmarkDatabase.start(FOLDER.resolve("postgresql"), counting)) {
            new Benchmarks(database, scale, counting).measure(words);
        }
    }

    /** Parts that ask one hub or the reference, in this order. */
    private Map<String, Part> withReference(ServerProcess hub, IntakeBenchmark intake) {
        Map<String, Part> parts = new LinkedHashMap<>();
        parts.put("intake", () -> {
            intake.intake(false);
            intake.intake(true);
        });
        parts.put("through", intake::through);
        parts.put("growth", () -> growth(hub));
        parts.put("billing", () -> billing(hub));
        parts.put("stock", () -> stock(intake));
        return parts;
    }

    /** Parts with hubs of their own, in this order. */
    private Map<String, Part> withOwnHub() {
        Map<String, Part> parts = new LinkedHashMap<>();
        parts.put("payments", this::payments);
        parts.put("chain", this::chain);
        parts.put("assembly", this::assembly);
        parts.put("channels", this::channels);
        parts.put("upload", this::upload);
        parts.put("video", this::video);
        return parts;
    }

    /** All parts, unless some are named. */
    private void measure(Set<String> words) throws Exception {
        describeMachine();
        Map<String, Part> own = withOwnHub();
        boolean all = Collections.disjoint(WITH_REFERENCE, words) && Collections.disjoint(own.keySet(), words);
        Predicate<String> wanted = word -> all || words.contains(word);
        if (WITH_REFERENCE.stream().anyMatch(wanted)) {
            measureWithReference(wanted);
        }
        measure(own, wanted);
    }

    /** Hub and reference are gone when the other parts begin: also a hub that has nothing to do does something. */
    private void measureWithReference(Predicate<String> wanted) throws Exception {
        try (ServerProcess reference = ServerProcess.start(
                        ReferenceServer.class,
                        FOLDER.resolve("reference"),
                        List.of(),
                        Map.of(),
                        database.url("reference"),
                        String.valueOf(LoadGenerator.CONNECTIONS));
                ServerProcess hub = startHub("hub", hubEnvironment(database.url("hub")))) {
            IntakeBenchmark intake = new IntakeBenchmark(database, hub, reference, scale);
            intake.warmUp();
            measure(withReference(hub, intake), wanted);
        }
    }

    private static void measure(Map<String, Part> parts, Predicate<String> wanted) throws Exception {
        for (Map.Entry<String, Part> part : parts.entrySet()) {
            if (wanted.test(part.getKey())) {
                part.getValue().measure();
            }
        }
    }

    private void assembly() throws Exception {
        new AssemblyBenchmark(FOLDER.resolve("assembly"), scale.rounds()).measure();
    }

    /**
     * A hub for one part, with a database of its own.
     *
     * @param name of the database and of the hub's folder
     * @param settings adds those of the part
     */
    private ServerProcess ownHub(String name, UnaryOperator<Map<String, String>> settings) throws Exception {
        database.run("postgres", "create database " + name);
        return startHub(name, settings.apply(hubEnvironment(database.url(name))));
    }

    /** @param name of its folder */
    private static ServerProcess startHub(String name, Map<String, String> environment) throws Exception {
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

    private void growth(ServerProcess hub) throws Exception {
        database.empty("hub");
        new Growth(database, hub, scale.rounds(), scale.events(), scale.stored()).measure();
        database.empty("hub");
    }

    private void billing(ServerProcess hub) throws Exception {
        new BillingBenchmark(database, hub, scale.rounds(), scale.events() / 5, counting).events();
    }

    private void payments() throws Exception {
        database.run("reference", PaymentReference.TABLE);
        try (Sandbox stripe = Sandbox.start(0);
                Sandbox referenceStripe = Sandbox.start(0);
                ServerProcess reference = ServerProcess.start(
                        PaymentReference.class,
                        FOLDER.resolve("payment-reference"),
                        List.of(),
                        Map.of(),
                        database.url("reference"),
                        String.valueOf(LoadGenerator.CONNECTIONS),
                        referenceStripe.baseUrl());
                ServerProcess other = ownHub("payments", hub -> PaymentBenchmark.withStripe(hub, stripe.baseUrl()))) {
            new PaymentBenchmark(database, other, stripe, reference, referenceStripe, scale.steadySeconds(), counting)
                    .measure();
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
        try (ServerProcess model = ServerProcess.start(ModelStub.class, FOLDER.resolve("model"), List.of(), Map.of());
                ServerProcess other = ownHub("chains", hub -> ChainBenchmark.withModel(hub, model.port()))) {
            new ChainBenchmark(database, FOLDER, scale.rounds(), scale.events() / 5, counting).measure(model, other);
        }
    }

    private void upload() throws Exception {
        try (Sandbox vendors = Sandbox.start(0);
                ServerProcess other = ownHub("uploads", hub -> LargeFileBenchmark.withYoutube(hub, vendors))) {
            new LargeFileBenchmark(database, "uploads", other, FOLDER, scale == Scale.QUICK).measure(vendors);
        }
    }

    private void video() throws Exception {
        try (Sandbox vendors = Sandbox.start(0);
                ServerProcess other = ownHub("videos", hub -> VideoBenchmark.withVendors(hub, vendors))) {
            new VideoBenchmark(database, "videos", other, scale == Scale.QUICK).measure();
        }
    }

    private void stock(IntakeBenchmark intake) throws Exception {
        try (Sandbox vendors = Sandbox.start(0);
                ServerProcess other = ownHub("stocks", hub -> StockBenchmark.withVendors(hub, vendors))) {
            new StockBenchmark(other, intake::atReference, scale.rounds(), scale.events()).measure(vendors);
        }
    }

    static void print(String format, Object... values) {
        System.out.printf(Locale.ROOT, format + "%n", values);
    }
}
