package com.ytempire.hub.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.TestDatabase;
import com.ytempire.hub.platform.TestPostgres;
import com.ytempire.hub.sandbox.Faults.Fault;
import com.ytempire.hub.sandbox.Sandbox;
import com.ytempire.hub.sandbox.SandboxHub;
import com.ytempire.hub.sandbox.YoutubeVideo;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.FileSystemUtils;

/**
 * Ten videos are asked for at once, while their vendors fail at random and the packaged hub is killed twice: in the end
 * there are ten videos at YouTube, none of them twice, and what each call has cost is in the ledger once.
 *
 * <p>{@code -Dcrash.seed=} chooses another run.
 */
@OwnProcesses
class VideoCrashIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private static final String PASSWORD = "operator-of-the-test";
    private static final Duration BOUND = Duration.ofSeconds(150);
    private static final int VIDEOS = 10;
    private static final List<String> VENDORS = List.of("openai", "google_tts", "pexels", "youtube_api");

    private static final int REQUESTS_BETWEEN_TROUBLE = 4;

    private final long seed = Long.getLong("crash.seed", 20261121L);
    private final Random random = new Random(seed);
    private long quietUntil;
    private Sandbox sandbox;
    private HubProcess hub;
    private JdbcClient jdbc;

    @Test
    void tenVideosAtOnceArePublishedOnceWhateverFails() throws Exception {
        TestPostgres postgres = TestDatabase.server();
        String url = postgres.freshDatabase();
        jdbc = CrashIT.database(url, postgres.user(), postgres.password());
        sandbox = Sandbox.start(0);
        Path data = Path.of("target", "crash", "videos").toAbsolutePath();
        FileSystemUtils.deleteRecursively(data);
        ScheduledExecutorService trouble = Executors.newSingleThreadScheduledExecutor();
        hub = new HubProcess("videos", data);
        try {
            hub.with("SPRING_APPLICATION_JSON", settings())
                    .with("HUB_ENCRYPTION_KEY", TestDatabase.ENCRYPTION_KEY)
                    .with("JWT_SECRET_KEY", TestDatabase.JWT_KEY)
                    .on(postgres, url)
                    .start();
            List<String> channels =
                    IntStream.range(0, 3).mapToObj(this::connect).toList();
            List<String> videos =
                    IntStream.range(0, VIDEOS).mapToObj(this::generate).toList();
            trouble.scheduleWithFixedDelay(this::trouble, 100, 50, TimeUnit.MILLISECONDS);
            killWhen("select count(*) >= 3 from videos.step where step = 'speech' and state = 'done'");
            killWhen("select count(*) >= 3 from videos.video where state in ('uploading', 'completed')");
            until("all are published", "select count(*) = 10 from videos.video where state = 'completed'");
            trouble.shutdownNow();
            sandbox.faults().clear();
            until(
                    "all calls have ended",
                    "select count(*) = 0 from spending.attempt where state in ('reserved', 'sent')");
            until(
                    "n8n was told",
                    "select count(*) = 0 from notifications.outbox where state in ('waiting', 'sending')"
                            + " and channel = 'n8n'");
            assertOnce(videos, channels);
        } finally {
            trouble.shutdownNow();
            hub.close();
            sandbox.close();
        }
    }

    /** What is waited for otherwise is waited for briefly; a film of this size is made in a moment. */
    private String settings() throws JsonProcessingException {
        Map<String, Object> settings = new HashMap<>(SandboxHub.settings(sandbox.baseUrl()));
        settings.remove("HUB_DATA");
        settings.put("HUB_OPERATOR_PASSWORD", PASSWORD);
        settings.put("HUB_VIDEO_SIZE", "144");
        settings.put("hub.videos.assembly.preset", "ultrafast");
        settings.put("hub.videos.threads", "4");
        settings.put("hub.videos.poll", "50ms");
        settings.put("hub.videos.lease", "4s");
        settings.put("hub.videos.renew", "1s");
        settings.put("hub.videos.least-free", "1MB");
        settings.put("hub.videos.least-quality", "0"); // what a template wrote is published as well
        settings.put(
                "hub.videos.retries",
                String.join(
                        ", ", IntStream.range(0, 40).mapToObj(each -> "300ms").toList()));
        settings.put("hub.links.open", "500ms");
        settings.put("hub.content.backoff", "20ms");
        settings.put("hub.media.backoff", "20ms");
        settings.put("hub.content.slot", "5s"); // what a killed hub left is taken up within the test
        settings.put("hub.content.thumbnails.lease", "5s");
        settings.put("hub.spending.lease", "6s");
        settings.put("hub.spending.clear-interval", "500");
        settings.put("hub.notifications.look", "200");
        settings.put("hub.notifications.lease", "5s");
        settings.put("hub.youtube.upload.poll", "100ms");
        settings.put("hub.youtube.upload.lease", "4s");
        settings.put("hub.youtube.upload.renew", "1s");
        settings.put("hub.youtube.upload.chunk", "256KB");
        settings.put("hub.youtube.upload.queue-again", "300ms");
        settings.put("hub.youtube.upload.back-off", "100ms, 300ms");
        settings.put("hub.youtube.upload.look-again", "300ms, 300ms");
        settings.put("hub.youtube.upload.watch", "300ms, 500ms");
        return JSON.writeValueAsString(settings);
    }

    private JsonNode ask(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> answer = HTTP.send(
                request.header(
                                "Authorization",
                                "Basic " + Base64.getEncoder().encodeToString(("operator:" + PASSWORD).getBytes()))
                        .header("Content-Type", "application/json")
                        .timeout(Duration.ofSeconds(20))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
        JsonNode data = JSON.readTree(answer.body()).get("data");
        answer.headers().firstValue("Set-Cookie").ifPresent(cookie -> cookies.add(cookie.split(";")[0]));
        return data;
    }

    private final List<String> cookies = new ArrayList<>();

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(hub.url() + path));
    }

    /** A channel of the fleet. @return its id at YouTube */
    private String connect(int number) {
        try {
            String id = sandbox.youtube().newChannel("Channel " + number).id();
            JsonNode link = ask(request("/api/v1/youtube/channels/connect").POST(BodyPublishers.ofString("{}")));
            URI back = sandbox.youtube().agree(link.get("url").asText(), id);
            ask(request(back.getRawPath() + "?" + back.getRawQuery())
                    .header("Cookie", cookies.get(cookies.size() - 1))
                    .GET());
            return id;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private String generate(int number) {
        try {
            return ask(request("/api/v1/videos/generate")
                            .header("Idempotency-Key", "video-" + number)
                            .POST(BodyPublishers.ofString(
                                    "{\"topic\":\"Lighthouse number %d of the coast\",\"duration_target\":10}"
                                            .formatted(number))))
                    .get("video_id")
                    .asText();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * The next request of some vendor fails, or its answer is lost after the work was done. So it is after every few
     * requests, not seconds, or on a slow machine nothing else would happen.
     */
    private void trouble() {
        if (asked() < quietUntil) {
            return;
        }
        quietUntil = asked() + REQUESTS_BETWEEN_TROUBLE;
        List<Fault> faults = List.of(
                Fault.status(503),
                Fault.status(500),
                Fault.cut(),
                Fault.rateLimit(),
                Fault.cut().afterTheWork());
        sandbox.faults()
                .fail(VENDORS.get(random.nextInt(VENDORS.size())), faults.get(random.nextInt(faults.size())), 1);
    }

    private void killWhen(String sql) {
        until("the moment to kill", sql);
        hub.kill();
        hub.start();
    }

    private void until(String what, String sql) {
        Awaitility.await(what)
                .atMost(BOUND)
                .pollInterval(Duration.ofMillis(50))
                .failFast(() -> assertThat(jdbc.sql("select coalesce(error_message, state) from videos.video"
                                        + " where state in ('failed', 'cancelled')")
                                .query(String.class)
                                .list())
                        .as("videos that failed")
                        .isEmpty())
                .until(() -> jdbc.sql(sql).query(Boolean.class).single());
    }

    private void assertOnce(List<String> videos, List<String> channels) {
        List<YoutubeVideo> published = channels.stream()
                .flatMap(channel -> sandbox.youtube().videos(channel).stream())
                .toList();
        assertThat(published).as("videos at YouTube").hasSize(VIDEOS);
        Map<String, String> hashes =
                published.stream().collect(Collectors.toMap(YoutubeVideo::id, YoutubeVideo::sha256));
        for (String video : videos) {
            Map<String, Object> row = jdbc.sql("select v.youtube_id, f.sha256 from videos.video v join videos.file f"
                            + " on f.video_id = v.id and f.kind = 'video' where v.id = :id::uuid")
                    .param("id", video)
                    .query()
                    .singleRow();
            assertThat(hashes.remove((String) row.get("youtube_id"))).isEqualTo(row.get("sha256"));
        }
        assertThat(hashes).as("videos nobody asked for").isEmpty();
        assertThat(number("select count(*) from (select attempt_id from spending.cost where note is null"
                        + " group by attempt_id having count(*) > 1) twice"))
                .as("calls counted twice")
                .isZero();
        assertThat(number("select count(*) from spending.budget b where scope = 'video' and (reserved <> 0 or spent <>"
                        + " (select coalesce(sum(amount), 0) from spending.cost where video_id = b.key))"))
                .as("budgets that are not what the ledger says")
                .isZero();
        for (String vendor : List.of("openai", "google_tts")) {
            long answered = sandbox.sent().to(vendor).stream()
                    .filter(request -> request.method().equals("POST") && request.status() == 200)
                    .count();
            long asked = sandbox.sent().to(vendor).stream()
                    .filter(request -> request.method().equals("POST"))
                    .count();
            assertThat(number("select count(distinct attempt_id) from spending.cost where service = '" + vendor + "'"))
                    .as("calls of %s in the ledger: all that were answered, none that was not made", vendor)
                    .isBetween(answered, asked);
        }
        for (String video : videos) {
            assertThat(sandbox.sent().to("n8n").stream()
                            .filter(told -> told.status() == 200 && told.body().contains(video)))
                    .as("n8n was told of " + video)
                    .isNotEmpty();
        }
        assertThat(number("select count(*) from videos.step where state <> 'done'"))
                .isZero();
        System.out.printf(
                "videos, seed %d: 2 kills, %d videos, %d steps begun again, %d calls paid, %d requests to vendors%n",
                seed,
                VIDEOS,
                number("select count(*) from videos.step where attempt > 1"),
                number("select count(*) from spending.cost"),
                asked());
    }

    private long asked() {
        return VENDORS.stream()
                .mapToLong(vendor -> sandbox.sent().to(vendor).size())
                .sum();
    }

    private long number(String sql) {
        return jdbc.sql(sql).query(Long.class).single();
    }
}
