package com.ytempire.hub.youtube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.HubIT;
import com.ytempire.hub.sandbox.Faults.Fault;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Subscriptions at the WebSub hub, from the request to the end, and what is pushed and polled. */
class YoutubeSubscriptionIT extends HubIT {

    @AfterEach
    void loudAgain() {
        SANDBOX.websub().silent(false);
        SANDBOX.websub().signWith("sha1");
        SANDBOX.faults().clear();
    }

    private static String channel() {
        return "UC" + UUID.randomUUID().toString().replace("-", "").substring(0, 22);
    }

    private static String video() {
        return UUID.randomUUID().toString().replace("-", "").substring(0, 11);
    }

    private long subscribe(String channel) {
        return data(operatorPost("/api/v1/youtube/subscriptions", "{\"channel_id\":\"" + channel + "\"}"))
                .get("id")
                .asLong();
    }

    private JsonNode subscription(long id) {
        return data(operatorGet("/api/v1/youtube/subscriptions/" + id));
    }

    private void awaitSubscription(long id, String state) {
        await().atMost(Duration.ofSeconds(15))
                .until(() -> subscription(id).get("state").asText().equals(state));
    }

    private long verified(String channel) {
        long id = subscribe(channel);
        awaitSubscription(id, "verified");
        return id;
    }

    private List<String> history(String video) {
        return jdbc.sql("select kind from youtube.video_event where video_id = :video order by id")
                .param("video", video)
                .query(String.class)
                .list();
    }

    private void awaitHistory(String video, String... kinds) {
        await().atMost(Duration.ofSeconds(15)).until(() -> history(video).equals(List.of(kinds)));
    }

    @Test
    void isVerifiedByTheHubAndOnePerChannel() {
        String channel = channel();
        long id = verified(channel);
        JsonNode subscription = subscription(id);
        assertThat(Instant.parse(subscription.get("lease_until").asText()))
                .isAfter(SANDBOX.clock().instant().plus(Duration.ofDays(1)));
        HttpResponse<String> again =
                operatorPost("/api/v1/youtube/subscriptions", "{\"channel_id\":\"" + channel + "\"}");
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(data(again).get("id").asLong()).isEqualTo(id);
        assertThat(operatorPost("/api/v1/youtube/subscriptions", "{\"channel_id\":\"nonsense\"}")
                        .body())
                .contains("\"field\":\"channel_id\"");
    }

    @Test
    void newChangedAndDeletedVideosTakeEffectOnce() {
        String channel = channel();
        verified(channel);
        String video = video();
        SANDBOX.deliveries().duplicate("youtube", 2, 3);
        SANDBOX.websub().publish(channel, video, "First title");
        awaitHistory(video, "new");
        SANDBOX.clock().advance(Duration.ofSeconds(2));
        SANDBOX.websub().change(channel, video, "Second title");
        awaitHistory(video, "new", "changed");
        SANDBOX.clock().advance(Duration.ofSeconds(2));
        SANDBOX.websub().delete(channel, video);
        awaitHistory(video, "new", "changed", "deleted");
        assertThat(jdbc.sql("select title from youtube.video where video_id = :video and deleted")
                        .param("video", video)
                        .query(String.class)
                        .single())
                .isEqualTo("Second title");
    }

    @Test
    void aFeedOfSeveralVideosIsSeveralEventsAndAnyMethodOfTheStandardSigns() {
        String channel = channel();
        verified(channel);
        SANDBOX.websub().signWith("sha256");
        String first = video();
        String second = video();
        SANDBOX.websub().publish(channel, List.of(first, second), "Two at once");
        awaitHistory(first, "new");
        awaitHistory(second, "new");
    }

    @Test
    void aSilentHubIsNoticedByReadingTheFeed() {
        String channel = channel();
        long id = verified(channel);
        SANDBOX.clock().advance(Duration.ofMinutes(1));
        SANDBOX.websub().silent(true);
        String video = video();
        SANDBOX.websub().publish(channel, video, "Nobody was told");
        SANDBOX.clock().advance(Duration.ofMinutes(45));
        awaitHistory(video, "new");
        await().atMost(Duration.ofSeconds(15))
                .until(() -> !subscription(id).get("silent_since").isNull());
    }

    @Test
    void aLeaseIsRenewedBeforeItEnds() {
        long id = verified(channel());
        Instant lease = Instant.parse(subscription(id).get("lease_until").asText());
        SANDBOX.clock()
                .advance(Duration.between(SANDBOX.clock().instant(), lease)
                        .multipliedBy(85)
                        .dividedBy(100));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> Instant.parse(subscription(id).get("lease_until").asText())
                        .isAfter(lease));
    }

    @Test
    void aDeniedRenewalIsPolledAndAskedForAgain() {
        String channel = channel();
        long id = verified(channel);
        SANDBOX.websub().deny(channel, "come back later");
        SANDBOX.clock()
                .advance(Duration.between(
                                SANDBOX.clock().instant(),
                                Instant.parse(
                                        subscription(id).get("lease_until").asText()))
                        .multipliedBy(85)
                        .dividedBy(100));
        awaitSubscription(id, "denied");
        JsonNode denied = subscription(id);
        assertThat(denied.get("reason").asText()).isEqualTo("come back later");
        assertThat(Instant.parse(denied.get("next_request_at").asText()))
                .isCloseTo(SANDBOX.clock().instant().plus(Duration.ofHours(6)), within(5, ChronoUnit.MINUTES));

        SANDBOX.websub().silent(true);
        String video = video();
        SANDBOX.websub().publish(channel, video, "Nobody was told");
        SANDBOX.clock().advance(Duration.ofMinutes(45));
        awaitHistory(video, "new");
        assertThat(subscription(id).get("state").asText()).isEqualTo("denied");

        SANDBOX.websub().deny(channel, "not yet");
        SANDBOX.clock().advance(Duration.ofHours(6));
        await().atMost(Duration.ofSeconds(15))
                .until(() -> subscription(id).get("reason").asText().equals("not yet"));
        awaitSubscription(id, "denied");

        SANDBOX.websub().deny(channel, null);
        SANDBOX.clock().advance(Duration.ofHours(6));
        awaitSubscription(id, "verified");
        assertThat(subscription(id).get("reason").isNull()).isTrue();
    }

    @Test
    void isAskedForAgainWhenTheHubFails() {
        SANDBOX.faults().fail("youtube", Fault.status(500).on("/websub/subscribe"), 1);
        long id = subscribe(channel());
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    SANDBOX.clock().advance(Duration.ofMinutes(2));
                    return subscription(id).get("state").asText().equals("verified");
                });
    }

    @Test
    void endsWhenTheOperatorSaysSoAndItsTokenIsGone() {
        String channel = channel();
        long id = verified(channel);
        assertThat(send(operator("/api/v1/youtube/subscriptions/" + id).DELETE())
                        .statusCode())
                .isBetween(200, 299);
        awaitSubscription(id, "ended");
        String video = video();
        SANDBOX.websub().publish(channel, video, "Too late");
        await().during(Duration.ofMillis(500))
                .atMost(Duration.ofSeconds(5))
                .until(() -> history(video).isEmpty());
    }

    @Test
    void theChallengeIsForThoseWeAsked() {
        verified(channel());
        for (String query : new String[] {
            "hub.mode=subscribe&hub.topic=x&hub.challenge=marker-c",
            "hub.mode=unsubscribe&hub.topic=x&hub.challenge=marker-c",
            "hub.challenge=marker-c",
            ""
        }) {
            HttpResponse<String> answer = send(request("/api/v1/webhooks/youtube/"
                            + URLEncoder.encode("no-such", StandardCharsets.UTF_8) + "?" + query)
                    .GET());
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.body()).doesNotContain("marker");
            assertThat(answer.headers().map().toString()).doesNotContain("marker");
        }
    }

    @Test
    void aNoticeThatIsNotSignedIsRefused() {
        HttpResponse<String> answer = send(request("/api/v1/webhooks/youtube/unknown-token")
                .header("X-Hub-Signature", "sha1=00")
                .POST(HttpRequest.BodyPublishers.ofString("<feed/>")));
        assertThat(answer.statusCode()).isEqualTo(410);
    }
}
