package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Google's Text-to-Speech, as strict as the vendor: unknown fields, wrong types, unknown voices, texts over 5,000 bytes and
 * missing keys are refused in the vendor's words.
 */
public final class GoogleSpeechVendor extends MoodyVendor<GoogleSpeechVendor.Mood> {

    static final String NAME = "google_tts";

    /** How the vendor may be told to behave. */
    public enum Mood {
        WELL,
        WRONG_KEY,
        SWITCHED_OFF,
        NO_BILLING,
        EXHAUSTED,
        UNAVAILABLE,
        INVALID,
        HTML,
        EMPTY,
        NO_MP3
    }

    /** A text that was spoken, and is on the bill. */
    public record Spoken(String voice, String text) {

        /** As the vendor bills them. */
        public int characters() {
            return text.codePointCount(0, text.length());
        }
    }

    private static final int MOST_BYTES = 5000;
    private static final Map<String, Set<String>> FIELDS = Map.of(
            "", Set.of("input", "voice", "audioConfig", "enableTimePointing"),
            "input", Set.of("text", "ssml", "markup"),
            "voice", Set.of("languageCode", "name", "ssmlGender"),
            "audioConfig",
                    Set.of(
                            "audioEncoding",
                            "speakingRate",
                            "pitch",
                            "volumeGainDb",
                            "sampleRateHertz",
                            "effectsProfileId"));
    private static final Set<String> ENCODINGS = Set.of("LINEAR16", "MP3", "OGG_OPUS", "MULAW", "ALAW", "PCM", "M4A");
    private static final Set<String> GENDERS = Set.of("SSML_VOICE_GENDER_UNSPECIFIED", "MALE", "FEMALE", "NEUTRAL");

    private final Murmur murmur = Murmur.google();
    private final List<Spoken> spoken = new ArrayList<>();
    private int calls;

    GoogleSpeechVendor() {
        super(Mood.class);
    }

    /** How often something was to be spoken. */
    public synchronized int calls() {
        return calls;
    }

    /** What is on the bill. */
    public synchronized List<Spoken> spoken() {
        return List.copyOf(spoken);
    }

    @Override
    public String name() {
        return NAME;
    }

    private static ObjectNode voices() {
        ObjectNode list = Json.object();
        ObjectNode voice = list.putArray("voices").addObject();
        voice.put("name", "en-US-Neural2-J").put("ssmlGender", "MALE").put("naturalSampleRateHertz", 24_000);
        voice.putArray("languageCodes").add("en-US");
        return list;
    }

    @Override
    public Answer failure(Received request, int status) {
        return status == 429
                ? error(429, "RESOURCE_EXHAUSTED", "Quota exceeded for quota metric 'All requests'", null)
                : error(status, "UNAVAILABLE", "The service is currently unavailable.", null);
    }

    @Override
    public Answer answer(Received request) {
        boolean voices = request.method().equals("GET") && request.path().equals("/google-tts/v1/voices");
        if (!voices && (!request.method().equals("POST") || !request.path().equals("/google-tts/v1/text:synthesize"))) {
            return Answer.of(404, "text/html", "<html><title>Error 404 (Not Found)!!1</title></html>");
        }
        String key = request.header("x-goog-api-key");
        if (key == null && !request.query().contains("key=")) {
            return error(
                    403,
                    "PERMISSION_DENIED",
                    "Method doesn't allow unregistered callers (callers without established identity).",
                    null);
        }
        if (voices) {
            return Answer.json(200, voices());
        }
        synchronized (this) {
            calls++;
        }
        Mood mood = moods.take();
        Answer failed = mood == null ? null : fail(mood);
        return failed != null ? failed : speak(request, mood);
    }

    private static Answer fail(Mood mood) {
        return switch (mood) {
            case WRONG_KEY ->
                error(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", "API_KEY_INVALID");
            case SWITCHED_OFF ->
                error(403, "PERMISSION_DENIED", "Cloud Text-to-Speech API has not been used", "SERVICE_DISABLED");
            case NO_BILLING ->
                error(403, "PERMISSION_DENIED", "This API method requires billing to be enabled.", "BILLING_DISABLED");
            case EXHAUSTED ->
                error(429, "RESOURCE_EXHAUSTED", "Quota exceeded for quota metric", "RATE_LIMIT_EXCEEDED");
            case UNAVAILABLE -> error(503, "UNAVAILABLE", "The service is currently unavailable.", null);
            case INVALID -> error(400, "INVALID_ARGUMENT", "Request contains an invalid argument.", null);
            case HTML -> Answer.of(502, "text/html", "<html><body><h1>502 Bad Gateway</h1></body></html>");
            case EMPTY -> Answer.json(200, Json.object());
            case WELL, NO_MP3 -> null;
        };
    }

    private Answer speak(Received request, Mood mood) {
        JsonNode body;
        try {
            body = Json.read(request.text());
        } catch (IllegalArgumentException e) {
            return error(400, "INVALID_ARGUMENT", "Invalid JSON payload received.", null);
        }
        String wrong = check(body);
        if (wrong != null) {
            return error(400, "INVALID_ARGUMENT", wrong, null);
        }
        String text = body.path("input").path("text").asText();
        synchronized (this) {
            spoken.add(new Spoken(body.path("voice").path("name").asText(), text));
        }
        byte[] audio = mood == Mood.NO_MP3 ? "RIFF, not MP3".getBytes(StandardCharsets.UTF_8) : murmur.of(text);
        return Answer.json(
                200, Json.object().put("audioContent", Base64.getEncoder().encodeToString(audio)));
    }

    private static String check(JsonNode body) {
        for (Map.Entry<String, Set<String>> part : FIELDS.entrySet()) {
            JsonNode object = part.getKey().isEmpty() ? body : body.path(part.getKey());
            if (!object.isObject()) {
                return "Request is missing '" + part.getKey() + "'";
            }
            for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
                String name = names.next();
                if (!part.getValue().contains(name)) {
                    return "Invalid JSON payload received. Unknown name \"" + name + "\" at '" + part.getKey()
                            + "': Cannot find field.";
                }
            }
        }
        JsonNode text = body.path("input").path("text");
        if (!text.isTextual() || text.asText().isBlank()) {
            return "Either `text` or `ssml` must be set.";
        }
        if (text.asText().getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
            return "Either `input.text` or `input.ssml` is longer than the limit of 5000 bytes. This limit is different"
                    + " from quotas.";
        }
        return checkVoice(body.path("voice"), body.path("audioConfig"));
    }

    private static String checkVoice(JsonNode voice, JsonNode audio) {
        String language = voice.path("languageCode").asText("");
        String name = voice.path("name").asText("");
        if (language.isEmpty()) {
            return "Request is missing a language code.";
        }
        if (!name.matches("(en-US|en-GB|de-DE)-(Neural2|Standard)-[A-J]")) {
            return "Voice '" + name + "' does not exist. Is it misspelled?";
        }
        if (!name.startsWith(language)) {
            return "Requested language code '" + language + "' doesn't match the voice '" + name + "''s language code";
        }
        if (voice.has("ssmlGender")
                && !GENDERS.contains(voice.path("ssmlGender").asText())) {
            return "Invalid value at 'voice.ssml_gender'";
        }
        if (!ENCODINGS.contains(audio.path("audioEncoding").asText())) {
            return "Invalid value at 'audio_config.audio_encoding'";
        }
        if (isOutside(audio.path("speakingRate"), 0.25, 2.0)) {
            return "Unsupported speaking rate. Specify between 0.25 and 2.0.";
        }
        return isOutside(audio.path("pitch"), -20, 20) ? "Unsupported pitch. Specify between -20.0 and 20.0." : null;
    }

    private static boolean isOutside(JsonNode number, double least, double most) {
        return !number.isMissingNode() && (!number.isNumber() || number.asDouble() < least || number.asDouble() > most);
    }

    private static Answer error(int code, String status, String message, String reason) {
        ObjectNode error =
                Json.object().put("code", code).put("message", message).put("status", status);
        if (reason != null) {
            error.putArray("details")
                    .addObject()
                    .put("@type", "type.googleapis.com/google.rpc.ErrorInfo")
                    .put("reason", reason)
                    .put("domain", "googleapis.com");
        }
        return Answer.json(code, Json.object().set("error", error));
    }
}
