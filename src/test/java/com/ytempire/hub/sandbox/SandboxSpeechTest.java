package com.ytempire.hub.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The simulated vendors of speech are as strict as the real ones. */
class SandboxSpeechTest {

    private static final String GOOGLE = """
            {"input": {"text": "Hello"}, "voice": {"languageCode": "en-US", "name": "en-US-Neural2-J"},
             "audioConfig": {"audioEncoding": "MP3"}}""";
    private static final String ELEVENLABS = """
            {"text": "Hello", "model_id": "eleven_multilingual_v2", "voice_settings": {"stability": 0.5}}""";
    private static final String VOICE = "/elevenlabs/v1/text-to-speech/21m00Tcm4TlvDq8ikWAM";

    private final Sandbox sandbox = Sandbox.start(0);
    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void stop() {
        sandbox.close();
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(sandbox.baseUrl() + path));
    }

    private HttpResponse<String> google(String body) throws Exception {
        return send(request("/google-tts/v1/text:synthesize")
                .header("X-Goog-Api-Key", "AIza")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> elevenLabs(String path, String body) throws Exception {
        return send(request(path).header("xi-api-key", "sk_x").POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"Hello\"}|\"\"}|must be set",
                "\"Hello\"}|7}|must be set",
                "\"input\"|\"inputs\"|input",
                "\"audioEncoding\"|\"encoding\"|Unknown name",
                "MP3|MP4|audio_encoding",
                "Neural2-J|Neural2-Z|does not exist",
                "\"languageCode\": \"en-US\"|\"languageCode\": \"de-DE\"|doesn't match",
                "\"MP3\"|\"MP3\", \"speakingRate\": 3|speaking rate"
            })
    void googleRefusesWhatItsApiRefuses(String from, String to, String message) throws Exception {
        assertThat(google(GOOGLE).statusCode()).isEqualTo(200);

        HttpResponse<String> refused = google(GOOGLE.replace(from, to));

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("INVALID_ARGUMENT").contains(message);
    }

    @Test
    void googleTakesFiveThousandBytesAndNoCharacterMore() throws Exception {
        assertThat(google(GOOGLE.replace("Hello", "ü".repeat(2500))).statusCode())
                .isEqualTo(200);
        assertThat(google(GOOGLE.replace("Hello", "ü".repeat(2500) + "x")).body())
                .contains("longer than the limit of 5000 bytes");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"text\": \"Hello\"|\"text\": \"\"|422|field required",
                "\"text\"|\"words\"|422|extra fields",
                "\"stability\": 0.5|\"stability\": 5|422|between 0 and 1",
                "\"stability\"|\"calm\"|422|extra fields",
                "eleven_multilingual_v2|eleven_monolingual_v1|400|model_not_found"
            })
    void elevenLabsRefusesWhatItsApiRefuses(String from, String to, int status, String message) throws Exception {
        HttpResponse<String> refused = elevenLabs(VOICE, ELEVENLABS.replace(from, to));

        assertThat(refused.statusCode()).isEqualTo(status);
        assertThat(refused.body()).contains(message);
    }

    @Test
    void elevenLabsCountsCharactersAndTellsThem() throws Exception {
        assertThat(elevenLabs(VOICE + "?output_format=mp3_44100_128", ELEVENLABS)
                        .headers()
                        .firstValue("character-cost"))
                .hasValue("5");
        JsonNode user = Json.read(send(request("/elevenlabs/v1/user").header("xi-api-key", "sk_x"))
                .body());
        assertThat(user.at("/subscription/character_count").asInt()).isEqualTo(5);

        String most = ELEVENLABS.replace("Hello", "x".repeat(10_000));
        assertThat(elevenLabs(VOICE, most.replace("xx\"", "xxy\"")).body()).contains("max_character_limit_exceeded");
        for (int i = 0; i < 9; i++) {
            assertThat(elevenLabs(VOICE, most).statusCode()).isEqualTo(200);
        }
        HttpResponse<String> over = elevenLabs(VOICE, most);
        assertThat(over.statusCode()).isEqualTo(401);
        assertThat(over.body()).contains("quota_exceeded");
    }

    @Test
    void withoutAKeyNobodySpeaks() throws Exception {
        assertThat(send(request("/google-tts/v1/text:synthesize").POST(HttpRequest.BodyPublishers.ofString(GOOGLE)))
                        .statusCode())
                .isEqualTo(403);
        assertThat(send(request(VOICE).POST(HttpRequest.BodyPublishers.ofString(ELEVENLABS)))
                        .body())
                .contains("invalid_api_key");
    }

    @Test
    void aMoodIsOrderedCountedAndLifted() throws Exception {
        assertThat(order("{\"vendor\": \"google_tts\", \"mood\": \"no_billing\", \"count\": 1}"))
                .isEqualTo(200);
        assertThat(google(GOOGLE).statusCode()).isEqualTo(403);
        assertThat(google(GOOGLE).statusCode()).isEqualTo(200);

        order("{\"vendor\": \"elevenlabs\", \"mood\": \"busy\"}");
        assertThat(elevenLabs(VOICE, ELEVENLABS).body()).contains("system_busy");
        assertThat(elevenLabs(VOICE, ELEVENLABS).body()).contains("system_busy");
        order("{\"vendor\": \"elevenlabs\", \"lift\": true}");
        assertThat(elevenLabs(VOICE, ELEVENLABS).statusCode()).isEqualTo(200);

        assertThat(order("{\"vendor\": \"elevenlabs\", \"mood\": \"cheerful\"}"))
                .isEqualTo(400);
        assertThat(order("{\"vendor\": \"n8n\", \"mood\": \"busy\"}")).isEqualTo(400);
    }

    private int order(String body) throws Exception {
        return send(request("/_sandbox/mood").POST(HttpRequest.BodyPublishers.ofString(body)))
                .statusCode();
    }
}
