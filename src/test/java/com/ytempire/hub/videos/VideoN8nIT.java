package com.ytempire.hub.videos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.accounts.TestUsers;
import com.ytempire.hub.sandbox.SentRequest;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** n8n workflows that make videos, or parts of them, and hear of those that ended. */
class VideoN8nIT extends VideosHubIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Autowired
    private VideoFiles files;

    @Autowired
    private VideoNews news;

    private UUID id;
    private TestUsers.User owner;

    /** A video the hub itself does nothing for: its due time has not come. */
    @BeforeEach
    void somebodyElseMakesIt() {
        owner = subscriber();
        id = generate(owner, "{\"topic\":\"%s\",\"publish\":\"hold\"}".formatted(topic()));
        jdbc.sql("update videos.video set state = 'processing', attempt = attempt + 1, node = null, lease_until = null,"
                        + " due_at = due_at + interval '365 days' where id = :id")
                .param("id", id)
                .update();
    }

    private String tell(String path, String status, String data) {
        String body =
                "{\"execution_id\":\"%s\",\"workflow_id\":\"w\",\"status\":\"%s\",\"data\":{\"video_id\":\"%s\"%s}}"
                        .formatted(unique("exec"), status, id, data);
        String event = postN8n(path, body).body().replaceFirst(".*\"event_id\":\"([^\"]*)\".*", "$1");
        awaitState("n8n", event, "processed");
        return jdbc.sql("select result from webhooks.work join webhooks.event using (event_no)"
                        + " where event.service = 'n8n' and event_id = :event")
                .param("event", event)
                .query(String.class)
                .single();
    }

    private List<SentRequest> told() {
        return SANDBOX.sent().to("n8n").stream()
                .filter(request -> request.body().contains(id.toString()))
                .toList();
    }

    @Test
    void stepsAreDoneOnlyWithWhatTheyMake() throws Exception {
        assertThat(tell("", "success", ",\"step\":\"script\",\"script\":\"Cats purr. Nobody knows why.\""))
                .contains("step script of the video is done");
        assertThat(
                        tell(
                                "",
                                "success",
                                ",\"step\":\"metadata\",\"title\":\"Cats\",\"description\":\"Of cats\",\"tags\":[\"cats\",\"purr\"]"))
                .contains("is done");
        assertThat(tell("", "success", ",\"step\":\"nothing\"")).contains("no step of this name");
        files.keep(id, MediaKind.NARRATION, new byte[] {1}, "audio/mpeg");
        // it may be of an earlier script
        assertThat(tell("", "success", ",\"step\":\"speech\"")).contains("the hub makes step speech itself");
        JsonNode video = video(id);
        assertThat(video.get("script").asText()).isEqualTo("Cats purr. Nobody knows why.");
        assertThat(video.get("title").asText()).isEqualTo("Cats");
        assertThat(video.get("tags")).hasSize(2);
        assertThat(List.of("script", "metadata"))
                .allSatisfy(step -> assertThat(step(id, step)).isEqualTo("done"));
        assertThat(List.of("speech", "thumbnail"))
                .allSatisfy(step -> assertThat(step(id, step)).isEqualTo("pending"));
    }

    @Test
    void aCheckThatIsNotPassedHoldsTheVideoAndOneThatIsLetsItGo() {
        tell("/quality_check", "success", ",\"score\":0.31,\"passed\":false");
        JsonNode video = video(id);
        assertThat(video.get("state").asText()).isEqualTo("waiting_approval");
        assertThat(video.get("hold_reason").asText()).isEqualTo("quality");
        assertThat(video.get("quality_score").asDouble()).isEqualTo(0.31);
        tell("/quality_check", "success", ",\"score\":0.9,\"passed\":true");
        assertThat(video(id).get("hold_reason").asText()).isEqualTo("requested");
        jdbc.sql("update videos.video set publish = 'now' where id = :id")
                .param("id", id)
                .update();
        tell("/quality_check", "success", ",\"score\":0.95");
        assertThat(state(id)).isEqualTo("processing");
    }

    @Test
    void aFinishedVideoIsFinishedAndToldOnce() throws Exception {
        assertThat(tell(
                        "/video_completed",
                        "success",
                        ",\"youtube_id\":\"abc\",\"youtube_url\":\"https://youtu.be/abc\""))
                .contains("the video is completed");
        JsonNode video = video(id);
        assertThat(video.get("state").asText()).isEqualTo("completed");
        assertThat(video.get("youtube_id").asText()).isEqualTo("abc");
        assertThat(video.get("processing_completed_at").isTextual()).isTrue();
        assertThat(tell("", "error", ",\"error\":\"too late\"")).contains("stays so");
        assertThat(state(id)).isEqualTo("completed");

        await().atMost(Duration.ofSeconds(20)).until(() -> !told().isEmpty());
        SentRequest request = told().get(0);
        assertThat(told()).hasSize(1);
        assertThat(request.path()).isEqualTo("/n8n/webhook/videos");
        assertThat(request.headers().get("x-n8n-signature")).isEqualTo(hmac(N8N_SECRET, request.body()));
        JsonNode body = JSON.readTree(request.body());
        assertThat(body.get("type").asText()).isEqualTo("video_completed");
        assertThat(body.at("/data/youtube_url").asText()).isEqualTo("https://youtu.be/abc");
        assertThat(body.get("id").asText()).hasSize(36);
        assertThat(jdbc.sql(
                                "select count(*) from notifications.event where user_id = :user and name = 'video_completed'")
                        .param("user", owner.id())
                        .query(Long.class)
                        .single())
                .isOne();
    }

    @Test
    void aFailureIsTheVideosAndCanBeTriedAgain() {
        tell("", "error", ",\"step\":\"speech\",\"error\":{\"message\":\"no voice\"}");
        JsonNode video = video(id);
        assertThat(video.get("state").asText()).isEqualTo("failed");
        assertThat(video.get("error_message").asText()).isEqualTo("no voice");
        assertThat(step(video, "speech").get("state").asText()).isEqualTo("failed");
        await().atMost(Duration.ofSeconds(20)).until(() -> told().size() == 1);
        assertThat(act(id, "retry").statusCode()).isEqualTo(200);
        assertThat(state(id)).isEqualTo("processing");

        // the second failure is another one, and told as well
        tell("", "error", ",\"step\":\"speech\",\"error\":{\"message\":\"still no voice\"}");
        await().atMost(Duration.ofSeconds(20)).until(() -> told().size() == 2);
        assertThat(told())
                .extracting(request -> tree(request.body()).get("id").asText())
                .doesNotHaveDuplicates();
    }

    private static JsonNode tree(String body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(body, e);
        }
    }

    /** Its database still being made, n8n answers 200, and the workflow has heard nothing. */
    @Test
    void n8nThatStillStartsIsToldAgain() {
        SANDBOX.n8n().starting(true);
        try {
            tell("", "error", ",\"error\":\"no voice\"");
            await().atMost(Duration.ofSeconds(20)).until(() -> told().size() == 1);
        } finally {
            SANDBOX.n8n().starting(false);
        }
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(jdbc.sql("select state || ' ' || attempts || ' ' || result"
                                        + " from notifications.outbox where channel = 'n8n' and key like :key")
                                .param("key", "video:" + id + ":%")
                                .query(String.class)
                                .single())
                        .isEqualTo("sent 2 status 200"));
        assertThat(told())
                .extracting(request -> tree(request.body()).get("id").asText())
                .hasSize(2)
                .containsOnly(tree(told().get(0).body()).get("id").asText());
    }

    @Test
    void anUploadIsTriedAgainByAPersonOnlyWhereItsVideoWaitsForIt() {
        for (VideoState state : VideoState.values()) {
            jdbc.sql("update videos.video set state = :state where id = :id")
                    .param("state", state.stored())
                    .param("id", id)
                    .update();
            assertThat(news.mayBeRetried(id))
                    .as(state.name())
                    .isEqualTo(state.isUpload() || state == VideoState.FAILED);
        }
        jdbc.sql("update videos.video set state = 'failed', deleted_at = now() where id = :id")
                .param("id", id)
                .update();
        assertThat(news.mayBeRetried(id)).as("taken away").isFalse();
        assertThat(news.mayBeRetried(UUID.randomUUID()))
                .as("an upload without a video")
                .isTrue();
    }
}
