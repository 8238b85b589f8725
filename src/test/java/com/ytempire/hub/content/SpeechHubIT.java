package com.ytempire.hub.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.platform.Ffmpeg;
import com.ytempire.hub.sandbox.GoogleSpeechVendor.Spoken;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;

/** What tests of speech have in common: asking for it, hearing it, and what it has cost. */
abstract class SpeechHubIT extends ContentHubIT {

    static final String SPEECH = "/api/v1/content/speech";
    static final String NEURAL = "speech-google-neural";
    static final String STANDARD = "speech-google-standard";
    static final String ELEVENLABS = "speech-elevenlabs";
    static final String ELEVENLABS_FIRST = ", \"preferred_provider\": \"elevenlabs\"";

    @Autowired
    Ffmpeg ffmpeg;

    @BeforeEach
    void allIsWell() {
        SANDBOX.faults().clear();
        SANDBOX.googleSpeech().recover();
        SANDBOX.elevenLabs().recover();
        switchOn(List.of(NEURAL, STANDARD, ELEVENLABS));
        jdbc.sql("delete from spending.vendor_window where vendor in ('elevenlabs', 'google_tts')")
                .update();
        // the phrases are prepared when the hub starts: their calls are not those of a test
        await().atMost(Duration.ofSeconds(20)).until(() -> phrases() == 5);
    }

    @AfterEach
    void leaveNothingBroken() {
        allIsWell();
        assertThat(jdbc.sql(
                                "select count(*) from spending.attempt where kind = 'speech' and state in ('reserved', 'sent')")
                        .query(Integer.class)
                        .single())
                .as("open attempts")
                .isZero();
        assertThat(jdbc.sql("select count(*) from content.vendor_slot")
                        .query(Integer.class)
                        .single())
                .as("taken places")
                .isZero();
    }

    int phrases() {
        return jdbc.sql("select count(*) from content.speech_part where phrase and holder is null")
                .query(Integer.class)
                .single();
    }

    static String sentence() {
        return unique("Lighthouses of Brittany number") + " are tall.";
    }

    JsonNode speak(String text) {
        return speak(text, "");
    }

    JsonNode speak(String text, String more) {
        return ask("speech", body(text, more));
    }

    static String body(String text, String more) {
        return "{\"text\": " + JSON.valueToTree(text) + more + "}";
    }

    byte[] audio(JsonNode answer) {
        try {
            HttpResponse<byte[]> mp3 = HttpClient.newHttpClient()
                    .send(operator(answer.path("audio").asText()).build(), HttpResponse.BodyHandlers.ofByteArray());
            assertThat(mp3.statusCode()).isEqualTo(200);
            assertThat(mp3.headers().firstValue("Content-Type")).hasValue("audio/mpeg");
            return mp3.body();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The MP3 is one, and as long as the answer says. */
    void hasItsAudio(JsonNode answer) {
        Mp3 mp3 = Mp3.read(audio(answer));
        assertThat(mp3).isNotNull();
        assertThat(mp3.frames()).isEqualTo(audio(answer));
        assertThat(mp3.millis() / 1000.0)
                .isCloseTo(answer.path("duration_seconds").asDouble(), within(0.02));
        byte[] samples = ffmpeg.run(
                mp3.frames(),
                List.of("-xerror", "-f", "mp3", "-i", "pipe:0", "-f", "s16le", "-ac", "1", "-ar", "8000", "pipe:1"),
                Duration.ofSeconds(20));
        assertThat(samples.length / 16_000.0)
                .as("seconds a player plays")
                .isCloseTo(answer.path("duration_seconds").asDouble(), within(0.15));
    }

    static BigDecimal price(String thousand, int characters) {
        return new BigDecimal(thousand).multiply(BigDecimal.valueOf(characters)).movePointLeft(3);
    }

    static String video(String id) {
        return ", \"video\": \"" + id + "\"";
    }

    static String longText(int sentences) {
        return IntStream.range(0, sentences)
                .mapToObj(n -> "Sentence " + n + " of " + unique("story") + " tells of 🌋 and naïve people.")
                .collect(Collectors.joining(" "));
    }

    static List<Spoken> newlySpoken(int before) {
        List<Spoken> all = SANDBOX.googleSpeech().spoken();
        return all.subList(before, all.size());
    }

    static List<JsonNode> atOnce(int times, IntFunction<JsonNode> call) {
        List<CompletableFuture<JsonNode>> all = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            int number = i;
            all.add(CompletableFuture.supplyAsync(() -> call.apply(number), command -> new Thread(command).start()));
        }
        return all.stream().map(CompletableFuture::join).toList();
    }
}
