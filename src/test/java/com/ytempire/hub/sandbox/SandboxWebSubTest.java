package com.ytempire.hub.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The sandbox's WebSub hub and its n8n. */
class SandboxWebSubTest {

    private final Sandbox sandbox = Sandbox.start(0);
    private final HttpClient http = HttpClient.newHttpClient();
    private Listener hub;

    @BeforeEach
    void start() throws IOException {
        hub = new Listener();
        hub.body(request -> Forms.parse(request.query()).path("hub.challenge").asText());
        sandbox.hub(hub.url());
    }

    @AfterEach
    void stop() {
        sandbox.close();
        hub.close();
    }

    private String topic() {
        return sandbox.baseUrl() + "/websub/feeds/videos.xml?channel_id=UC1";
    }

    private int ask(String mode, String more) throws Exception {
        String form = "hub.mode=" + mode + "&hub.callback=" + encode(hub.url() + "/callback/token") + "&hub.topic="
                + encode(topic()) + "&hub.verify=async" + more;
        return http.send(
                        HttpRequest.newBuilder(URI.create(sandbox.baseUrl() + "/websub/subscribe"))
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(HttpRequest.BodyPublishers.ofString(form))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private void subscribe() throws Exception {
        assertThat(ask("subscribe", "&hub.secret=s3cret&hub.lease_seconds=86400"))
                .isEqualTo(202);
        await().atMost(Duration.ofSeconds(5))
                .until(() -> sandbox.websub().subscriptions().size() == 1);
        hub.received().clear();
    }

    private List<Received> awaitReceived(int count) {
        await().atMost(Duration.ofSeconds(5))
                .until(() ->
                        hub.received().size() >= count && sandbox.deliveries().idle());
        assertThat(hub.received()).hasSize(count);
        return hub.received();
    }

    private String feed() throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create(topic())).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Test
    void aVerifiedSubscriberIsToldOfVideosUnderItsSecret() throws Exception {
        subscribe();

        sandbox.websub().publish("UC1", List.of("video-a", "video-b"), "Cats & dogs");
        sandbox.websub().publish("UC2", "video-c", "Of another channel");

        Received push = awaitReceived(1).get(0);
        assertThat(push.path()).isEqualTo("/callback/token");
        assertThat(push.header("x-hub-signature"))
                .isEqualTo("sha1=" + Signatures.hex(Signatures.SHA1, "s3cret", push.body()));
        assertThat(push.text())
                .contains("<yt:videoId>video-a</yt:videoId>", "<yt:videoId>video-b</yt:videoId>", "Cats &amp; dogs");
        sandbox.websub().delete("UC1", "video-a");
        assertThat(awaitReceived(2).get(1).text()).contains("<at:deleted-entry ref=\"yt:video:video-a\"");
        assertThat(feed()).contains("video-b").doesNotContain("video-a");
    }

    @Test
    void nobodyIsToldBeforeVerificationAfterTheLeaseOrWhenGone() throws Exception {
        hub.body(request -> "something else");
        ask("subscribe", "");
        await().atMost(Duration.ofSeconds(5)).until(() -> hub.received().size() == 1);
        assertThat(hub.received().get(0).query()).contains("hub.mode=subscribe", "hub.lease_seconds=432000");
        assertThat(sandbox.websub().subscriptions()).isEmpty();

        hub.body(request -> Forms.parse(request.query()).path("hub.challenge").asText());
        subscribe();
        hub.answer(410);
        sandbox.websub().publish("UC1", "video-a", "A");
        awaitReceived(1);
        assertThat(sandbox.websub().subscriptions()).isEmpty();

        subscribe();
        sandbox.clock().advance(Duration.ofDays(1));
        sandbox.websub().publish("UC1", "video-b", "B");
        assertThat(sandbox.websub().subscriptions()).isEmpty();
        awaitReceived(0);
    }

    @Test
    void aSilentHubLeavesThePollersTheFeed() throws Exception {
        subscribe();
        sandbox.websub().silent(true);

        sandbox.websub().publish("UC1", "video-a", "A");

        assertThat(feed()).contains("video-a");
        awaitReceived(0);
    }

    @Test
    void unsubscribingAndDenialAreToldAtTheCallback() throws Exception {
        subscribe();
        ask("unsubscribe", "");
        await().atMost(Duration.ofSeconds(5))
                .until(() -> sandbox.websub().subscriptions().isEmpty());

        hub.received().clear();
        sandbox.websub().deny("UC1", "not yours");
        ask("subscribe", "");
        await().atMost(Duration.ofSeconds(5)).until(() -> hub.received().size() == 1);
        assertThat(hub.received().get(0).query()).contains("hub.mode=denied", "hub.reason=not+yours");
    }

    @Test
    void n8nSignsTheBytesItSends() throws Exception {
        sandbox.n8n().send("quality_check", "17", Map.of("execution_id", "17"));
        sandbox.n8n().timestamps(true);
        sandbox.n8n().send(null, "18", Map.of("execution_id", "18"));

        List<Received> received = awaitReceived(2).stream()
                .sorted((one, other) -> other.path().compareTo(one.path()))
                .toList();
        assertThat(received.get(0).path()).isEqualTo("/api/v1/webhooks/n8n/quality_check");
        assertThat(received.get(0).header("x-n8n-signature"))
                .isEqualTo(Signatures.hex(
                        Signatures.SHA256, "n8n_sandbox", received.get(0).body()));
        String signed = received.get(1).header("x-n8n-timestamp") + "."
                + received.get(1).text();
        assertThat(received.get(1).header("x-n8n-signature"))
                .isEqualTo(Signatures.hex(Signatures.SHA256, "n8n_sandbox", signed.getBytes(StandardCharsets.UTF_8)));
    }
}
