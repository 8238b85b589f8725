package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Base64;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stability's pictures by both protocols: the newer takes a form and nothing else, the older JSON. A filtered picture comes
 * as a success.
 */
public final class StabilityVendor extends MoodyVendor<StabilityVendor.Mood> {

    static final String NAME = "stability";

    /** How the vendor may be told to behave. */
    public enum Mood {
        UNFUNDED,
        REFUSING,
        FILTERING,
        WRONG_LANGUAGE,
        WRONG_KEY,
        NOT_PERMITTED,
        GONE,
        HTML,
        EMPTY,
        ERROR,
        OVERLOADED,
        BOMB
    }

    private static final String NEWER = "/v2beta/stable-image/generate/";
    private static final Map<String, Double> CREDITS = Map.of("core", 3.0, "ultra", 8.0, "sd3", 6.5);
    private static final Set<String> FORM_FIELDS = Set.of(
            "prompt", "aspect_ratio", "negative_prompt", "seed", "style_preset", "output_format", "model", "mode");
    private static final Set<String> RATIOS = Set.of("16:9", "1:1", "21:9", "2:3", "3:2", "4:5", "5:4", "9:16", "9:21");
    private static final Set<String> FORMATS = Set.of("png", "jpeg", "webp");
    private static final Set<String> OLDER_FIELDS = Set.of(
            "text_prompts",
            "cfg_scale",
            "height",
            "width",
            "samples",
            "steps",
            "seed",
            "style_preset",
            "sampler",
            "clip_guidance_preset",
            "extras");
    private static final Set<String> OLDER_SIZES = Set.of(
            "1024x1024",
            "1152x896",
            "896x1152",
            "1216x832",
            "832x1216",
            "1344x768",
            "768x1344",
            "1536x640",
            "640x1536");
    private static final Pattern FIELD = Pattern.compile(
            "\\r\\nContent-Disposition: form-data; name=\"([^\"]+)\"\\r\\n(?:[A-Za-z-]+:[^\\r\\n]*\\r\\n)*\\r\\n(.*)\\r\\n",
            Pattern.DOTALL);
    private static final int LONGEST_PROMPT = 10_000;

    private int calls;
    private String lastPrompt;
    private double credits = 100_000.5;

    StabilityVendor() {
        super(Mood.class);
    }

    /** How often a picture was asked for. */
    public synchronized int calls() {
        return calls;
    }

    /** What was asked for last. */
    public synchronized String lastPrompt() {
        return lastPrompt;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Answer failure(Received request, int status) {
        return status == 429
                ? error(429, "rate_limit_exceeded", "You have exceeded your request rate limit")
                        .with("Retry-After", "1")
                : error(status, "internal_error", "An unexpected server error has occurred");
    }

    @Override
    public synchronized Answer answer(Received request) {
        String path = request.path().substring(("/" + NAME).length());
        String key = request.header("authorization");
        if (key == null || !key.startsWith("Bearer sk-")) {
            return error(401, "unauthorized", "missing or invalid authorization header");
        }
        if (request.method().equals("GET") && path.equals("/v1/user/balance")) {
            Mood mood = moods.take();
            Answer broken = mood == null || mood == Mood.UNFUNDED ? null : broken(mood);
            return broken != null
                    ? broken
                    : Answer.json(200, Json.object().put("credits", mood == Mood.UNFUNDED ? 0.0 : credits));
        }
        boolean newer = path.startsWith(NEWER) && CREDITS.containsKey(path.substring(NEWER.length()));
        boolean older = path.matches("/v1/generation/[\\w-]+/text-to-image");
        if (!request.method().equals("POST") || !newer && !older) {
            return error(404, "not_found", "The resource was not found");
        }
        calls++;
        Mood mood = moods.take();
        Answer broken = mood == null ? null : broken(mood);
        if (broken != null) {
            return broken;
        }
        return newer ? newer(request, mood) : older(request, mood);
    }

    private static Answer broken(Mood mood) {
        return switch (mood) {
            case UNFUNDED -> error(402, "payment_required", "You lack sufficient credits to make this request");
            case WRONG_KEY -> error(401, "unauthorized", "incorrect API key provided");
            case NOT_PERMITTED -> error(403, "permission_denied", "You lack the necessary permissions");
            case REFUSING ->
                error(403, "content_moderation", "Your request was flagged by our content moderation system");
            case WRONG_LANGUAGE -> error(422, "invalid_language", "English is the only supported language");
            case GONE -> error(404, "not_found", "The specified engine was not found");
            case HTML -> Answer.of(502, "text/html", "<html><body><h1>502 Bad Gateway</h1></body></html>");
            case OVERLOADED -> error(503, "service_unavailable", "The service is overloaded");
            default -> null;
        };
    }

    private Answer newer(Received request, Mood mood) {
        String type = String.valueOf(request.header("content-type"));
        if (!type.startsWith("multipart/form-data; boundary=")) {
            return error(400, "bad_request", "content-type: must be multipart/form-data");
        }
        String accept = request.header("accept");
        if (accept != null && !Set.of("application/json", "image/*", "*/*").contains(accept)) {
            return error(400, "bad_request", "accept: must be image/* or application/json");
        }
        Map<String, String> form = form(request.text(), type.replaceFirst(".*boundary=", ""));
        for (String name : form.keySet()) {
            if (!FORM_FIELDS.contains(name)) {
                return error(400, "bad_request", name + ": unknown field");
            }
        }
        String prompt = form.getOrDefault("prompt", "");
        if (prompt.isBlank() || prompt.length() > LONGEST_PROMPT) {
            return error(400, "bad_request", "prompt: must have 1 to 10000 characters");
        }
        String ratio = form.getOrDefault("aspect_ratio", "1:1");
        if (!RATIOS.contains(ratio)) {
            return error(400, "bad_request", "aspect_ratio: unknown");
        }
        if (!FORMATS.contains(form.getOrDefault("output_format", "png"))) {
            return error(400, "bad_request", "output_format: unknown");
        }
        lastPrompt = prompt;
        credits -= CREDITS.get(request.path().substring(("/" + NAME + NEWER).length()));
        byte[] png = mood == Mood.BOMB ? Pixels.bomb() : Pixels.png(ratio.equals("16:9") ? 1344 : 1024, 768, prompt);
        return Answer.json(
                200,
                Json.object()
                        .put(
                                "image",
                                mood == Mood.EMPTY ? "" : Base64.getEncoder().encodeToString(png))
                        .put("finish_reason", end(mood))
                        .put("seed", 4));
    }

    private static String end(Mood mood) {
        return mood == Mood.FILTERING ? "CONTENT_FILTERED" : mood == Mood.ERROR ? "ERROR" : "SUCCESS";
    }

    private static Map<String, String> form(String body, String boundary) {
        Map<String, String> form = new HashMap<>();
        for (String part : body.split(Pattern.quote("--" + boundary))) {
            Matcher field = FIELD.matcher(part);
            if (field.matches()) {
                form.put(field.group(1), field.group(2));
            }
        }
        return form;
    }

    private Answer older(Received request, Mood mood) {
        JsonNode body;
        try {
            body = Json.read(request.text());
        } catch (IllegalArgumentException e) {
            return error(400, "bad_request", "body: must be JSON");
        }
        for (Iterator<String> names = body.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!OLDER_FIELDS.contains(name)) {
                return error(400, "bad_request", name + ": unknown field");
            }
        }
        String prompt = body.path("text_prompts").path(0).path("text").asText("");
        if (prompt.isBlank() || prompt.length() > 2000) {
            return error(400, "invalid_prompts", "text_prompts: must have 1 to 2000 characters");
        }
        int width = body.path("width").asInt(1024);
        int height = body.path("height").asInt(1024);
        if (!OLDER_SIZES.contains(width + "x" + height)) {
            return error(400, "invalid_sdxl_v1_dimensions", "width and height: not of the allowed pairs");
        }
        lastPrompt = prompt;
        ObjectNode answer = Json.object();
        answer.putArray("artifacts")
                .addObject()
                .put("base64", Base64.getEncoder().encodeToString(Pixels.png(width, height, prompt)))
                .put("finishReason", end(mood))
                .put("seed", 4);
        return Answer.json(200, answer);
    }

    private static Answer error(int status, String name, String message) {
        ObjectNode error = Json.object().put("id", UUID.randomUUID().toString()).put("name", name);
        error.put("message", message).putArray("errors").add(message);
        return Answer.json(status, error);
    }
}
