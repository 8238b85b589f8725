package com.ytempire.hub.content;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.content.ContentSettings.Link;
import com.ytempire.hub.content.SpeechSettings.Voice;
import com.ytempire.hub.platform.Json;
import com.ytempire.hub.platform.VendorCall;
import com.ytempire.hub.spending.LinkFailure;
import com.ytempire.hub.spending.LinkFailure.Kind;
import java.io.IOException;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

/** Google's Text-to-Speech (cloud.google.com/text-to-speech/docs/reference/rest/v1/text/synthesize). */
@Component("googleSpeech")
class GoogleSpeech {

    private final SpeechCalls calls;
    private final ContentSettings settings;
    private final ObjectMapper json;

    GoogleSpeech(SpeechCalls calls, ContentSettings settings, ObjectMapper json) {
        this.calls = calls;
        this.settings = settings;
        this.json = json;
    }

    /** The next part, its cost set aside. */
    public VendorCall request(@Variable("run") SpeechRun run) {
        SpeechPart part = calls.begin(run);
        Link link = settings.links().get(run.link());
        Voice voice = calls.voice(run);
        ObjectNode body = json.createObjectNode();
        body.putObject("input").put("text", part.text());
        ObjectNode named = body.putObject("voice")
                .put("languageCode", language(run.voice()))
                .put("name", run.voice());
        if (run.voice().equals(voice.usual()) && voice.gender() != null) {
            named.put("ssmlGender", voice.gender());
        }
        body.putObject("audioConfig")
                .put("audioEncoding", "MP3")
                .put("speakingRate", voice.rate())
                .put("pitch", voice.pitch());
        return new VendorCall(
                "POST",
                link.url(),
                Map.of("X-Goog-Api-Key", link.key(), HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON_VALUE),
                Json.bytes(json, body));
    }

    /** A voice is named after its language: en-US-Neural2-J. */
    private static String language(String voice) {
        String[] words = voice.split("-");
        return words[0] + "-" + words[1];
    }

    /**
     * Keeps what was spoken and books its cost.
     *
     * @throws LinkFailure classified by the body where the status misleads
     */
    public void read(
            @Body byte[] body,
            @Header(Exchange.HTTP_RESPONSE_CODE) int status,
            @Header("Retry-After") String retryAfter,
            @Variable("run") SpeechRun run) {
        JsonNode answer = VendorAnswers.json(json, body);
        if (status != 200) {
            throw calls.failed(run, GoogleFailures.of(status, answer, retryAfter));
        }
        byte[] audio;
        try {
            audio = answer.path("audioContent").binaryValue();
        } catch (IOException e) {
            throw new LinkFailure(Kind.UNAVAILABLE, "the answer has no audio", null);
        }
        if (audio == null) {
            throw new LinkFailure(Kind.UNAVAILABLE, "the answer has no audio", null);
        }
        calls.spoken(run, audio, run.next().orElseThrow().characters());
    }
}
