package com.ytempire.hub.benchmark;

import static com.ytempire.hub.benchmark.Benchmarks.print;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.awaitility.Awaitility;

/**
 * What a text costs on its way through the hub to a model that answers at once: nothing from the cache, each call
 * reserved, sent and settled in the ledger. Beside it the gateway {@code @portkey-ai/gateway} of npm, which keeps no
 * ledger, when it is installed ({@code npm install --prefix target/benchmark/portkey @portkey-ai/gateway}); a servlet
 * written by hand, {@link ChainReference}; and the model without anything between.
 */
final class ChainBenchmark {

    private static final int CONNECTIONS = 10;
    /** Rounds; a hub needs some twenty thousand texts until it is done compiling itself. */
    private static final int WARM_UPS = 20;
    /** Texts that are asked for one after the other. */
    private static final int ALONE = 100;

    private static final String KEY = "sk-benchmark";

    private final BenchmarkDatabase database;
    private final Path folder;
    private final int rounds;
    private final int requests;
    private final boolean counting;
    private int prompts;

    ChainBenchmark(BenchmarkDatabase database, Path folder, int rounds, int requests, boolean counting) {
        this.counting = counting;
        this.database = database;
        this.folder = folder;
        this.rounds = rounds;
        this.requests = requests;
    }

    /** @param model where the model's stub listens */
    static Map<String, String> withModel(Map<String, String> environment, int model) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("OPENAI_BASE_URL", "http://127.0.0.1:" + model);
        all.put("OPENAI_API_KEY", KEY);
        all.put("HUB_TEXT_STANDARD_MODEL", ModelStub.DOWN);
        return all;
    }

    /** One who answers, and how he is asked. */
    private record Side(String name, int port, String path, String headers, String level) {

        boolean isHub() {
            return level != null;
        }

        Side asking(String otherLevel) {
            return new Side(name, port, path, headers, otherLevel);
        }
    }

    void measure(ServerProcess model, ServerProcess hub) throws Exception {
        print("%nChain, %d connections, %,d texts a round, the model answers at once", CONNECTIONS, requests);
        List<Side> sides = new ArrayList<>();
        sides.add(new Side(
                "hub",
                hub.port(),
                "/api/v1/content/titles",
                "Authorization: Basic "
                        + Base64.getEncoder().encodeToString("operator:benchmark".getBytes(StandardCharsets.UTF_8)),
                "economy"));
        sides.add(new Side("model", model.port(), "/v1/chat/completions", "Authorization: Bearer " + KEY, null));
        database.run("reference", ChainReference.TABLE);
        try (ServerProcess reference = ServerProcess.start(
                ChainReference.class,
                folder.resolve("chain-reference"),
                List.of(),
                Map.of(),
                database.url("reference"),
                String.valueOf(CONNECTIONS),
                String.valueOf(model.port()))) {
            sides.add(new Side("reference", reference.port(), "/texts", "X-Nothing: at all", null));
            compareWithGateway(sides, model, hub);
        }
        withTheFirstLinkDown(sides.get(0));
        if (counting) {
            database.forgetStatements();
            new LoadGenerator(hub.port(), CONNECTIONS, ModelStub.TEXT).send(requests(sides.get(0), requests));
            print("  statements  for one text");
            print("%s", database.statements("chains", requests));
        }
        print("  ledger      %s", database.text("chains", """
                select count(*) || ' calls, ' || coalesce(sum(amount), 0) || ' USD; '
                       || (select count(*) from spending.attempt where state <> 'settled') || ' not settled'
                  from spending.cost
                """));
    }

    private void compareWithGateway(List<Side> sides, ServerProcess model, ServerProcess hub) throws Exception {
        Path gateway = folder.resolve("portkey/node_modules/@portkey-ai/gateway/build/start-server.js");
        if (!Files.exists(gateway)) {
            print("  @portkey-ai/gateway is not installed");
            compare(sides, hub);
        } else {
            int port = freePort();
            Process process = startGateway(gateway, port);
            try {
                sides.add(new Side(
                        "portkey",
                        port,
                        "/v1/chat/completions",
                        "Authorization: Bearer " + KEY + "\r\nx-portkey-provider: openai\r\nx-portkey-custom-host: "
                                + "http://127.0.0.1:" + model.port() + "/v1",
                        null));
                compare(sides, hub);
            } finally {
                process.destroy();
                process.waitFor(10, TimeUnit.SECONDS);
                process.destroyForcibly();
            }
        }
    }

    private void compare(List<Side> sides, ServerProcess hub) throws IOException {
        Map<String, List<Load>> loads = new HashMap<>();
        List<Double> hubMicros = new ArrayList<>();
        List<Double> compilingMicros = new ArrayList<>();
        List<Double> databaseMicros = new ArrayList<>();
        for (int round = 1 - WARM_UPS; round <= rounds; round++) {
            for (Side side : sides) {
                Duration hubBefore = hub.cpu();
                Duration compilingBefore = hub.compiling();
                Duration databaseBefore = database.cpu();
                Load load = new LoadGenerator(side.port(), CONNECTIONS, ModelStub.TEXT).send(requests(side, requests));
                if (side.isHub()) {
                    awaitSettled(); // nobody waits for settlements, but they belong to the texts
                }
                if (round > 0) {
                    if (side.isHub()) {
                        hubMicros.add(hub.cpu().minus(hubBefore).toNanos() / 1e3 / requests);
                        compilingMicros.add(
                                hub.compiling().minus(compilingBefore).toNanos() / 1e3 / requests);
                        databaseMicros.add(database.cpu().minus(databaseBefore).toNanos() / 1e3 / requests);
                    }
                    loads.computeIfAbsent(side.name(), name -> new ArrayList<>())
                            .add(load);
                }
            }
        }
        double direct = median(loads.get("model"), load -> load.percentile(50));
        for (Side side : sides) {
            List<Load> of = loads.get(side.name());
            print(
                    "  %-10s  %7.0f/s   p50 %6.2f ms   p99 %6.2f ms   added at the median %6.2f ms   (medians)",
                    side.name(),
                    median(of, Load::perSecond),
                    median(of, load -> load.percentile(50)),
                    median(of, load -> load.percentile(99)),
                    median(of, load -> load.percentile(50)) - direct);
        }
        print(
                "  processor   %,.0f µs a text in the hub, of it %,.0f compiling itself; %,.0f µs in PostgreSQL   (medians)",
                median(hubMicros, Double::doubleValue),
                median(compilingMicros, Double::doubleValue),
                median(databaseMicros, Double::doubleValue));
        if (loads.containsKey("portkey")) {
            print(
                    "  ratio       %.2f   hub to portkey",
                    median(loads.get("hub"), Load::perSecond) / median(loads.get("portkey"), Load::perSecond));
        }
        print(
                "  ratio       %.2f   hub to the servlet written by hand",
                median(loads.get("hub"), Load::perSecond) / median(loads.get("reference"), Load::perSecond));
    }

    private void awaitSettled() {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofSeconds(10))
                .until(() -> database.number(
                                "chains", "select count(*) from spending.attempt where state in ('reserved', 'sent')")
                        == 0);
    }

    /**
     * What it costs that the first link of a chain is known to be down: texts of the level whose model is left alone beside
     * texts of the level whose model answers, one after the other.
     */
    private void withTheFirstLinkDown(Side hub) {
        Side standard = hub.asking("standard");
        new LoadGenerator(hub.port(), CONNECTIONS, ModelStub.TEXT).send(requests(standard, CONNECTIONS));
        List<Load> down = new ArrayList<>();
        List<Load> well = new ArrayList<>();
        for (int round = 0; round < 2 * rounds; round++) {
            well.add(new LoadGenerator(hub.port(), 1, ModelStub.TEXT).send(requests(hub, ALONE)));
            down.add(new LoadGenerator(hub.port(), 1, ModelStub.TEXT).send(requests(standard, ALONE)));
        }
        print(
                "  first link down, its breaker open: p50 %6.2f ms instead of %6.2f ms, added %6.2f ms   (medians)",
                median(down, load -> load.percentile(50)),
                median(well, load -> load.percentile(50)),
                median(down, load -> load.percentile(50)) - median(well, load -> load.percentile(50)));
    }

    private byte[][] requests(Side side, int count) {
        byte[][] all = new byte[count][];
        for (int i = 0; i < count; i++) {
            String topic = "How lighthouse number " + ++prompts + " works";
            String body = side.isHub()
                    ? "{\"topic\":\"" + topic + "\",\"level\":\"" + side.level() + "\",\"fresh\":true}"
                    : "{\"model\":\"stub\",\"max_completion_tokens\":1500,\"temperature\":0.7,\"messages\":["
                            + "{\"role\":\"system\",\"content\":\"You write titles\"},{\"role\":\"user\",\"content\":\""
                            + topic + "\"}]}";
            all[i] = ("POST " + side.path() + " HTTP/1.1\r\nHost: 127.0.0.1:" + side.port()
                            + "\r\nContent-Type: application/json\r\n" + side.headers() + "\r\nContent-Length: "
                            + body.length() + "\r\n\r\n" + body)
                    .getBytes(StandardCharsets.UTF_8);
        }
        return all;
    }

    private Process startGateway(Path program, int port) throws IOException {
        Process process = new ProcessBuilder("node", program.toString(), "--port=" + port, "--headless")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("portkey.log").toFile())
                .start();
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return true;
            } catch (IOException e) {
                return false;
            }
        });
        return process;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static <T> double median(List<T> loads, ToDoubleFunction<T> figure) {
        double[] figures = loads.stream().mapToDouble(figure).sorted().toArray();
        return figures[figures.length / 2];
    }
}
