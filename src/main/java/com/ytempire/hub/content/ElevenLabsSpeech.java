package com.ytempire.hub.content;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.content.ContentSettings.Link;
import com.ytempire.hub.content.SpeechSettings.Voice;
import com.ytempire.hub.platform.Json;
import com.ytempire.hub.platform.VendorCall;
import com.ytempire.hub.spending.LinkFailure;
import com.ytempire.hub.spending.LinkFailure.Kind;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

/** Speech of ElevenLabs (elevenlabs.io/docs/api-reference/text-to-speech/convert). */
@Component("elevenLabsSpeech")
class ElevenLabsSpeech {

    private static final String AUDIO = "audio/mpeg";

    private final SpeechCalls calls;
    private final VendorSlots slots;
    private final ContentSettings settings;
    private final ObjectMapper json;

    ElevenLabsSpeech(SpeechCalls calls, VendorSlots slots, ContentSettings settings, ObjectMapper json) {
        this.calls = calls;
        this.slots = slots;
        this.settings = settings;
        this.json = json;
    }

    /** The next part, its cost set aside. */
    public VendorCall request(@Variable("run") SpeechRun run) {
        SpeechPart part = calls.begin(run);
        Link link = settings.links().get(run.link());
        Voice voice = calls.voice(run);
        ObjectNode body = json.createObjectNode().put("text", part.text()).put("model_id", voice.model());
        body.putObject("voice_settings")
                .put("stability", voice.stability())
                .put("similarity_boost", voice.similarity());
        return new VendorCall(
                "POST",
                link.url().replace("{voice}", run.voice()),
                Map.of(
                        "xi-api-key",
                        link.key(),
                        HttpHeaders.CONTENT_TYPE,
                        MediaType.APPLICATION_JSON_VALUE,
                        HttpHeaders.ACCEPT,
                        AUDIO),
                Json.bytes(json, body));
    }

    /**
     * Keeps what was spoken and books its cost, by the vendor's count when it tells one.
     *
     * @throws LinkFailure classified by the body where the status misleads
     */
    public void read(
            @Body byte[] body,
            @Header(Exchange.HTTP_RESPONSE_CODE) int status,
            @Header(HttpHeaders.CONTENT_TYPE) String type,
            @Header("Retry-After") String retryAfter,
            @Header("maximum-concurrent-requests") String atOnce,
            @Header("character-cost") String counted,
            @Variable("run") SpeechRun run) {
        if (atOnce != null && atOnce.matches("[1-9]\\d{0,3}")) {
            slots.told(settings.links().get(run.link()).vendor(), Integer.parseInt(atOnce));
        }
        if (status != 200) {
            throw calls.failed(run, ElevenLabsFailures.of(status, VendorAnswers.json(json, body), retryAfter));
        }
        if (type == null || !type.startsWith("audio/")) {
            throw new LinkFailure(Kind.UNAVAILABLE, "the answer has no audio", null);
        }
        boolean tells = counted != null && counted.matches("\\d{1,6}");
        calls.spoken(
                run,
                body,
                tells ? Long.parseLong(counted) : run.next().orElseThrow().characters());
    }
}
