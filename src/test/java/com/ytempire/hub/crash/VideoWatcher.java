package com.ytempire.hub.crash;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Somebody who watches a video and comes again, as browsers do, when the stream breaks off. */
final class VideoWatcher {

    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();

    private final URI events;
    private final String authorization;
    private final List<Long> seen = new CopyOnWriteArrayList<>();
    private final Set<String> nodes = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<Void> over;

    /** Begins at once. */
    VideoWatcher(String base, String authorization, String video) {
        this.events = URI.create(base + "/api/v1/videos/" + video + "/events");
        this.authorization = authorization;
        this.over = CompletableFuture.runAsync(this::watch);
    }

    /** What happened, as far as it was told, in the order it was told. */
    List<Long> seen() {
        return seen;
    }

    /** Who told it. */
    Set<String> nodes() {
        return nodes;
    }

    /** Until nothing more can happen. */
    void awaitEnd(Duration bound) {
        over.orTimeout(bound.toMillis(), TimeUnit.MILLISECONDS).join();
    }

    private void watch() {
        while (true) {
            HttpRequest.Builder request = HttpRequest.newBuilder(events).header("Authorization", authorization);
            if (!seen.isEmpty()) {
                request.header("Last-Event-ID", String.valueOf(seen.get(seen.size() - 1)));
            }
            try {
                HttpResponse<InputStream> answer =
                        HTTP.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
                if (answer.statusCode() == 204) {
                    return;
                }
                nodes.add(answer.headers().firstValue("X-Node").orElseThrow());
                read(answer);
            } catch (IOException e) {
                // broken off: again
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void read(HttpResponse<InputStream> answer) throws IOException {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("id:")) {
                    seen.add(Long.parseLong(line.substring(3).strip()));
                }
            }
        }
    }
}
