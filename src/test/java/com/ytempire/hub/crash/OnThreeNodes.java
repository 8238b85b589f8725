package com.ytempire.hub.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.TestDatabase;
import com.ytempire.hub.platform.TestPostgres;
import com.ytempire.hub.platform.TraceCollector;
import com.ytempire.hub.sandbox.Sandbox;
import com.ytempire.hub.sandbox.SandboxHub;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.FileSystemUtils;

/** Three packaged hubs on one PostgreSQL, behind a balancer that sends every request to the next of them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OnThreeNodes {

    static final int NODES = 3;
    static final int PER_MINUTE = 30;
    static final String PASSWORD = "operator-of-the-test";
    static final String OPERATOR =
            "Basic " + Base64.getEncoder().encodeToString(("operator:" + PASSWORD).getBytes(StandardCharsets.UTF_8));
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();

    private final Path folder = Path.of("target", "crash", "three").toAbsolutePath();
    final List<HubProcess> nodes = new ArrayList<>();
    final TraceCollector collector = new TraceCollector();
    Sandbox sandbox;
    RoundRobinProxy proxy;
    JdbcClient jdbc;

    @BeforeAll
    void start() throws IOException {
        TestPostgres postgres = TestDatabase.server();
        String url = postgres.freshDatabase();
        jdbc = CrashIT.database(url, postgres.user(), postgres.password());
        CrashIT.countEnds(jdbc);
        sandbox = Sandbox.start(0);
        FileSystemUtils.deleteRecursively(folder);
        Files.createDirectories(folder);
        String settings = settings();
        for (int i = 0; i < NODES; i++) {
            nodes.add(new HubProcess("node-" + i, folder.resolve("data-" + i))
                    .with("SPRING_APPLICATION_JSON", settings)
                    .with("HUB_ENCRYPTION_KEY", TestDatabase.ENCRYPTION_KEY)
                    .with("JWT_SECRET_KEY", TestDatabase.JWT_KEY)
                    .on(postgres, url));
        }
        CompletableFuture.allOf(nodes.stream()
                        .map(node -> CompletableFuture.runAsync(node::start))
                        .toArray(CompletableFuture[]::new))
                .join();
        proxy = new RoundRobinProxy(nodes);
    }

    @AfterAll
    void stop() {
        if (proxy != null) {
            proxy.close();
        }
        CompletableFuture.allOf(nodes.stream()
                        .map(node -> CompletableFuture.runAsync(node::close))
                        .toArray(CompletableFuture[]::new))
                .join();
        sandbox.close();
        collector.close();
    }

    /** What a dead node is waited for otherwise is waited for briefly; as shipped it is under a minute. */
    private String settings() throws JsonProcessingException {
        Map<String, Object> settings = new HashMap<>(SandboxHub.settings(sandbox.baseUrl()));
        settings.remove("HUB_DATA");
        settings.put("HUB_OPERATOR_PASSWORD", PASSWORD);
        settings.put("HUB_TRUSTED_PROXIES", "127\\.0\\.0\\.1");
        settings.put("HUB_TRACING", collector.url());
        settings.put("STORAGE_PATH", folder.resolve("media").toString());
        settings.put("HUB_VIDEO_SIZE", "144");
        settings.put("hub.webhooks.secrets.stripe", CrashIT.SECRET);
        settings.put("hub.videos.assembly.preset", "ultrafast");
        settings.put("hub.videos.least-free", "1MB");
        settings.put("hub.videos.threads", "1");
        settings.put("hub.videos.lease", "5s");
        settings.put("hub.videos.renew", "1s");
        settings.put("hub.webhooks.work.lease", "5s");
        settings.put("hub.webhooks.work.renew", "1s");
        settings.put("hub.nodes.beat", "500");
        settings.put("hub.nodes.silent", "3s");
        settings.put("hub.jobs.look", "1000");
        settings.put("hub.accounts.bcrypt-strength", "4");
        settings.put("hub.accounts.requests.per-minute", PER_MINUTE);
        settings.put("hub.links.open", "60s");
        settings.put("hub.youtube.upload.watch", "300ms, 500ms");
        return JSON.writeValueAsString(settings);
    }

    HttpRequest.Builder request(String path) {
        return request(proxy.url(), path);
    }

    static HttpRequest.Builder request(String base, String path) {
        return HttpRequest.newBuilder(URI.create(base + path))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", "application/json");
    }

    static HttpRequest.Builder operator(HttpRequest.Builder request) {
        return request.header("Authorization", OPERATOR);
    }

    static HttpResponse<String> send(HttpRequest.Builder request) {
        return send(HTTP, request);
    }

    static HttpResponse<String> send(HttpClient client, HttpRequest.Builder request) {
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static JsonNode data(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
        try {
            return JSON.readTree(answer.body()).get("data");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(answer.body(), e);
        }
    }

    static String node(HttpResponse<?> answer) {
        return answer.headers().firstValue("X-Node").orElseThrow();
    }

    private static String event(String id) {
        return """
                {"id":"%1$s","object":"event","type":"customer.updated","created":%2$d,"livemode":false,
                 "data":{"object":{"id":"cus_%1$s","object":"customer","name":"%1$s"}}}""".formatted(id, Instant.now().getEpochSecond() - 60);
    }

    HttpResponse<String> post(String base, String id) {
        String body = event(id);
        return send(request(base, "/api/v1/webhooks/stripe")
                .header("Stripe-Signature", CrashIT.signature(body))
                .POST(BodyPublishers.ofString(body)));
    }
}
