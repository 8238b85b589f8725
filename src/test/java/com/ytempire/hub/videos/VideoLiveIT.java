package com.ytempire.hub.videos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.accounts.TestUsers;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Watching a video: by header or by ticket, from where one stopped, until it ends. */
class VideoLiveIT extends VideosHubIT {

    private static final HttpClient BROWSER = HttpClient.newHttpClient();

    @Autowired
    private VideoLive live;

    /** A video nobody works on: n8n does. */
    private UUID elsewhere(TestUsers.User owner) {
        UUID id = generate(owner, "{\"topic\":\"%s\"}".formatted(topic()));
        await().atMost(Duration.ofSeconds(20)).until(() -> !state(id).equals("queued"));
        return id;
    }

    private CompletableFuture<HttpResponse<String>> watch(HttpRequest.Builder request) {
        return BROWSER.sendAsync(
                request.timeout(Duration.ofSeconds(30)).GET().build(), HttpResponse.BodyHandlers.ofString());
    }

    private static List<Long> ids(String stream) {
        return stream.lines()
                .filter(line -> line.startsWith("id:"))
                .map(line -> Long.parseLong(line.substring(3).strip()))
                .toList();
    }

    private JsonNode ticket(TestUsers.User owner, UUID id) {
        HttpResponse<String> answer =
                send(as(owner, VIDEOS + "/" + id + "/events/ticket").POST(BodyPublishers.noBody()));
        assertThat(answer.statusCode()).isEqualTo(201);
        return tree(answer).get("data");
    }

    @Test
    void whoWatchesDoesNotHoldUpTheStopOfTheHub() throws Exception {
        TestUsers.User owner = subscriber();
        UUID id = elsewhere(owner);
        CompletableFuture<HttpResponse<String>> watched = watch(as(owner, VIDEOS + "/" + id + "/events"));
        await().atMost(Duration.ofSeconds(10)).until(() -> live.readers() >= 1);
        live.stop();
        try {
            assertThat(watched.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            assertThat(send(as(owner, VIDEOS + "/" + id + "/events").GET()).statusCode())
                    .isEqualTo(503);
        } finally {
            live.start();
        }
    }

    @Test
    void whatHappensIsToldUntilTheEndAndFromWhereOneStopped() throws Exception {
        TestUsers.User owner = subscriber();
        UUID id = elsewhere(owner);
        String url = ticket(owner, id).get("url").asText();
        CompletableFuture<HttpResponse<String>> byHeader = watch(as(owner, VIDEOS + "/" + id + "/events"));
        CompletableFuture<HttpResponse<String>> byTicket = watch(request(url));
        await().atMost(Duration.ofSeconds(10)).until(() -> live.readers() >= 2);

        // once only, and for this video only
        assertThat(send(request(url).GET()).statusCode()).isEqualTo(401);
        String other = ticket(owner, id).get("ticket").asText();
        assertThat(send(request(VIDEOS + "/" + UUID.randomUUID() + "/events?ticket=" + other)
                                .GET())
                        .statusCode())
                .isEqualTo(401);

        send(as(owner, VIDEOS + "/" + id + "/cancel").POST(BodyPublishers.noBody()));
        HttpResponse<String> seen = byHeader.get(30, TimeUnit.SECONDS);
        assertThat(seen.headers().firstValue("Content-Type").orElse("")).startsWith("text/event-stream");
        assertThat(seen.body()).contains("event:queued", "event:step_started", "event:cancelled");
        assertThat(byTicket.get(30, TimeUnit.SECONDS).body()).isEqualTo(seen.body());
        List<Long> ids = ids(seen.body());
        assertThat(ids).isSorted().doesNotHaveDuplicates();

        // whoever comes again is told the rest, and that there is none
        HttpResponse<String> rest = watch(
                        as(owner, VIDEOS + "/" + id + "/events").header("Last-Event-ID", String.valueOf(ids.get(0))))
                .get(30, TimeUnit.SECONDS);
        assertThat(ids(rest.body())).containsExactlyElementsOf(ids.subList(1, ids.size()));
        assertThat(watch(as(owner, VIDEOS + "/" + id + "/events?last_event_id=" + ids.get(ids.size() - 1)))
                        .get(30, TimeUnit.SECONDS)
                        .statusCode())
                .isEqualTo(204);
        assertThat(userGet(owner, VIDEOS + "/" + id + "/events?last_event_id=x").statusCode())
                .isEqualTo(422);
    }

    @Test
    void moneyIsToldAsItIsWrittenDown() throws Exception {
        TestUsers.User owner = subscriber();
        UUID id = elsewhere(owner);
        jdbc.sql("insert into videos.event (video_id, at, type, data)"
                        + " values (:id, now(), 'step_done', '{\"cost\": 0.000310}')")
                .param("id", id)
                .update();
        act(id, "cancel");

        assertThat(watch(as(owner, VIDEOS + "/" + id + "/events"))
                        .get(30, TimeUnit.SECONDS)
                        .body())
                .contains("0.000310");
    }

    @Test
    void aTicketEndsByItself() {
        TestUsers.User owner = subscriber();
        UUID id = elsewhere(owner);
        String url = ticket(owner, id).get("url").asText();
        jdbc.sql("update videos.ticket set expires_at = expires_at - interval '61 seconds' where video_id = :id")
                .param("id", id)
                .update();
        assertThat(send(request(url).GET()).statusCode()).isEqualTo(401);
        act(id, "cancel");
    }

    @Test
    void aReaderWhoIsGoneIsForgotten() throws IOException {
        TestUsers.User owner = subscriber();
        UUID id = elsewhere(owner);
        int before = live.readers();
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream()
                    .write(("GET " + ticket(owner, id).get("url").asText() + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            assertThat(new String(in.readNBytes(12), StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 200");
            socket.setSoLinger(true, 0); // the connection is cut, not closed
        }
        for (int event = 0; event < 3; event++) {
            tellN8n(id);
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> live.readers() <= before);
        act(id, "cancel");
    }

    private void tellN8n(UUID id) {
        postN8n(
                "",
                "{\"execution_id\":\"%s\",\"workflow_id\":\"w\",\"status\":\"running\",\"data\":{\"video_id\":\"%s\",\"step\":\"script\"}}"
                        .formatted(unique("exec"), id));
    }
}
