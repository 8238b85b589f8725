package com.ytempire.hub.videos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** The steps of videos before their upload: each made once, gone on with after a crash, and changed by people. */
class VideoStepsIT extends VideosHubIT {

    private static final List<String> VOICES =
            List.of("speech-google-neural", "speech-google-standard", "speech-elevenlabs");

    @Autowired
    private VideoFiles files;

    @Autowired
    private VideoSteps steps;

    @Autowired
    private VideoStore store;

    @AfterEach
    void everybodySpeaks() {
        VOICES.forEach(link -> operatorPost("/api/v1/providers/" + link + "/on", ""));
    }

    /** As a crash in the middle of a step leaves it. */
    private void crashedIn(UUID id, String... steps) {
        for (String step : steps) {
            jdbc.sql(
                            "update videos.step set state = 'running', completed_at = null where video_id = :id and step = :step")
                    .param("id", id)
                    .param("step", step)
                    .update();
        }
        crashed(id);
    }

    private void lose(UUID id, MediaKind kind) {
        try {
            Files.delete(files.find(id, kind).orElseThrow().path());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aVideoGoesOnWhereACrashStoppedItAndIsPaidOnce() {
        UUID id = held();
        JsonNode video = awaitState(id, "waiting_approval");
        assertThat(video.get("hold_reason").asText()).isEqualTo("requested");
        assertThat(video.get("quality_score").decimalValue()).isBetween(new BigDecimal("0.6"), BigDecimal.ONE);
        assertThat(video.get("title").asText()).isNotBlank();
        assertThat(StreamSupport.stream(video.get("files").spliterator(), false)
                        .map(file -> file.get("kind").asText()))
                .contains("narration", "thumbnail", "video");
        long costs = costs(id);
        assertThat(costs).isGreaterThanOrEqualTo(6);
        String script = video.get("script").asText();

        // killed while a step's answer was on its way into the table
        jdbc.sql("update videos.video set script = null where id = :id")
                .param("id", id)
                .update();
        crashedIn(id, "script", "metadata", "speech", "thumbnail");
        video = awaitState(id, "waiting_approval");
        assertThat(video.get("script").asText()).isEqualTo(script);
        assertThat(step(video, "speech").get("attempt").asInt()).isEqualTo(2);
        assertThat(step(video, "assembly").get("attempt").asInt()).isOne();
        assertThat(costs(id)).isEqualTo(costs);

        crashedIn(id, "quality");
        awaitState(id, "waiting_approval");

        // a lost picture is fetched back, and needs no step
        lose(id, MediaKind.THUMBNAIL);
        crashedIn(id, "quality");
        video = awaitState(id, "waiting_approval");
        assertThat(files.find(id, MediaKind.THUMBNAIL)).isPresent();
        assertThat(step(video, "thumbnail").get("attempt").asInt()).isEqualTo(2);

        // a lost film is made again of the narration, which is lost as well and fetched back
        lose(id, MediaKind.VIDEO);
        lose(id, MediaKind.NARRATION);
        crashedIn(id, "quality");
        video = awaitState(id, "waiting_approval");
        assertThat(files.find(id, MediaKind.VIDEO)).isPresent();
        assertThat(step(video, "assembly").get("attempt").asInt()).isEqualTo(2);
        assertThat(step(video, "speech").get("attempt").asInt()).isEqualTo(2);
        assertThat(costs(id)).isEqualTo(costs);

        JsonNode cost = tree(operatorGet(VIDEOS + "/" + id + "/cost")).get("data");
        BigDecimal total = cost.get("total_cost").decimalValue();
        assertThat(StreamSupport.stream(cost.get("breakdown").spliterator(), false)
                        .map(JsonNode::decimalValue)
                        .reduce(BigDecimal.ZERO, BigDecimal::add))
                .isEqualByComparingTo(total);
        assertThat(StreamSupport.stream(video.get("steps").spliterator(), false)
                        .map(step -> step.get("cost").decimalValue())
                        .reduce(BigDecimal.ZERO, BigDecimal::add))
                .isEqualByComparingTo(total);
        assertDownloads(id);
        assertEdited(id, costs);
    }

    private void assertDownloads(UUID id) {
        HttpResponse<String> part = send(operator(VIDEOS + "/" + id + "/files/video")
                .header("Range", "bytes=4-7")
                .GET());
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo("ftyp");
        assertThat(part.headers().firstValue("Content-Type")).contains("video/mp4");
        assertThat(send(operator(VIDEOS + "/" + id + "/files/video")
                                .header("Range", "bytes=999999999-")
                                .GET())
                        .statusCode())
                .isEqualTo(416);
        assertThat(send(operator(VIDEOS + "/" + id + "/files/..%2f..%2fsecrets").GET())
                        .statusCode())
                .isGreaterThanOrEqualTo(400);
        assertThat(send(operator(VIDEOS + "/" + id + "/files/clips").GET()).statusCode())
                .isEqualTo(404);
    }

    /** What a person changes while it is held: a title costs nothing, a script is spoken anew. */
    private void assertEdited(UUID id, long costs) {
        HttpResponse<String> wrong = send(operator(VIDEOS + "/" + id)
                .header("Content-Type", "application/json")
                .method("PATCH", BodyPublishers.ofString("{\"title\":\"<b>\"}")));
        assertThat(wrong.statusCode()).isEqualTo(422);
        HttpResponse<String> title = send(operator(VIDEOS + "/" + id)
                .header("Content-Type", "application/json")
                .method("PATCH", BodyPublishers.ofString("{\"title\":\"Mine\",\"privacy\":\"private\"}")));
        assertThat(title.statusCode()).as(title.body()).isEqualTo(200);
        assertThat(tree(title).at("/data/state").asText()).isEqualTo("waiting_approval");
        HttpResponse<String> script = send(operator(VIDEOS + "/" + id)
                .header("Content-Type", "application/json")
                .method("PATCH", BodyPublishers.ofString("{\"script\":\"%s is short.\"}".formatted(unique("this")))));
        assertThat(tree(script).at("/data/state").asText()).isEqualTo("processing");
        JsonNode video = awaitState(id, "waiting_approval");
        assertThat(video.get("title").asText()).isEqualTo("Mine");
        assertThat(video.get("privacy").asText()).isEqualTo("private");
        assertThat(step(video, "speech").get("attempt").asInt()).isEqualTo(3);
        assertThat(step(video, "assembly").get("attempt").asInt()).isEqualTo(3);
        assertThat(step(video, "thumbnail").get("attempt").asInt()).isEqualTo(2);
        assertThat(costs(id)).isEqualTo(costs + 1);
        assertThat(act(id, "cancel").statusCode()).isEqualTo(200);
        assertThat(state(id)).isEqualTo("cancelled");
        assertThat(act(id, "approve").statusCode()).isEqualTo(409);
        assertThat(send(operator(VIDEOS + "/" + id).DELETE()).statusCode()).isEqualTo(204);
        assertThat(operatorGet(VIDEOS + "/" + id).statusCode()).isEqualTo(404);
        assertThat(files.all(id)).isEmpty();
    }

    @Test
    void aRunThatHasLostTheVideoTouchesNoFileAndNoRow() {
        UUID id = held();
        act(id, "cancel");
        jdbc.sql("update videos.video set state = 'processing', node = 'another', attempt = attempt + 1,"
                        + " lease_until = now() + interval '1 hour' where id = :id")
                .param("id", id)
                .update();
        StoredFile kept =
                files.keep(id, MediaKind.NARRATION, unique("kept").getBytes(StandardCharsets.UTF_8), "audio/mpeg");
        VideoRun run = new VideoRun(store.find(id).orElseThrow());
        run.begun(Step.SPEECH);
        jdbc.sql("update videos.video set attempt = attempt + 1 where id = :id")
                .param("id", id)
                .update();
        assertThatThrownBy(() -> steps.done(
                        run,
                        Made.Speech.supplied(),
                        BigDecimal.ONE,
                        "script = 'another'",
                        Map.of(),
                        video -> files.keep(id, MediaKind.NARRATION, new byte[] {1}, "audio/mpeg")))
                .isInstanceOf(VideoLost.class);
        assertThat(steps.isOurs(run, 50)).isFalse();
        assertThat(files.find(id, MediaKind.NARRATION)).contains(kept);
        assertThat(store.find(id).orElseThrow().script()).isNotEqualTo("another");
        act(id, "cancel");
    }

    @Test
    void whenNobodySpeaksAPersonDoes() {
        VOICES.forEach(link -> operatorPost("/api/v1/providers/" + link + "/off", "{\"reason\":\"test\"}"));
        UUID id = held();
        JsonNode video = awaitState(id, "waiting_approval");
        assertThat(video.get("hold_reason").asText()).isEqualTo("speech");
        assertThat(step(video, "speech").get("state").asText()).isEqualTo("failed");
        assertThat(step(video, "speech").get("attempt").asInt()).isEqualTo(3);
        assertThat(paid(id, "speech")).isZero();

        assertThat(put(id, "no audio at all, but long enough".getBytes(StandardCharsets.UTF_8))
                        .statusCode())
                .isEqualTo(422);
        byte[] broken = wav(1);
        broken[20] = 77; // a codec nobody knows
        assertThat(put(id, broken).statusCode()).isEqualTo(422);
        HttpResponse<String> taken = put(id, wav(6));
        assertThat(taken.statusCode()).as(taken.body()).isEqualTo(200);
        video = awaitState(id, "waiting_approval");
        assertThat(video.get("hold_reason").asText()).isNotEqualTo("speech");
        assertThat(video.get("duration_seconds").decimalValue())
                .isBetween(new BigDecimal("5.5"), new BigDecimal("6.6"));
        assertThat(step(video, "speech").at("/result/source").asText()).isEqualTo("supplied");
        assertThat(paid(id, "speech")).isZero();

        // nobody else's voice stands in for a lost recording unasked
        lose(id, MediaKind.NARRATION);
        lose(id, MediaKind.VIDEO);
        crashed(id);
        video = awaitState(id, "waiting_approval");
        assertThat(video.get("hold_reason").asText()).isEqualTo("speech");
        assertThat(video.get("error_message").asText()).contains("supply it again");
        assertThat(paid(id, "speech")).isZero();
    }

    private HttpResponse<String> put(UUID id, byte[] audio) {
        return send(operator(VIDEOS + "/" + id + "/audio")
                .header("Content-Type", "audio/wav")
                .PUT(BodyPublishers.ofByteArray(audio)));
    }

    /** A tone of so many seconds: RIFF, 8,000 samples a second of 16 bits. */
    private static byte[] wav(int seconds) {
        int samples = 8000 * seconds;
        ByteBuffer wav = ByteBuffer.allocate(44 + 2 * samples).order(ByteOrder.LITTLE_ENDIAN);
        wav.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + 2 * samples);
        wav.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16).putShort((short) 1);
        wav.putShort((short) 1).putInt(8000).putInt(16000).putShort((short) 2).putShort((short) 16);
        wav.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(2 * samples);
        for (int sample = 0; sample < samples; sample++) {
            wav.putShort((short) (8000 * Math.sin(sample * 2 * Math.PI * 220 / 8000)));
        }
        return wav.array();
    }

    @Test
    void aVideoThatWaitsForAnotherTryIsCancelledAndAnotherOnesAudioIsRefused() {
        VOICES.forEach(link -> operatorPost("/api/v1/providers/" + link + "/off", "{\"reason\":\"test\"}"));
        UUID id = held();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> step(video(id), "speech").get("error").isTextual());
        assertThat(act(id, "cancel").statusCode()).isEqualTo(200);
        assertThat(act(id, "cancel").statusCode()).isEqualTo(200);
        assertThat(put(id, wav(1)).statusCode()).isEqualTo(409);
        assertThat(act(id, "retry").statusCode()).isEqualTo(409);
        assertThat(state(id)).isEqualTo("cancelled");
        assertThat(put(UUID.randomUUID(), wav(1)).statusCode()).isEqualTo(404);
    }
}
