package com.ytempire.hub.benchmark;

import static com.ytempire.hub.benchmark.Benchmarks.print;

import com.ytempire.hub.sandbox.Sandbox;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;

/**
 * How fast searches for stock are answered whose answer is known: ten clips a search, no vendor asked. Beside it the
 * reference servlet, which stores a webhook with each request.
 */
final class StockBenchmark {

    private static final int QUERIES = 50;
    private static final int WARM_UPS = 3;
    private static final String CACHED = "\"cached\":true";

    private final ServerProcess hub;
    private final Callable<Load> reference;
    private final int rounds;
    private final int requests;

    /** @param reference one round of the reference servlet */
    StockBenchmark(ServerProcess hub, Callable<Load> reference, int rounds, int requests) {
        this.hub = hub;
        this.reference = reference;
        this.rounds = rounds;
        this.requests = requests;
    }

    static Map<String, String> withVendors(Map<String, String> environment, Sandbox vendors) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("PEXELS_API_KEY", "pexels_benchmark");
        all.put("PEXELS_BASE_URL", vendors.baseUrl() + "/pexels");
        return all;
    }

    void measure(Sandbox vendors) throws Exception {
        print("%nStock from the cache, %d searches, %,d requests a round", QUERIES, requests);
        new LoadGenerator(hub.port(), 1, "\"found\":10").send(requests(QUERIES));
        int calls = vendors.pexels().calls();
        List<Load> hubLoads = new ArrayList<>();
        List<Load> referenceLoads = new ArrayList<>();
        for (int round = 1 - WARM_UPS; round <= rounds; round++) {
            Load referenceLoad = reference.call();
            Load hubLoad = new LoadGenerator(hub.port(), LoadGenerator.CONNECTIONS, CACHED).send(requests(requests));
            if (round > 0) {
                hubLoads.add(hubLoad);
                referenceLoads.add(referenceLoad);
            }
        }
        report("hub", hubLoads);
        report("reference", referenceLoads);
        print(
                "  ratio       %.2f   hub to reference, which is to be 0.5 at least",
                median(hubLoads, Load::perSecond) / median(referenceLoads, Load::perSecond));
        print(
                "  vendors     %d calls to fill the cache, %d since",
                calls, vendors.pexels().calls() - calls);
    }

    private byte[][] requests(int count) {
        String login = Base64.getEncoder().encodeToString("operator:benchmark".getBytes(StandardCharsets.UTF_8));
        byte[][] all = new byte[count][];
        for (int i = 0; i < count; i++) {
            all[i] = ("GET /api/v1/media/videos?query=lighthouse+" + i % QUERIES + " HTTP/1.1\r\nHost: 127.0.0.1:"
                            + hub.port() + "\r\nAuthorization: Basic " + login + "\r\n\r\n")
                    .getBytes(StandardCharsets.UTF_8);
        }
        return all;
    }

    private static void report(String name, List<Load> loads) {
        print(
                "  %-10s  %7.0f/s   p50 %6.1f ms   p99 %6.1f ms   (medians)",
                name,
                median(loads, Load::perSecond),
                median(loads, load -> load.percentile(50)),
                median(loads, load -> load.percentile(99)));
    }

    private static double median(List<Load> loads, ToDoubleFunction<Load> figure) {
        double[] figures = loads.stream().mapToDouble(figure).sorted().toArray();
        return figures[figures.length / 2];
    }
}
