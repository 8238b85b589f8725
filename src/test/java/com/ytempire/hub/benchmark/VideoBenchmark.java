package com.ytempire.hub.benchmark;

import static com.ytempire.hub.benchmark.Benchmarks.print;
import static org.awaitility.Awaitility.await;

import com.ytempire.hub.sandbox.Sandbox;
import com.ytempire.hub.sandbox.SandboxHub;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/**
 * What a video costs the hub itself: the time from its claim to its quality score, one video after the other, without
 * that FFmpeg took. The vendors answer at once; their answers are counted, so the hub's own part is still less.
 */
final class VideoBenchmark {

    private static final int WARM_UPS = 3;

    private final BenchmarkDatabase database;
    private final String name;
    private final ServerProcess hub;
    private final int videos;

    /** @param name of the hub's database */
    VideoBenchmark(BenchmarkDatabase database, String name, ServerProcess hub, boolean quick) {
        this.database = database;
        this.name = name;
        this.hub = hub;
        this.videos = quick ? 5 : 20;
    }

    static Map<String, String> withVendors(Map<String, String> environment, Sandbox vendors) {
        Map<String, String> all = new HashMap<>();
        SandboxHub.settings(vendors.baseUrl()).forEach((name, value) -> all.put(name, value.toString()));
        all.remove("HUB_DATA");
        all.putAll(environment);
        all.put("HUB_VIDEO_SIZE", "144");
        all.put("HUB_VIDEOS_THREADS", "1");
        all.put("HUB_VIDEOS_POLL", "20ms");
        all.put("HUB_VIDEOS_LEASTFREE", "1MB");
        return all;
    }

    void measure() throws Exception {
        print("%nVideos, %d of ten seconds one after the other, the vendors answer at once", videos);
        for (int video = 0; video < WARM_UPS + videos; video++) {
            ask(video);
        }
        await().atMost(Duration.ofMinutes(10))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> database.number(
                                name, "select count(*) from videos.step where step = 'quality' and state = 'done'")
                        == WARM_UPS + videos);
        String seconds = """
                select round((percentile_cont(%s) within group (order by extract(epoch from q.completed_at - v.processing_started_at)
                           - (a.result ->> 'render_seconds')::numeric))::numeric, 3)
                  from (select * from videos.video order by no offset %d) v
                  join videos.step q on q.video_id = v.id and q.step = 'quality'
                  join videos.step a on a.video_id = v.id and a.step = 'assembly'
                """;
        print(
                "  without FFmpeg p50 %s s, p95 %s s; wanted: under 1 s",
                database.text(name, seconds.formatted("0.5", WARM_UPS)),
                database.text(name, seconds.formatted("0.95", WARM_UPS)));
        print("  of these by step, p50 in ms: %s", database.text(name, """
                        select string_agg(step || ' ' || ms, ', ' order by at)
                          from (select step, min(started_at) as at, round(percentile_cont(0.5) within group (order by 1000 * (
                                       extract(epoch from completed_at - started_at)
                                       - coalesce((result ->> 'render_seconds')::numeric, 0)))::numeric) as ms
                                  from videos.step where state = 'done' group by step) steps
                        """));
    }

    private void ask(int number) throws IOException, InterruptedException {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + hub.port() + "/api/v1/videos/generate"))
                                .header(
                                        "Authorization",
                                        "Basic "
                                                + Base64.getEncoder()
                                                        .encodeToString(
                                                                "operator:benchmark".getBytes(StandardCharsets.UTF_8)))
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(
                                        "{\"topic\":\"Number %d of the benchmark\",\"duration_target\":10,\"publish\":\"hold\"}"
                                                .formatted(number)))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 202) {
            throw new IllegalStateException(answer.body());
        }
    }
}
