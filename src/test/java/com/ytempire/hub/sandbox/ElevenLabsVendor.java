package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * ElevenLabs' speech and account, as strict as the vendor: unknown fields, wrong types, unknown voices and models, texts too
 * long for the model, too many requests at the same time and missing keys are refused in the vendor's words.
 */
public final class ElevenLabsVendor extends MoodyVendor<ElevenLabsVendor.Mood> {

    static final String NAME = "elevenlabs";

    /** How the vendor may be told to behave. */
    public enum Mood {
        WRONG_KEY,
        QUOTA_401,
        QUOTA_400,
        PLAN,
        CONCURRENT,
        BUSY,
        OVERLOADED,
        INVALID,
        REFUSING,
        HTML,
        NO_MP3
    }

    /** A text that was spoken, and is on the bill. */
    public record Spoken(String voice, String text) {

        /** As the vendor bills them. */
        public int characters() {
            return text.codePointCount(0, text.length());
        }
    }

    private static final Pattern SPEECH = Pattern.compile("/elevenlabs/v1/text-to-speech/([^/]+)");
    private static final Set<String> FIELDS = Set.of(
            "text",
            "model_id",
            "language_code",
            "voice_settings",
            "seed",
            "previous_text",
            "next_text",
            "apply_text_normalization");
    private static final Set<String> SETTINGS =
            Set.of("stability", "similarity_boost", "style", "use_speaker_boost", "speed");
    private static final Set<String> VOICES = Set.of("21m00Tcm4TlvDq8ikWAM", "EXAVITQu4vr4xnSDxMaL");
    private static final Map<String, Integer> MODELS =
            Map.of("eleven_multilingual_v2", 10_000, "eleven_flash_v2_5", 40_000, "eleven_v3", 3_000);
    private static final int LIMIT = 100_000;

    private final MovableClock clock;
    private final Murmur murmur = Murmur.elevenLabs();
    private final List<Spoken> spoken = new ArrayList<>();
    private int calls;
    private int inside;
    private int mostInside;
    private int atOnce = 5;
    private int used;

    ElevenLabsVendor(MovableClock clock) {
        super(Mood.class);
        this.clock = clock;
    }

    /** The vendor is well, and the account's characters are to be had again. */
    @Override
    public synchronized void recover() {
        super.recover();
        used = 0;
        atOnce = 5;
        mostInside = 0;
    }

    /** Requests the plan takes at the same time. */
    public synchronized void atOnce(int most) {
        atOnce = most;
    }

    /** The most requests there have been at the same time. */
    public synchronized int mostAtOnce() {
        return mostInside;
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

    @Override
    public synchronized Optional<Answer> enter(Received request) {
        inside++;
        if (inside > atOnce && SPEECH.matcher(request.path()).matches()) {
            inside--;
            return Optional.of(error(
                            429,
                            "too_many_concurrent_requests",
                            "Too many concurrent requests. Your plan has a maximum of it.")
                    .with("maximum-concurrent-requests", String.valueOf(atOnce)));
        }
        mostInside = Math.max(mostInside, inside);
        return Optional.empty();
    }

    @Override
    public synchronized void leave(Received request) {
        inside--;
    }

    @Override
    public Answer failure(Received request, int status) {
        return status == 429
                ? error(429, "system_busy", "Our services are experiencing high levels of traffic")
                : error(status, "server_error", "Something went wrong");
    }

    @Override
    public synchronized Answer answer(Received request) {
        String key = request.header("xi-api-key");
        if (key == null || !key.startsWith("sk_")) {
            return error(401, "invalid_api_key", "Invalid API key");
        }
        if (request.method().equals("GET") && request.path().equals("/elevenlabs/v1/user")) {
            return Answer.json(200, user());
        }
        Matcher speech = SPEECH.matcher(request.path());
        if (!request.method().equals("POST") || !speech.matches()) {
            return Answer.json(404, Json.object().put("detail", "Not Found"));
        }
        calls++;
        Mood mood = moods.take();
        Answer failed = mood == null ? null : fail(mood);
        return failed != null ? failed : speak(request, speech.group(1), mood);
    }

    private ObjectNode user() {
        ObjectNode user = Json.object().put("user_id", "user_sandbox");
        user.putObject("subscription")
                .put("tier", "creator")
                .put("character_count", used)
                .put("character_limit", LIMIT)
                .put("next_character_count_reset_unix", clock.epochSecond() + 2_592_000)
                .put("status", "active");
        return user;
    }

    private static Answer fail(Mood mood) {
        return switch (mood) {
            case WRONG_KEY -> error(401, "invalid_api_key", "Invalid API key");
            case QUOTA_401 -> quota(401);
            case QUOTA_400 -> quota(400);
            case PLAN -> error(403, "only_for_creator+", "This is for the creator tier and above");
            case CONCURRENT -> error(429, "too_many_concurrent_requests", "Too many concurrent requests");
            case BUSY -> error(429, "system_busy", "Our services are experiencing high levels of traffic");
            case OVERLOADED -> error(503, "server_error", "Something went wrong");
            case INVALID -> invalid("voice_settings", "value is not a valid dict", "type_error.dict");
            case REFUSING -> error(400, "content_against_policy", "The content violates our policies");
            case HTML -> Answer.of(502, "text/html", "<html><body><h1>502 Bad Gateway</h1></body></html>");
            case NO_MP3 -> null;
        };
    }

    private static Answer quota(int status) {
        return error(status, "quota_exceeded", "This request exceeds your quota. You have 3 credits remaining");
    }

    private Answer speak(Received request, String voice, Mood mood) {
        JsonNode body;
        try {
            body = Json.read(request.text());
        } catch (IllegalArgumentException e) {
            return invalid("body", "JSON decode error", "json_invalid");
        }
        Answer wrong = check(request, voice, body);
        if (wrong != null) {
            return wrong;
        }
        String text = body.path("text").asText();
        Spoken one = new Spoken(voice, text);
        if (used + one.characters() > LIMIT) {
            return quota(401);
        }
        used += one.characters();
        spoken.add(one);
        byte[] audio = mood == Mood.NO_MP3 ? "RIFF, not MP3".getBytes(StandardCharsets.UTF_8) : murmur.of(text);
        return new Answer(
                200,
                Map.of(
                        "Content-Type",
                        "audio/mpeg",
                        "character-cost",
                        String.valueOf(one.characters()),
                        "current-concurrent-requests",
                        String.valueOf(inside),
                        "maximum-concurrent-requests",
                        String.valueOf(atOnce)),
                audio);
    }

    private static Answer check(Received request, String voice, JsonNode body) {
        for (Iterator<String> names = body.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!FIELDS.contains(name)) {
                return invalid(name, "extra fields not permitted", "value_error.extra");
            }
        }
        JsonNode settings = body.path("voice_settings");
        for (Iterator<String> names = settings.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!SETTINGS.contains(name)) {
                return invalid(name, "extra fields not permitted", "value_error.extra");
            }
        }
        if (!body.path("text").isTextual() || body.path("text").asText().isBlank()) {
            return invalid("text", "field required", "value_error.missing");
        }
        for (String name : Set.of("stability", "similarity_boost")) {
            JsonNode number = settings.path(name);
            if (!number.isMissingNode() && (!number.isNumber() || number.asDouble() < 0 || number.asDouble() > 1)) {
                return invalid(name, "ensure this value is between 0 and 1", "value_error.number");
            }
        }
        if (!request.query().matches("(output_format=mp3_\\d+_\\d+)?")) {
            return invalid("output_format", "unexpected value", "value_error.const");
        }
        String model = body.path("model_id").asText("eleven_multilingual_v2");
        if (!MODELS.containsKey(model)) {
            return error(400, "model_not_found", "A model with model ID " + model + " does not exist.");
        }
        if (!VOICES.contains(voice)) {
            return error(400, "voice_not_found", "A voice for the voice_id " + voice + " was not found.");
        }
        String text = body.path("text").asText();
        return text.codePointCount(0, text.length()) > MODELS.get(model)
                ? error(400, "max_character_limit_exceeded", "A maximum of " + MODELS.get(model) + " characters")
                : null;
    }

    private static Answer invalid(String field, String message, String type) {
        ObjectNode answer = Json.object();
        ObjectNode one =
                answer.putArray("detail").addObject().put("msg", message).put("type", type);
        one.putArray("loc").add("body").add(field);
        return Answer.json(422, answer);
    }

    private static Answer error(int status, String code, String message) {
        ObjectNode answer = Json.object();
        answer.putObject("detail").put("status", code).put("message", message);
        return Answer.json(status, answer);
    }
}
