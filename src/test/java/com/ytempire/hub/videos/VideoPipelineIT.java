package com.ytempire.hub.videos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.accounts.TestUsers;
import com.ytempire.hub.media.LicenceEntry;
import com.ytempire.hub.media.Licences;
import com.ytempire.hub.sandbox.YoutubeVideo;
import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** From one request to a published video, and what people decide on the way. */
class VideoPipelineIT extends VideosHubIT {

    @Autowired
    private VideoFiles files;

    @Autowired
    private VideoRetention retention;

    @Autowired
    private Licences licences;

    /** A user whose only channel is this one of the sandbox's YouTube. */
    private TestUsers.User owner(String youtubeId, int uploads) {
        TestUsers.User owner = subscriber();
        jdbc.sql("update youtube.channel set state = 'removed' where user_id = :user")
                .param("user", owner.id())
                .update();
        channels.connected(owner.id(), SANDBOX.youtube(), youtubeId, uploads);
        return owner;
    }

    private static String newChannel() {
        return SANDBOX.youtube().newChannel("Lighthouses").id();
    }

    @Test
    void oneRequestBecomesAPublishedVideo() {
        String youtubeId = newChannel();
        TestUsers.User owner = owner(youtubeId, 5);
        UUID id = generate(owner, order(topic()));
        JsonNode video = awaitState(id, "completed");

        List<YoutubeVideo> published = SANDBOX.youtube().videos(youtubeId);
        assertThat(published).hasSize(1);
        YoutubeVideo there = published.get(0);
        StoredFile film = files.find(id, MediaKind.VIDEO).orElseThrow();
        assertThat(there.sha256()).isEqualTo(film.sha256());
        assertThat(there.id()).isEqualTo(video.get("youtube_id").asText());
        assertThat(video.get("youtube_url").asText()).contains(there.id());
        assertThat(there.title()).isEqualTo(video.get("title").asText());
        assertThat(there.description()).contains(video.get("description").asText());
        List<LicenceEntry> clips = licences.ofVideo(id.toString());
        assertThat(clips)
                .isNotEmpty()
                .allSatisfy(clip -> assertThat(there.description()).contains(clip.credit()));
        assertThat(there.tags())
                .containsAll(StreamSupport.stream(video.get("tags").spliterator(), false)
                        .map(JsonNode::asText)
                        .toList());
        assertThat(step(video, "assembly").at("/result/about/width").asInt()).isEqualTo(640);
        assertThat(step(video, "assembly").at("/result/about/height").asInt()).isEqualTo(360);
        assertThat(video.get("quality_score").decimalValue()).isGreaterThan(new BigDecimal("0.6"));
        assertThat(video.get("steps"))
                .allSatisfy(step -> assertThat(step.get("state").asText()).isEqualTo("done"));
        assertThat(video.get("upload_percent").asInt()).isEqualTo(100);
        assertThat(video.get("processing_started_at").isTextual()).isTrue();
        assertThat(video.get("processing_completed_at").isTextual()).isTrue();
        assertThat(act(id, "cancel").statusCode()).isEqualTo(409);
        assertThat(jdbc.sql("select type from videos.event where video_id = :id order by no")
                        .param("id", id)
                        .query(String.class)
                        .list())
                .startsWith("queued", "step_started", "step_completed")
                .contains("step_progress", "upload_queued", "uploading")
                .endsWith("completed");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> SANDBOX.sent().to("n8n").stream()
                        .anyMatch(told -> told.body().contains(id.toString())
                                && told.body().contains("video_completed")));

        assertForgottenInTime(owner, id);
    }

    /** Fourteen days after it was published. */
    private void assertForgottenInTime(TestUsers.User owner, UUID id) {
        retention.apply();
        assertThat(userGet(owner, VIDEOS + "/" + id + "/files/video").statusCode())
                .isEqualTo(200);
        jdbc.sql("update videos.video set processing_completed_at = :long_ago where id = :id")
                .param("long_ago", Timestamp.from(SANDBOX.clock().instant().minus(Duration.ofDays(15))))
                .param("id", id)
                .update();
        retention.apply();
        assertThat(files.all(id)).isEmpty();
        assertThat(userGet(owner, VIDEOS + "/" + id + "/files/video").statusCode())
                .isEqualTo(410);
        assertThat(video(id).get("media_removed_at").isTextual()).isTrue();
        assertThat(userGet(owner, "/api/v1/users/me/export").body()).contains(id.toString());
    }

    @Test
    void aHeldVideoIsPublishedOnceItIsApprovedAndOneInTheQueueIsCancelled() {
        String youtubeId = newChannel();
        TestUsers.User owner = owner(youtubeId, 1);
        UUID first = generate(
                owner,
                "{\"topic\":\"%s\",\"duration_target\":10,\"aspect\":\"9:16\",\"publish\":\"hold\",\"privacy\":\"unlisted\"}"
                        .formatted(topic()));
        UUID second = generate(owner, order(topic()));
        awaitState(first, "waiting_approval");
        assertThat(step(video(first), "assembly").at("/result/about/height").asInt())
                .isEqualTo(640);
        awaitState(second, "completed");

        // the channel takes one a day
        assertThat(act(first, "approve").statusCode()).isEqualTo(200);
        JsonNode queued = awaitState(first, "upload_queued");
        assertThat(queued.get("queue_place").asInt()).isOne();
        assertThat(send(operator(VIDEOS + "/" + first).DELETE()).statusCode()).isEqualTo(409);
        assertThat(act(first, "cancel").statusCode()).isEqualTo(200);
        awaitState(first, "cancelled");
        assertThat(SANDBOX.youtube().videos(youtubeId)).hasSize(1);
        assertThat(send(operator(VIDEOS + "/" + first).DELETE()).statusCode()).isEqualTo(204);
    }
}
