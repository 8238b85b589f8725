package com.ytempire.hub.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.accounts.TestUsers;
import com.ytempire.hub.sandbox.Faults.Fault;
import com.ytempire.hub.sandbox.GoogleSpeechVendor;
import com.ytempire.hub.sandbox.GoogleSpeechVendor.Spoken;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;

/** Texts that are spoken: by which voice, in which parts, paid once, and how the audio is had. */
class SpeechChainIT extends SpeechHubIT {

    @Autowired
    private ContentRetention retention;

    @Test
    void theNeuralVoiceSpeaksAndItsCostIsBooked() {
        String video = unique("video");
        String text = sentence();

        JsonNode answer = speak(text, video(video));

        assertThat(links(answer)).isEqualTo(NEURAL + " answered; ");
        assertThat(answer.path("provider").asText()).isEqualTo("google");
        assertThat(answer.path("voice").asText()).isEqualTo("en-US-Neural2-J");
        assertThat(answer.path("quality").asInt()).isEqualTo(85);
        assertThat(answer.path("degraded").asBoolean()).isFalse();
        assertThat(answer.path("cached").asBoolean()).isFalse();
        assertThat(answer.path("characters").asInt()).isEqualTo(text.length());
        assertThat(answer.path("cost").decimalValue())
                .isEqualByComparingTo(price("0.016", text.length()))
                .isEqualByComparingTo(ledger(video));
        assertThat(answer.path("duration_seconds").asDouble()).isCloseTo(text.length() / 15.0, within(0.1));
        hasItsAudio(answer);
        JsonNode sent = lastSent("google_tts");
        assertThat(sent.path("voice").path("ssmlGender").asText()).isEqualTo("MALE");
        assertThat(sent.path("audioConfig").toString())
                .isEqualTo("{\"audioEncoding\":\"MP3\",\"speakingRate\":1.0,\"pitch\":0.0}");
    }

    private static JsonNode lastSent(String vendor) {
        var sent = SANDBOX.sent().to(vendor);
        try {
            return JSON.readTree(sent.get(sent.size() - 1).body());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void thePreferredProviderGoesFirst() {
        String video = unique("video");
        String text = sentence();

        JsonNode answer = speak(text, ELEVENLABS_FIRST + video(video));

        assertThat(links(answer)).isEqualTo(ELEVENLABS + " answered; ");
        assertThat(answer.path("voice").asText()).isEqualTo("21m00Tcm4TlvDq8ikWAM");
        assertThat(answer.path("model").asText()).isEqualTo("eleven_multilingual_v2");
        assertThat(answer.path("quality").asInt()).isEqualTo(95);
        assertThat(answer.path("degraded").asBoolean()).isFalse();
        assertThat(answer.path("cost").decimalValue())
                .isEqualByComparingTo(price("0.30", text.length()))
                .isEqualByComparingTo(ledger(video));
        assertThat(lastSent("elevenlabs").path("voice_settings").toString())
                .isEqualTo("{\"stability\":0.5,\"similarity_boost\":0.5}");
        hasItsAudio(answer);
    }

    @Test
    void anotherVoiceIsSpokenByTheLinkThatHasIt() {
        JsonNode answer = speak(sentence(), ", \"voice\": \"en-GB-Standard-B\"");

        assertThat(links(answer)).isEqualTo(STANDARD + " answered; ");
        assertThat(answer.path("voice").asText()).isEqualTo("en-GB-Standard-B");
        assertThat(answer.path("degraded").asBoolean()).isFalse();
        assertThat(lastSent("google_tts").path("voice").path("languageCode").asText())
                .isEqualTo("en-GB");
    }

    @Test
    void withoutThatVoiceTheUsualOneOfAnotherLinkIsLess() {
        SANDBOX.googleSpeech().next(GoogleSpeechVendor.Mood.UNAVAILABLE, 3);

        JsonNode answer = speak(sentence(), ", \"voice\": \"en-GB-Neural2-B\"");

        assertThat(links(answer)).isEqualTo(NEURAL + " failed unavailable; " + STANDARD + " answered; ");
        assertThat(answer.path("voice").asText()).isEqualTo("en-US-Standard-J");
        assertThat(answer.path("degraded").asBoolean()).isTrue();
    }

    @Test
    void aLongTextIsSpokenInPartsAndEachIsPaid() {
        String video = unique("video");
        String text = longText(120);
        int before = SANDBOX.googleSpeech().spoken().size();

        JsonNode answer = speak(text, video(video));

        List<Spoken> parts = newlySpoken(before);
        assertThat(parts).hasSizeGreaterThan(1).allSatisfy(part -> {
            assertThat(part.text().getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(5000);
            assertThat(part.text()).endsWith("people.");
        });
        assertThat(parts.stream().map(Spoken::text).collect(Collectors.joining(" ")))
                .isEqualTo(text);
        assertThat(answer.path("links").path(0).path("tries").asInt()).isEqualTo(parts.size());
        assertThat(answer.path("cost").decimalValue())
                .isEqualByComparingTo(price(
                        "0.016", parts.stream().mapToInt(Spoken::characters).sum()))
                .isEqualByComparingTo(ledger(video));
        hasItsAudio(answer);
    }

    @Test
    void theSameTextIsNotPaidAgainUnlessItIsToBeSpokenAnew() {
        String text = sentence();
        JsonNode first = speak(text);
        int calls = SANDBOX.googleSpeech().calls();

        JsonNode second = speak(text);
        assertThat(second.path("cached").asBoolean()).isTrue();
        assertThat(second.path("degraded").asBoolean()).isFalse();
        assertThat(second.path("voice")).isEqualTo(first.path("voice"));
        assertThat(second.path("cost").decimalValue()).isZero();
        assertThat(audio(second)).isEqualTo(audio(first));
        assertThat(SANDBOX.googleSpeech().calls()).isEqualTo(calls);

        JsonNode anew = speak(text, ", \"fresh\": true");
        assertThat(anew.path("cached").asBoolean()).isFalse();
        assertThat(anew.path("cost").decimalValue()).isPositive();
        assertThat(SANDBOX.googleSpeech().calls()).isEqualTo(calls + 1);
    }

    @Test
    void theSameTextManyTimesAtOnceIsPaidOnce() {
        SANDBOX.faults().fail("google_tts", Fault.slow(Duration.ofMillis(700)), 1);
        String text = sentence();

        List<JsonNode> answers = atOnce(6, n -> speak(text));

        assertThat(SANDBOX.googleSpeech().spoken().stream()
                        .filter(spoken -> spoken.text().equals(text)))
                .hasSize(1);
        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.path("link").asText()).isIn(NEURAL, "cache"));
        assertThat(answers.stream()
                        .map(answer -> answer.path("cost").decimalValue())
                        .reduce(BigDecimal.ZERO, BigDecimal::add))
                .isEqualByComparingTo(price("0.016", text.length()));
    }

    @Test
    void theAudioIsFetchedByThoseWhoMayAndInRanges() {
        TestUsers.User operator = users.operator();
        String audio = data(userPost(operator, SPEECH, body(sentence(), "")))
                .path("audio")
                .asText();

        assertThat(userGet(operator, audio).statusCode()).isEqualTo(200);
        assertThat(userGet(user(), audio).statusCode()).isEqualTo(403);
        assertThat(send(request(audio).GET()).statusCode()).isEqualTo(401);
        assertThat(operatorGet(SPEECH + "/" + UUID.randomUUID() + "/audio").statusCode())
                .isEqualTo(404);
        HttpResponse<String> range =
                send(as(operator, audio).header("Range", "bytes=0-95").GET());
        assertThat(range.statusCode()).isEqualTo(206);
        assertThat(range.headers().firstValue("Content-Length")).hasValue("96");
    }

    @Test
    void whoAcceptsAudioGetsAudio() throws Exception {
        String text = sentence();
        HttpResponse<byte[]> answer = HttpClient.newHttpClient()
                .send(
                        operator(SPEECH)
                                .header("Content-Type", "application/json")
                                .header("Accept", "audio/mpeg")
                                .POST(HttpRequest.BodyPublishers.ofString(body(text, "")))
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("audio/mpeg");
        assertThat(answer.headers().firstValue("X-Speech-Link")).hasValue(NEURAL);
        assertThat(answer.headers().firstValue("X-Speech-Degraded")).hasValue("false");
        assertThat(answer.headers().firstValue("Content-Location").orElseThrow())
                .startsWith(SPEECH + "/");
        assertThat(send(operator(SPEECH)
                                .header("Content-Type", "application/json")
                                .header("Accept", "*/*")
                                .POST(HttpRequest.BodyPublishers.ofString(body(text, ""))))
                        .headers()
                        .firstValue("Content-Type"))
                .hasValue("application/json");
        assertThat(Mp3.read(answer.body()).millis() / 1000.0).isCloseTo(text.length() / 15.0, within(0.1));

        HttpResponse<String> refused = send(operator(SPEECH)
                .header("Content-Type", "application/json")
                .header("Accept", "audio/mpeg")
                .POST(HttpRequest.BodyPublishers.ofString("{\"text\": \"\"}")));
        assertFieldRefused(refused, "text");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|text",
                "{\"text\": \" \"}|text",
                "{\"text\": \"…🌋!\"}|text",
                "{\"text\": \"x\", \"preferred_provider\": \"amazon\"}|preferred_provider",
                "{\"text\": \"x\", \"voice\": \"Bob\"}|voice",
                "{\"text\": \"x\", \"voice\": \"en-US-Neural2-J\", \"preferred_provider\": \"elevenlabs\"}|voice",
                "{\"text\": \"x\", \"video\": \"\"}|video"
            })
    void aWrongRequestIsRefusedByItsField(String body, String field) {
        HttpResponse<String> answer = operatorPost(SPEECH, body);

        assertFieldRefused(answer, field);
    }

    @Test
    void aTextTooLongIsRefusedByItsField() {
        HttpResponse<String> answer = operatorPost(SPEECH, body("x".repeat(60_001), ""));

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("\"field\":\"text\"").doesNotContain("xxxxx");
    }

    @Test
    void quotesEmojiAndRightToLeftTextArriveAsTheyAre() {
        String text = "\"Quotes\" 🌋 שלום \\ " + unique("t");

        speak(text);

        assertThat(lastSent("google_tts").path("input").path("text").asText()).isEqualTo(text);
    }

    @Test
    void oldAudioIsForgottenAndPhrasesStay() {
        String text = sentence();
        JsonNode answer = speak(text);
        SANDBOX.clock().advance(Duration.ofDays(32));

        retention.apply();

        assertThat(operatorGet(answer.path("audio").asText()).statusCode()).isEqualTo(404);
        assertThat(phrases()).isEqualTo(5);
        JsonNode again = speak(text);
        assertThat(again.path("cached").asBoolean()).isFalse();
        hasItsAudio(again);
    }
}
