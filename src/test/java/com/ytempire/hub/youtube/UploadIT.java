package com.ytempire.hub.youtube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.accounts.TestUsers;
import com.ytempire.hub.sandbox.YoutubeVendor.Mood;
import com.ytempire.hub.sandbox.YoutubeVideo;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Uploads from the queue to the end, whatever YouTube answers in between: one video there. */
class UploadIT extends UploadHubIT {

    @Test
    void aVideoIsUploadedInPartsFinishedAndWatchedUntilItIsProcessed() throws IOException {
        Path picture = Files.write(folder.resolve("picture.jpg"), new byte[] {(byte) 0xff, (byte) 0xd8, 1, 2, 3});
        UUID video = UUID.randomUUID();
        queue(order(video, picture));

        wantPublishedOnce(video);

        assertThat(offsets()).containsExactly(0L, (long) GRAIN, 2L * GRAIN, 3L * GRAIN);
        YoutubeVideo there = onlyVideo();
        assertThat(there.title()).isEqualTo("Six \"quiet\" towns 🌊 שלום");
        assertThat(there.description()).isEqualTo("About them.\n\nClip by A");
        assertThat(there.tags()).containsExactly("sea", "old towns"); // the marker has gone
        assertThat(there.privacy()).isEqualTo("public");
        assertThat(there.disclosesAi()).isTrue();
        assertThat(there.thumbnail()).hasSize(5);
        UploadView view = view(video);
        assertThat(view.thumbnail()).isEqualTo("set");
        assertThat(view.percent()).isEqualTo(100);
        assertThat(view.bytesPerSecond()).isPositive();
        assertThat(view.youtubeUrl()).isEqualTo("https://www.youtube.com/watch?v=" + there.id());
        assertThat(history(video))
                .containsExactly("queued", "channel_chosen", "session_started", "uploaded", "published");
        assertThat(told.of(video)).startsWith("queued 1", "uploading 0", "uploading 25", "uploading 50");
        assertThat(used("videos.insert")).isOne();
        assertThat(used("thumbnails.set")).isOne();
        assertThat(used("videos.update")).isOne();
        assertThat(jdbc.sql("select marker from youtube.upload where video_id = :video")
                        .param("video", video)
                        .query(String.class)
                        .single())
                .matches("yte[0-9a-f]{20}");
        assertThat(jdbc.sql("select session_sealed is null from youtube.upload where video_id = :video")
                        .param("video", video)
                        .query(Boolean.class)
                        .single())
                .isTrue();
    }

    @Test
    void theSameVideoQueuedTwiceAtOnceIsOneUpload() throws Exception {
        UUID video = UUID.randomUUID();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<UUID>> ids = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                ids.add(threads.submit(() -> queue(order(video, null))));
            }
            UUID first = ids.get(0).get();
            for (Future<UUID> id : ids) {
                assertThat(id.get()).isEqualTo(first);
            }
        } finally {
            threads.shutdownNow();
        }
        wantPublishedOnce(video);
        assertThat(queue(order(video, null))).isEqualTo(view(video).id());
    }

    @Test
    void aVideoForLaterIsPrivateUntilThen() {
        UUID video = UUID.randomUUID();
        Instant at = clock.instant().plus(Duration.ofDays(30));
        queue(new UploadOrder(
                video, owner, channel, file, bytes, sha256, null, null, "Later", null, null, List.of(), "27", "en",
                "public", at, true, false));

        wantPublishedOnce(video);
        assertThat(onlyVideo().privacy()).isEqualTo("private");
        assertThat(onlyVideo().disclosesAi()).isFalse();
        assertThat(view(video).note()).isNull();
    }

    private UploadOrder withTrack(UUID video) throws IOException {
        Path track = Files.writeString(
                folder.resolve(UUID.randomUUID() + ".srt"), "1\n00:00:00,000 --> 00:00:01,000\nHello\n");
        return new UploadOrder(
                video, owner, null, file, bytes, sha256, null, track, "Words", null, null, List.of(), null, "en", null,
                null, null, null);
    }

    @Test
    void aCaptionTrackIsLeftOutUnlessTheSettingWantsIt() throws IOException {
        UUID video = UUID.randomUUID();
        queue(withTrack(video));

        wantPublishedOnce(video);
        assertThat(view(video).captions()).isEqualTo("none");
        assertThat(onlyVideo().captions()).isZero();
    }

    @Test
    void aScopeThatIsMissingForTheCaptionsHarmsNeitherVideoNorChannel() throws IOException {
        loop.stop();
        UUID video = UUID.randomUUID();
        queue(withTrack(video));
        jdbc.sql("update youtube.upload set captions_state = 'wanted' where video_id = :video")
                .param("video", video)
                .update();
        loop.start();

        wantPublishedOnce(video);
        assertThat(view(video).captions()).isEqualTo("refused");
        assertThat(view(video).note()).isEqualTo("captions: scope_missing");
        assertThat(stateOfChannel()).isEqualTo("active");
        assertThat(onlyVideo().tags()).containsExactly(); // the marker went nevertheless
    }

    @Test
    void theNoticeOfOurOwnVideoIsMatchedToItsUpload() {
        operatorPost("/api/v1/youtube/subscriptions", "{\"channel_id\":\"" + onYoutube.id() + "\"}");
        await().atMost(Duration.ofSeconds(15))
                .until(() -> jdbc.sql("select count(*) from youtube.subscription where channel_id = :id"
                                        + " and state = 'verified'")
                                .param("id", onYoutube.id())
                                .query(Integer.class)
                                .single()
                        == 1);
        UUID video = queue();

        wantPublishedOnce(video);
        await().atMost(Duration.ofSeconds(15)).until(() -> view(video).seenInFeedAt() != null);
    }

    @ParameterizedTest
    @EnumSource(
            value = Mood.class,
            names = {
                "CONFIRM_LESS",
                "CONFIRM_NOTHING",
                "CHUNK_LOST",
                "CHUNK_FAILED",
                "CHUNK_REFUSED",
                "START_LOST",
                "FINAL_LOST",
                "FINAL_LOST_AND_GONE",
                "SESSION_GONE",
                "BACKEND_ERROR",
                "RATE_LIMITED",
                "HTML",
                "UNAUTHORIZED",
                "UNAVAILABLE"
            })
    void whateverYoutubeAnswersInBetweenThereIsOneVideo(Mood mood) {
        youtube.next(mood, onYoutube.id(), 1);
        UUID video = queue();

        wantPublishedOnce(video);
        if (mood == Mood.FINAL_LOST_AND_GONE) {
            assertThat(history(video)).contains("session_gone", "found_by_marker");
        } else if (mood == Mood.SESSION_GONE) {
            assertThat(history(video)).containsSubsequence("session_started", "session_gone", "begun_anew");
        } else {
            assertThat(used("videos.insert")).isOne();
        }
    }

    @Test
    void aStartWhoseAnswerWasLostIsCountedAsYoutubeCountsIt() {
        youtube.next(Mood.START_LOST, onYoutube.id(), 2);
        UUID video = queue();

        wantPublishedOnce(video);
        assertThat(youtube.used(project, "uploads")).isEqualTo(3);
        assertThat(jdbc.sql(
                                "select sum(used + reserved) from youtube.quota_use where owner = :owner and bucket = 'uploads'")
                        .param("owner", "project:" + project)
                        .query(Integer.class)
                        .single())
                .isEqualTo(3);
    }

    @Test
    void youtubeKeepingNothingForAWhileIsWaitedFor() {
        youtube.next(Mood.CONFIRM_NOTHING, onYoutube.id(), 5);
        UUID video = queue();

        wantPublishedOnce(video);
    }

    @Test
    void aVideoThatIsLateInTheListIsLookedForAgain() {
        youtube.listingLag(Duration.ofMillis(150));
        youtube.next(Mood.FINAL_LOST_AND_GONE, onYoutube.id(), 1);
        UUID video = queue();

        wantPublishedOnce(video);
        assertThat(history(video)).contains("found_by_marker").doesNotContain("begun_anew");
    }

    @Test
    void ownersSeeTheirsAndOperatorsAll() throws Exception {
        TestUsers.User user = user();
        TestUsers.User stranger = user();
        UUID video = UUID.randomUUID();
        queue(plainOrder(video, user.id(), null, "Mine"));
        UUID id = view(video).id();
        String path = "/api/v1/youtube/uploads/" + id;

        JsonNode mine = data(userGet(user, path));
        assertThat(mine.get("video_id").asText()).isEqualTo(video.toString());
        assertThat(mine.get("place").asInt()).isOne();
        assertThat(mine.get("bytes").asLong()).isEqualTo(bytes);
        assertThat(mine.get("percent").asInt()).isZero();
        assertThat(data(userGet(user, "/api/v1/youtube/uploads"))).hasSize(1);
        assertThat(data(userGet(user, "/api/v1/youtube/uploads?state=published")))
                .isEmpty();
        assertThat(data(userGet(stranger, "/api/v1/youtube/uploads"))).isEmpty();
        assertThat(userGet(stranger, path).statusCode()).isEqualTo(404);
        assertThat(userPost(stranger, path + "/cancel", "").statusCode()).isEqualTo(404);
        assertThat(send(request(path).GET()).statusCode()).isEqualTo(401);
        assertThat(data(operatorGet("/api/v1/youtube/uploads?video_id=" + video)))
                .hasSize(1);
        assertThat(data(operatorGet("/api/v1/youtube/uploads?video_id=" + video + "&channel_id=" + channel)))
                .isEmpty();
        assertThat(operatorGet("/api/v1/youtube/uploads?state=lost").statusCode())
                .isEqualTo(400);

        // a node may be looking for a channel just then: it ends the upload when it has looked
        assertThat(data(userPost(user, path + "/cancel", "")).get("state").asText())
                .isIn("cancelled", "queued");
        await().atMost(Duration.ofSeconds(15))
                .until(() -> data(userGet(user, path)).get("state").asText().equals("cancelled"));
        assertThat(data(userPost(user, path + "/retry", "")).get("state").asText())
                .isEqualTo("queued");
        assertThat(data(userless(id, "cancel")).get("state").asText()).isIn("cancelled", "queued");
        assertThat(send(operator("/api/v1/youtube/uploads/" + UUID.randomUUID())
                                .method("GET", HttpRequest.BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(404);
    }
}
