package com.ytempire.hub.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.HubIT;
import com.ytempire.hub.accounts.TestUsers;
import com.ytempire.hub.platform.Ffmpeg;
import com.ytempire.hub.sandbox.ElevenLabsVendor;
import com.ytempire.hub.sandbox.Faults.Fault;
import com.ytempire.hub.sandbox.GoogleSpeechVendor;
import com.ytempire.hub.sandbox.GoogleSpeechVendor.Spoken;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** Speech: from the voice that was asked for down to silence, always answered, in one voice, and paid for once. */
class SpeechChainIT extends HubIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SPEECH = "/api/v1/content/speech";
    private static final String NEURAL = "speech-google-neural";
    private static final String STANDARD = "speech-google-standard";
    private static final String ELEVENLABS = "speech-elevenlabs";
    private static final String ELEVENLABS_FIRST = ", \"preferred_provider\": \"elevenlabs\"";

    @Autowired
    private SpeechSettings settings;

    @Autowired
    private Ffmpeg ffmpeg;

    @Autowired
    private ContentRetention retention;

    @BeforeEach
    void allIsWell() {
        SANDBOX.faults().clear();
        SANDBOX.googleSpeech().recover();
        SANDBOX.elevenLabs().recover();
        for (String link : List.of(NEURAL, STANDARD, ELEVENLABS)) {
            assertThat(operatorPost("/api/v1/providers/" + link + "/on", "").statusCode())
                    .isEqualTo(200);
        }
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

    private int phrases() {
        return jdbc.sql("select count(*) from content.speech_part where phrase and holder is null")
                .query(Integer.class)
                .single();
    }

    private static String sentence() {
        return unique("Lighthouses of Brittany number") + " are tall.";
    }

    private JsonNode speak(String text) {
        return speak(text, "");
    }

    private JsonNode speak(String text, String more) {
        HttpResponse<String> answer = operatorPost(SPEECH, body(text, more));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return data(answer);
    }

    private static String body(String text, String more) {
        return "{\"text\": " + JSON.valueToTree(text) + more + "}";
    }

    private static JsonNode data(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body()).path("data");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private byte[] audio(JsonNode answer) {
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
    private void hasItsAudio(JsonNode answer) {
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

    private static String links(JsonNode answer) {
        StringBuilder links = new StringBuilder();
        answer.path("links")
                .forEach(link -> links.append(link.path("link").asText())
                        .append(' ')
                        .append(link.path("outcome").asText())
                        .append(
                                link.path("reason").isNull()
                                        ? ""
                                        : " " + link.path("reason").asText())
                        .append("; "));
        return links.toString();
    }

    private BigDecimal ledger(String video) {
        return jdbc.sql("select coalesce(sum(amount), 0) from spending.cost where video_id = :video")
                .param("video", video)
                .query(BigDecimal.class)
                .single();
    }

    private static BigDecimal price(String thousand, int characters) {
        return new BigDecimal(thousand).multiply(BigDecimal.valueOf(characters)).movePointLeft(3);
    }

    private void videoHasSpent(String video, String amount) {
        jdbc.sql("insert into spending.budget (scope, key, spent) values ('video_speech', :video, :amount)")
                .param("video", video)
                .param("amount", new BigDecimal(amount))
                .update();
    }

    private static String video(String id) {
        return ", \"video\": \"" + id + "\"";
    }

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

    private static String longText(int sentences) {
        return IntStream.range(0, sentences)
                .mapToObj(n -> "Sentence " + n + " of " + unique("story") + " tells of 🌋 and naïve people.")
                .collect(Collectors.joining(" "));
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

    private static List<Spoken> newlySpoken(int before) {
        List<Spoken> all = SANDBOX.googleSpeech().spoken();
        return all.subList(before, all.size());
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

    private static List<JsonNode> atOnce(int times, IntFunction<JsonNode> call) {
        List<CompletableFuture<JsonNode>> all = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            int number = i;
            all.add(CompletableFuture.supplyAsync(() -> call.apply(number), command -> new Thread(command).start()));
        }
        return all.stream().map(CompletableFuture::join).toList();
    }

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

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("\"field\":\"voice\"");
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
        assertThat(jdbc.sql(
                                "select string_agg(state, ' ' order by state) from spending.attempt where video_id = :video")
                        .param("video", video)
                        .query(String.class)
                        .single())
                .isEqualTo("booked settled");
        assertThat(ledger(video))
                .isEqualByComparingTo(price(
                        "0.016",
                        newlySpoken(before).stream()
                                .mapToInt(Spoken::characters)
                                .sum()))
                .isEqualByComparingTo(answer.path("cost").decimalValue());
    }

    @Test
    void charactersOfTheMonthAreCountedBeforeTheCall() {
        speak(sentence(), ELEVENLABS_FIRST);
        assertThat(usedCharacters())
                .isEqualTo(SANDBOX.elevenLabs()
                        .spoken()
                        .get(SANDBOX.elevenLabs().spoken().size() - 1)
                        .characters());
        jdbc.sql("update spending.vendor_window set used = 99990 where vendor = 'elevenlabs'")
                .update();
        int calls = SANDBOX.elevenLabs().calls();

        JsonNode answer = speak(sentence(), ELEVENLABS_FIRST);

        assertThat(links(answer)).startsWith(ELEVENLABS + " passed_over allowance; " + NEURAL + " answered");
        assertThat(SANDBOX.elevenLabs().calls()).isEqualTo(calls);
        assertThat(usedCharacters()).isEqualTo(99_990);
        assertThat(operatorGet("/api/v1/providers/" + ELEVENLABS).body())
                .contains("\"quotas\":[{\"unit\":\"characters\",\"most\":100000,\"used\":99990,\"left\":10,");
        assertThat(operatorGet("/api/v1/providers/" + ELEVENLABS).body()).contains("\"breaker\":\"closed\"");
    }

    private long usedCharacters() {
        return jdbc.sql("select coalesce(sum(used), 0) from spending.vendor_window where vendor = 'elevenlabs'")
                .query(Long.class)
                .single();
    }

    @Test
    void charactersThatWereNotSpokenAreGivenBack() {
        SANDBOX.elevenLabs().next(ElevenLabsVendor.Mood.OVERLOADED, 3);

        speak(sentence(), ELEVENLABS_FIRST);

        assertThat(usedCharacters()).isZero();
    }

    @Test
    void aTextForWhoseEndTheMonthHasNoRoomIsNotBegun() {
        String text = longText(170);
        assertThat(text.length()).isBetween(10_001, 20_000);
        jdbc.sql("""
                        insert into spending.vendor_window (vendor, unit, window_start, seconds, used)
                        values ('elevenlabs', 'characters', date_trunc('month', :now::timestamptz at time zone 'utc')
                                at time zone 'utc', 2592000, 89000)
                        """).param("now", Timestamp.from(SANDBOX.clock().instant())).update();
        int calls = SANDBOX.elevenLabs().calls();

        assertThat(links(speak(text, ELEVENLABS_FIRST))).startsWith(ELEVENLABS + " passed_over allowance");
        assertThat(SANDBOX.elevenLabs().calls()).isEqualTo(calls);
    }

    @Test
    void neverMoreCallsAtOnceThanThePlanTakes() {
        SANDBOX.faults().fail("elevenlabs", Fault.slow(Duration.ofMillis(400)), 12);

        List<JsonNode> answers = atOnce(12, n -> speak(sentence(), ELEVENLABS_FIRST));

        assertThat(answers).allSatisfy(answer -> assertThat(links(answer)).isEqualTo(ELEVENLABS + " answered; "));
        assertThat(SANDBOX.elevenLabs().mostAtOnce()).isLessThanOrEqualTo(5);
        assertThat(answers.stream()
                        .mapToInt(answer ->
                                answer.path("links").path(0).path("tries").asInt())
                        .sum())
                .as("nobody was refused")
                .isEqualTo(12);
    }

    @Test
    void withoutBudgetACheaperVoiceSpeaksAndThenNobody() {
        String video = unique("video");
        videoHasSpent(video, "0.199");
        String text = sentence() + " " + sentence();
        assertThat(price("0.016", text.length())).isGreaterThan(new BigDecimal("0.001"));

        JsonNode answer = speak(text, video(video));
        assertThat(links(answer)).isEqualTo(NEURAL + " passed_over budget; " + STANDARD + " answered; ");

        JsonNode next = speak(sentence() + longText(5), video(video));
        assertThat(next.path("link").asText()).isEqualTo("speech-silence");
        assertThat(links(next)).contains(ELEVENLABS + " passed_over budget");
    }

    @Test
    void aTextWhoseEndTheBudgetDoesNotCoverIsNotBegun() {
        String video = unique("video");
        String text = longText(100);
        videoHasSpent(
                video, new BigDecimal("0.20").subtract(price("0.016", 6000)).toPlainString());
        int before = SANDBOX.googleSpeech().spoken().size();

        JsonNode answer = speak(text, video(video));

        assertThat(links(answer)).isEqualTo(NEURAL + " passed_over budget; " + STANDARD + " answered; ");
        assertThat(newlySpoken(before))
                .allSatisfy(part -> assertThat(part.voice()).isEqualTo("en-US-Standard-J"));
        assertThat(jdbc.sql("select sum(reserved) from spending.budget where key = :video")
                        .param("video", video)
                        .query(BigDecimal.class)
                        .single())
                .isZero();
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
    void placesOfACrashedNodeAreFreeOnceTheirLeaseEnds() {
        jdbc.sql("""
                        insert into content.vendor_slot (vendor, slot, holder, lease_until)
                        select 'elevenlabs', slot, gen_random_uuid(), now() + interval '1 second'
                          from generate_series(1, 5) as slot
                        """).update();

        JsonNode answer = speak(sentence(), ELEVENLABS_FIRST);

        assertThat(links(answer)).isEqualTo(ELEVENLABS + " answered; ");
        assertThat(answer.path("links").path(0).path("tries").asInt()).isEqualTo(1);
        jdbc.sql("delete from content.vendor_slot").update(); // those that nobody has taken since
    }

    @Test
    void aPlanThatTakesFewerCallsIsRespectedOnceItIsKnown() {
        SANDBOX.elevenLabs().atOnce(2);
        speak(sentence(), ELEVENLABS_FIRST);
        SANDBOX.faults().fail("elevenlabs", Fault.slow(Duration.ofMillis(300)), 6);

        List<JsonNode> answers = atOnce(6, n -> speak(sentence(), ELEVENLABS_FIRST));

        assertThat(SANDBOX.elevenLabs().mostAtOnce()).isLessThanOrEqualTo(2);
        assertThat(answers).allSatisfy(answer -> {
            assertThat(links(answer)).isEqualTo(ELEVENLABS + " answered; ");
            assertThat(answer.path("links").path(0).path("tries").asInt()).isEqualTo(1);
        });
        SANDBOX.elevenLabs().atOnce(5);
        speak(sentence(), ELEVENLABS_FIRST);
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
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains("\"field\":\"text\"");
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

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("\"field\":\"" + field + "\"");
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
    void aProviderThatIsNotWellDoesNotGoFirst() {
        SANDBOX.elevenLabs().always(ElevenLabsVendor.Mood.OVERLOADED);
        speak(sentence(), ELEVENLABS_FIRST);
        speak(sentence(), ELEVENLABS_FIRST);
        int calls = SANDBOX.elevenLabs().calls();

        JsonNode answer = speak(sentence(), ELEVENLABS_FIRST);

        assertThat(links(answer)).isEqualTo(ELEVENLABS + " passed_over breaker; " + NEURAL + " answered; ");
        assertThat(SANDBOX.elevenLabs().calls()).isEqualTo(calls);
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
