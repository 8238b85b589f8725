package com.ytempire.hub.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.sandbox.ElevenLabsVendor;
import com.ytempire.hub.sandbox.Faults.Fault;
import com.ytempire.hub.sandbox.GoogleSpeechVendor;
import com.ytempire.hub.sandbox.GoogleSpeechVendor.Spoken;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** Vendors of speech that fail: each failure is told apart, and somebody else speaks. */
class SpeechFailureIT extends SpeechHubIT {

    @Autowired
    private SpeechSettings settings;

    @ParameterizedTest
    @CsvSource({
        "WRONG_KEY, authentication, 1",
        "SWITCHED_OFF, authentication, 1",
        "NO_BILLING, unfunded, 1",
        "EXHAUSTED, rate_limited, 5",
        "UNAVAILABLE, unavailable, 3",
        "HTML, unavailable, 3",
        "EMPTY, unavailable, 3",
        "NO_MP3, unavailable, 3"
    })
    void eachFailureOfGoogleIsToldApart(GoogleSpeechVendor.Mood mood, String reason, int tries) {
        SANDBOX.googleSpeech().next(mood, tries);
        String video = unique("video");
        int before = SANDBOX.googleSpeech().spoken().size();

        JsonNode answer = speak(sentence(), video(video));

        assertThat(links(answer)).isEqualTo(NEURAL + " failed " + reason + "; " + STANDARD + " answered; ");
        assertThat(answer.path("links").path(0).path("tries").asInt()).isEqualTo(tries);
        assertThat(answer.path("degraded").asBoolean()).isTrue();
        assertThat(answer.path("quality").asInt()).isEqualTo(70);
        assertThat(ledger(video))
                .as("what the vendor has spoken is booked, of use or not")
                .isEqualByComparingTo(newlySpoken(before).stream()
                        .map(spoken ->
                                price(spoken.voice().contains("Neural") ? "0.016" : "0.004", spoken.characters()))
                        .reduce(BigDecimal.ZERO, BigDecimal::add))
                .isEqualByComparingTo(answer.path("cost").decimalValue());
    }

    @ParameterizedTest
    @CsvSource({
        "WRONG_KEY, authentication, 1",
        "QUOTA_401, unfunded, 1",
        "QUOTA_400, unfunded, 1",
        "PLAN, authentication, 1",
        "REFUSING, refused, 1",
        "CONCURRENT, rate_limited, 5",
        "BUSY, unavailable, 3",
        "OVERLOADED, unavailable, 3",
        "HTML, unavailable, 3",
        "NO_MP3, unavailable, 3"
    })
    void eachFailureOfElevenLabsIsToldApart(ElevenLabsVendor.Mood mood, String reason, int tries) {
        SANDBOX.elevenLabs().next(mood, tries);

        JsonNode answer = speak(sentence(), ELEVENLABS_FIRST);

        assertThat(links(answer)).isEqualTo(ELEVENLABS + " failed " + reason + "; " + NEURAL + " answered; ");
        assertThat(answer.path("links").path(0).path("tries").asInt()).isEqualTo(tries);
        assertThat(answer.path("degraded").asBoolean()).isTrue();
    }

    @Test
    void ourOwnBadRequestEndsTheChain() {
        SANDBOX.googleSpeech().next(GoogleSpeechVendor.Mood.INVALID, 1);
        int elevenLabs = SANDBOX.elevenLabs().calls();

        HttpResponse<String> answer = operatorPost(SPEECH, body(sentence(), ""));

        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).contains("refused_by_provider");
        assertThat(SANDBOX.elevenLabs().calls()).isEqualTo(elevenLabs);

        SANDBOX.elevenLabs().next(ElevenLabsVendor.Mood.INVALID, 1);
        answer = operatorPost(SPEECH, body(sentence(), ELEVENLABS_FIRST));
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).contains("field voice_settings");
    }

    @ParameterizedTest
    @CsvSource({"en-US-Neural2-Z", "aaaaaaaaaaaaaaaaaaaa"})
    void aVoiceTheVendorDoesNotKnowIsTheCallersMistake(String voice) {
        HttpResponse<String> answer = operatorPost(SPEECH, body(sentence(), ", \"voice\": \"" + voice + "\""));

        assertFieldRefused(answer, "voice");
        assertThat(operatorGet("/api/v1/providers/" + NEURAL).body()).contains("\"state\":\"on\"");
    }

    @Test
    void aUsedUpAccountIsLeftAloneUntilTheNextMonth() {
        SANDBOX.elevenLabs().next(ElevenLabsVendor.Mood.QUOTA_401, 1);
        speak(sentence(), ELEVENLABS_FIRST);
        int calls = SANDBOX.elevenLabs().calls();

        JsonNode next = speak(sentence(), ELEVENLABS_FIRST);

        assertThat(links(next)).startsWith(ELEVENLABS + " passed_over unfunded; " + NEURAL + " answered");
        assertThat(SANDBOX.elevenLabs().calls()).isEqualTo(calls);
        LocalDate today = LocalDate.ofInstant(SANDBOX.clock().instant(), ZoneOffset.UTC);
        assertThat(operatorGet("/api/v1/providers/" + ELEVENLABS).body())
                .contains("\"reason\":\"unfunded\"", today.withDayOfMonth(1).plusMonths(1) + "T00:00:00Z");
    }

    @Test
    void whenALaterLinkMustAnswerItSpeaksTheWholeTextAndPaidPartsStay() {
        String video = unique("video");
        String text = longText(100);
        int parts = SpeechText.split(text, SpeechText::bytes, 5000).size();
        int before = SANDBOX.googleSpeech().spoken().size();
        SANDBOX.googleSpeech().next(GoogleSpeechVendor.Mood.WELL, 1);
        SANDBOX.googleSpeech().next(GoogleSpeechVendor.Mood.UNAVAILABLE, 3);

        JsonNode answer = speak(text, video(video));

        assertThat(links(answer)).isEqualTo(NEURAL + " failed unavailable; " + STANDARD + " answered; ");
        assertThat(newlySpoken(before).stream().map(Spoken::voice))
                .hasSize(1 + parts)
                .startsWith("en-US-Neural2-J")
                .endsWith("en-US-Standard-J");
        assertThat(newlySpoken(before).stream().skip(1).map(Spoken::text).collect(Collectors.joining(" ")))
                .isEqualTo(text);
        assertThat(answer.path("cost").decimalValue()).isEqualByComparingTo(ledger(video));
        hasItsAudio(answer);

        int afterwards = SANDBOX.googleSpeech().spoken().size();
        assertThat(links(speak(text, video(video)))).isEqualTo(NEURAL + " answered; ");
        assertThat(newlySpoken(afterwards)).as("the first part is paid already").hasSize(parts - 1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCutConnectionIsBookedForItMayHaveBeenWorkedOn(boolean inTheMiddleOfTheAnswer) {
        SANDBOX.faults()
                .fail(
                        "google_tts",
                        inTheMiddleOfTheAnswer ? Fault.torn() : Fault.cut().afterTheWork(),
                        1);
        String video = unique("video");
        int before = SANDBOX.googleSpeech().spoken().size();

        JsonNode answer = speak(sentence(), video(video));

        assertThat(links(answer)).isEqualTo(NEURAL + " answered; ");
        assertThat(attempts(video)).isEqualTo("booked settled");
        assertThat(ledger(video))
                .isEqualByComparingTo(price(
                        "0.016",
                        newlySpoken(before).stream()
                                .mapToInt(Spoken::characters)
                                .sum()))
                .isEqualByComparingTo(answer.path("cost").decimalValue());
    }

    @Test
    void whenNobodySpeaksWhatAnybodyHasSpokenAnswers() {
        String text = sentence();
        speak(text, ELEVENLABS_FIRST);
        everybodyOff();

        JsonNode answer = speak(text);

        assertThat(answer.path("link").asText()).isEqualTo("speech-cache");
        assertThat(answer.path("provider").asText()).isEqualTo("elevenlabs");
        assertThat(answer.path("degraded").asBoolean()).isTrue();
        assertThat(answer.path("cached").asBoolean()).isTrue();
        assertThat(answer.path("cost").decimalValue()).isZero();
        hasItsAudio(answer);
    }

    private void everybodyOff() {
        for (String link : List.of(NEURAL, STANDARD, ELEVENLABS)) {
            operatorPost("/api/v1/providers/" + link + "/off", "");
        }
    }

    @Test
    void phrasesAreSpokenEvenWhenNobodyIsThere() {
        everybodyOff();

        JsonNode answer = speak("Let’s dive in! Don't forget to like and subscribe.\nThanks for watching!");

        assertThat(answer.path("link").asText()).isEqualTo("speech-cache");
        assertThat(answer.path("voice").asText()).isEqualTo("en-US-Standard-J");
        hasItsAudio(answer);
    }

    @Test
    void whenNobodySpeaksSilenceOfTheRightLengthAnswersWithinASecond() {
        everybodyOff();
        String text = longText(20);

        JsonNode answer = speak(text);

        assertThat(links(answer))
                .isEqualTo(NEURAL + " passed_over off; " + STANDARD + " passed_over off; " + ELEVENLABS
                        + " passed_over off; speech-cache failed never spoken; speech-silence answered; ");
        assertThat(answer.path("millis").asLong()).isLessThan(1000);
        assertThat(answer.path("degraded").asBoolean()).isTrue();
        assertThat(answer.path("cached").asBoolean()).isFalse();
        assertThat(answer.path("provider").asText()).isEqualTo("hub");
        assertThat(answer.path("duration_seconds").asDouble())
                .isCloseTo(text.codePointCount(0, text.length()) / 15.0, within(0.1));
        hasItsAudio(answer);
    }

    @Test
    void whatACrashedCallHeldIsFreeOnceItsLeaseEnds() {
        String text = sentence();
        held(text, "-1 second");
        assertThat(links(speak(text))).isEqualTo(NEURAL + " answered; ");

        String other = sentence();
        held(other, "1 second");
        JsonNode waited = speak(other);
        assertThat(links(waited)).isEqualTo(NEURAL + " answered; ");
        assertThat(waited.path("links").path(0).path("tries").asInt()).isEqualTo(1);
    }

    /** As a node that died while it had a text spoken leaves it behind. */
    private void held(String text, String lease) {
        SpeechSettings.Voice neural = settings.voices().get(NEURAL);
        jdbc.sql("""
                        insert into content.speech_part (key, heard, sound, provider, voice, quality, used_at, holder,
                                                         lease_until)
                        values (:key, '', '', 'google', 'en-US-Neural2-J', 85, :now, gen_random_uuid(),
                                now() + :lease::interval)
                        """)
                .param("key", SpeechStore.key(neural, neural.usual(), text))
                .param("now", Timestamp.from(SANDBOX.clock().instant()))
                .param("lease", lease)
                .update();
    }

    @Test
    void aProviderThatIsNotWellDoesNotGoFirst() {
        SANDBOX.elevenLabs().always(ElevenLabsVendor.Mood.OVERLOADED);
        speak(sentence(), ELEVENLABS_FIRST);
        speak(sentence(), ELEVENLABS_FIRST);
        int calls = SANDBOX.elevenLabs().calls();

        JsonNode answer = speak(sentence(), ELEVENLABS_FIRST);

        assertThat(links(answer)).isEqualTo(ELEVENLABS + " passed_over breaker; " + NEURAL + " answered; ");
        assertThat(SANDBOX.elevenLabs().calls()).isEqualTo(calls);
    }
}
