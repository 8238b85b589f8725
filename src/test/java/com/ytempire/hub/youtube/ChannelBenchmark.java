package com.ytempire.hub.youtube;

import com.ytempire.hub.HubApplication;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * How long it takes to choose among a thousand channels, with the reservation and its commit, while fifty uploads are
 * under way; and when all fifty choose in the same moment. The hub as shipped, in this process.
 */
public final class ChannelBenchmark {

    private static final int CHANNELS = 1_000;
    private static final int PROJECTS = 10;
    private static final int UPLOADS = 50;

    private final JdbcClient jdbc;
    private final ChannelPool pool;
    private final Quota quota;

    private ChannelBenchmark(ConfigurableApplicationContext hub) {
        this.jdbc = hub.getBean(JdbcClient.class);
        this.pool = hub.getBean(ChannelPool.class);
        this.quota = hub.getBean(Quota.class);
    }

    /**
     * Runs all of it on an empty database.
     *
     * @param settings environment variables of the hub
     * @return what to print
     */
    public static List<String> measure(Map<String, String> settings, Duration steady, int bursts) throws Exception {
        String[] arguments = settings.entrySet().stream()
                .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                .toArray(String[]::new);
        try (ConfigurableApplicationContext hub = new SpringApplicationBuilder(HubApplication.class).run(arguments)) {
            return new ChannelBenchmark(hub).run(steady, bursts);
        }
    }

    private List<String> run(Duration steady, int bursts) throws Exception {
        fill();
        uploads(steady.dividedBy(4)); // warms up
        List<String> lines = new ArrayList<>();
        lines.add(line("fifty uploads", uploads(steady)));
        List<Double> burst = new ArrayList<>();
        for (int i = 0; i < bursts; i++) {
            burst.addAll(burst());
        }
        lines.add(line("fifty at once", burst));
        long over = jdbc.sql("""
                        select count(*) from youtube.channel c
                         where uploads_per_day < (select count(*) from youtube.quota_hold h where h.channel_id = c.id
                                                     and h.method = 'videos.insert' and h.state <> 'released')
                        """).query(Long.class).single();
        long over2 = jdbc.sql("select count(*) from youtube.quota_use where used + reserved > most")
                .query(Long.class)
                .single();
        lines.add("  over limit  %d channels, %d shares, which is to be 0".formatted(over, over2));
        return lines;
    }

    private void fill() {
        jdbc.sql("""
                        insert into youtube.channel (id, project, youtube_id, title, state, state_since, reserve,
                                                     uploads_per_day, failures, last_upload_at, check_due_at,
                                                     connected_by, created_at)
                        select gen_random_uuid(), 'project' || n % :projects, 'UC' || n, 'Channel ' || n, 'active', now(),
                               n % 5 = 0, case when n % 5 = 0 then 2 else 5 end, (random() * 8)::integer,
                               now() - random() * interval '8 hours', 'infinity', 'benchmark', now()
                          from generate_series(1, :channels) as n
                        """).param("projects", PROJECTS).param("channels", CHANNELS).update();
        for (String bucket : List.of("uploads", "general")) {
            jdbc.sql("""
                            insert into youtube.quota_limit (bucket, valid_from, scope, units, shares, changed_by, changed_at)
                            values (:bucket, '2026-07-01', 'project', 1000000,
                                    '{"uploads": 40, "updates": 40, "metadata": 10, "analytics": 5, "emergency": 5}',
                                    'benchmark', now())
                            """).param("bucket", bucket).update();
        }
        jdbc.sql("analyze youtube.channel").update();
    }

    private double choose(UUID upload) {
        long begin = System.nanoTime();
        Choice choice = pool.choose(new ChannelWish(upload, null, null));
        double millis = (System.nanoTime() - begin) / 1e6;
        if (!choice.found()) {
            throw new IllegalStateException("no channel: " + choice.reason());
        }
        return millis;
    }

    /** Each of fifty chooses, uploads for a second or so with its calls in the ledger, and begins the next one. */
    private List<Double> uploads(Duration steady) throws Exception {
        long end = System.nanoTime() + steady.toNanos();
        return together(() -> {
            List<Double> took = new ArrayList<>();
            pause(1_000);
            while (System.nanoTime() < end) {
                UUID upload = UUID.randomUUID();
                took.add(choose(upload));
                for (String method : Quota.VIDEO) {
                    quota.sending(upload, method);
                    pause(700);
                    quota.settle(upload, method);
                }
            }
            return took;
        });
    }

    private static void pause(int most) {
        LockSupport.parkNanos(
                Duration.ofMillis(ThreadLocalRandom.current().nextInt(most)).toNanos());
    }

    private List<Double> burst() throws Exception {
        CountDownLatch start = new CountDownLatch(UPLOADS);
        return together(() -> {
            start.countDown();
            start.await();
            UUID upload = UUID.randomUUID();
            double took = choose(upload);
            quota.end(upload);
            return List.of(took);
        });
    }

    private static List<Double> together(Callable<List<Double>> work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(UPLOADS);
        try {
            List<Future<List<Double>>> all = threads.invokeAll(
                    Arrays.stream(new int[UPLOADS]).mapToObj(i -> work).collect(Collectors.toList()));
            List<Double> took = new ArrayList<>();
            for (Future<List<Double>> one : all) {
                took.addAll(one.get());
            }
            return took;
        } finally {
            threads.shutdownNow();
        }
    }

    private static String line(String name, List<Double> took) {
        double[] sorted =
                took.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return "  %-13s %5d choices   p50 %6.2f ms   p99 %6.2f ms   largest %6.2f ms"
                .formatted(
                        name,
                        sorted.length,
                        sorted[sorted.length / 2],
                        sorted[Math.min(sorted.length - 1, sorted.length * 99 / 100)],
                        sorted[sorted.length - 1]);
    }
}
