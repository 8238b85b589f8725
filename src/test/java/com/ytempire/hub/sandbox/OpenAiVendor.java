package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * OpenAI's chat completions, images and list of models, as strict as the vendor: unknown fields, wrong types, unknown models and
 * missing keys are refused in the vendor's words.
 */
public final class OpenAiVendor extends MoodyVendor<OpenAiVendor.Mood> {

    static final String NAME = "openai";

    /** How the vendor may be told to behave. */
    public enum Mood {
        UNFUNDED,
        REFUSING,
        FILTERING,
        WRONG_KEY,
        HTML,
        EMPTY,
        OVERLOADED,
        /** A picture of a few bytes that claims to be gigabytes. */
        BOMB,
        /** A picture that breaks off. */
        TORN,
        /** A picture too small to be of use. */
        TINY,
        /** A picture without the tokens it took. */
        COUNTLESS,
        /** A picture of forty megabytes. */
        HUGE
    }

    private static final Set<String> CHAT_FIELDS = Set.of(
            "model",
            "messages",
            "max_completion_tokens",
            "max_tokens",
            "temperature",
            "top_p",
            "n",
            "stop",
            "user",
            "seed",
            "response_format",
            "presence_penalty",
            "frequency_penalty",
            "stream",
            "store",
            "metadata");
    private static final Set<String> IMAGE_MODELS =
            Set.of("gpt-image-2.5-sunburst", "gpt-image-2.5-flare", "gpt-image-2");
    private static final Set<String> ROLES = Set.of("system", "developer", "user", "assistant", "tool");

    private final MovableClock clock;
    private final Map<String, String> models = new LinkedHashMap<>();
    private final Set<String> retired = new HashSet<>();
    private int calls;
    private int pictures;

    OpenAiVendor(MovableClock clock) {
        super(Mood.class);
        this.clock = clock;
        models.put("gpt-5.6-sol", null);
        models.put("gpt-5.6-terra", null);
        models.put("gpt-6-luna", null);
        IMAGE_MODELS.forEach(model -> models.put(model, null));
    }

    /** From now on this model is not to be had. */
    public synchronized void retire(String model) {
        retired.add(model);
    }

    /** All models are to be had again, and the vendor is well. */
    @Override
    public synchronized void recover() {
        super.recover();
        retired.clear();
    }

    /** When a model ends, as its list of models tells; null: not announced. */
    public synchronized void shutdown(String model, String date) {
        models.put(model, date);
    }

    /** How often a text was asked for. */
    public synchronized int calls() {
        return calls;
    }

    /** How often a picture was asked for. */
    public synchronized int pictures() {
        return pictures;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Answer failure(Received request, int status) {
        return status == 429
                ? error(429, "Rate limit reached for requests", "requests", null, "rate_limit_exceeded")
                        .with("Retry-After", "1")
                : error(status, "The server had an error while processing your request", "server_error", null, null);
    }

    @Override
    public synchronized Answer answer(Received request) {
        String path = request.path().substring(("/" + NAME).length());
        String key = request.header("authorization");
        if (key == null || !key.startsWith("Bearer sk-")) {
            return error(401, "Incorrect API key provided", "invalid_request_error", null, "invalid_api_key");
        }
        if (request.method().equals("GET") && path.matches("/v1/models(/.+)?")) {
            return models(path.substring("/v1/models".length()));
        }
        if (request.method().equals("POST") && path.equals("/v1/chat/completions")) {
            calls++;
            return chat(request);
        }
        if (request.method().equals("POST") && path.equals("/v1/images/generations")) {
            pictures++;
            return picture(request);
        }
        return error(404, "Invalid URL (" + request.method() + " " + path + ")", "invalid_request_error", null, null);
    }

    private Answer models(String model) {
        if (model.isEmpty()) {
            return Answer.json(200, list());
        }
        return known(model.substring(1))
                ? Answer.json(200, model(model.substring(1)))
                : unknownModel(model.substring(1));
    }

    private ObjectNode list() {
        ObjectNode list = Json.object().put("object", "list");
        models.keySet().stream()
                .filter(this::known)
                .forEach(model -> list.withArray("data").add(model(model)));
        return list;
    }

    private ObjectNode model(String model) {
        return Json.object()
                .put("id", model)
                .put("object", "model")
                .put("created", 1_767_225_600)
                .put("owned_by", "openai")
                .put("shutdown_date", models.get(model));
    }

    private boolean known(String model) {
        return models.containsKey(model) && !retired.contains(model);
    }

    private static Answer unknownModel(String model) {
        return error(
                404,
                "The model `" + model + "` does not exist or you do not have access to it.",
                "invalid_request_error",
                null,
                "model_not_found");
    }

    private Answer chat(Received request) {
        Mood mood = moods.take();
        Answer broken = broken(mood);
        if (broken != null) {
            return broken;
        }
        JsonNode body;
        try {
            body = Json.read(request.text());
        } catch (IllegalArgumentException e) {
            return unreadable();
        }
        Answer wrong = check(body);
        if (wrong != null) {
            return wrong;
        }
        if (mood == Mood.REFUSING) {
            return error(
                    400,
                    "Your request was rejected as a result of our safety system",
                    "invalid_request_error",
                    null,
                    "content_policy_violation");
        }
        return Answer.json(200, completion(body, mood));
    }

    private Answer picture(Received request) {
        Mood mood = moods.take();
        Answer broken = broken(mood);
        if (broken != null) {
            return broken;
        }
        JsonNode body;
        try {
            body = Json.read(request.text());
        } catch (IllegalArgumentException e) {
            return unreadable();
        }
        String model = body.path("model").asText("");
        if (!known(model)) {
            return unknownModel(model);
        }
        if (!IMAGE_MODELS.contains(model)) {
            return invalid("Invalid value: '" + model + "'.", "model", "invalid_value");
        }
        Answer wrong = OpenAiPictures.check(body);
        if (wrong != null) {
            return wrong;
        }
        if (mood == Mood.REFUSING) {
            return error(
                    400,
                    "Your request was rejected by the safety system",
                    "image_generation_user_error",
                    null,
                    "moderation_blocked");
        }
        return Answer.json(200, OpenAiPictures.picture(body, mood, clock.epochSecond()));
    }

    private static Answer unreadable() {
        return error(400, "We could not parse the JSON body of your request", "invalid_request_error", null, null);
    }

    private static Answer broken(Mood mood) {
        if (mood == Mood.WRONG_KEY) {
            return error(401, "Incorrect API key provided", "invalid_request_error", null, "invalid_api_key");
        }
        if (mood == Mood.UNFUNDED) {
            return error(429, "You exceeded your current quota", "insufficient_quota", null, "insufficient_quota");
        }
        if (mood == Mood.HTML) {
            return Answer.of(502, "text/html", "<html><body><h1>502 Bad Gateway</h1></body></html>");
        }
        if (mood == Mood.OVERLOADED) {
            return error(503, "The engine is currently overloaded", "server_error", null, null);
        }
        return null;
    }

    private Answer check(JsonNode body) {
        for (Iterator<String> names = body.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!CHAT_FIELDS.contains(name)) {
                return invalid("Unrecognized request argument supplied: " + name, name, "unknown_parameter");
            }
        }
        String model = body.path("model").asText("");
        if (model.isEmpty()) {
            return invalid("you must provide a model parameter", "model", "missing_required_parameter");
        }
        if (!known(model) || IMAGE_MODELS.contains(model)) {
            return unknownModel(model);
        }
        if (!body.path("messages").isArray() || body.path("messages").isEmpty()) {
            return invalid("Invalid 'messages': empty array", "messages", "empty_array");
        }
        for (JsonNode message : body.path("messages")) {
            if (!ROLES.contains(message.path("role").asText())
                    || !message.path("content").isTextual()) {
                return invalid("Invalid value for 'messages'", "messages", "invalid_value");
            }
        }
        if (body.has("max_tokens")) {
            return invalid(
                    "Unsupported parameter: 'max_tokens' is not supported with this model. Use"
                            + " 'max_completion_tokens' instead.",
                    "max_tokens",
                    "unsupported_parameter");
        }
        JsonNode most = body.path("max_completion_tokens");
        if (!most.isMissingNode() && (!most.isInt() || most.asInt() < 1)) {
            return invalid("Invalid type for 'max_completion_tokens'", "max_completion_tokens", "invalid_type");
        }
        JsonNode temperature = body.path("temperature");
        if (!temperature.isMissingNode()
                && (!temperature.isNumber() || temperature.asDouble() < 0 || temperature.asDouble() > 2)) {
            return invalid("Invalid 'temperature'", "temperature", "decimal_above_max_value");
        }
        return null;
    }

    private ObjectNode completion(JsonNode body, Mood mood) {
        String wanted = body.path("messages")
                .path(body.path("messages").size() - 1)
                .path("content")
                .asText();
        String text = mood == Mood.EMPTY
                ? ""
                : "Here is something nobody told you about "
                        + wanted.lines().findFirst().orElse("it").toLowerCase(Locale.ROOT)
                        + ". Let's dive in. It matters more than you think. Thanks for watching.";
        int input = 20 + words(body.path("messages").toString());
        int output = Math.min(body.path("max_completion_tokens").asInt(4096), words(text));
        ObjectNode answer = Json.object()
                .put("id", "chatcmpl-" + calls)
                .put("object", "chat.completion")
                .put("created", clock.epochSecond())
                .put("model", body.path("model").asText());
        answer.withArray("choices")
                .add(Json.object()
                        .put("index", 0)
                        .put("finish_reason", mood == Mood.FILTERING ? "content_filter" : "stop")
                        .set(
                                "message",
                                Json.object()
                                        .put("role", "assistant")
                                        .put("content", mood == Mood.FILTERING ? "" : text)
                                        .putNull("refusal")));
        answer.set(
                "usage",
                Json.object()
                        .put("prompt_tokens", input)
                        .put("completion_tokens", output)
                        .put("total_tokens", input + output));
        return answer;
    }

    private static int words(String text) {
        return text.split("\\s+").length;
    }

    static Answer invalid(String message, String field, String code) {
        return error(400, message, "invalid_request_error", field, code);
    }

    private static Answer error(int status, String message, String type, String param, String code) {
        ObjectNode error = Json.object()
                .put("message", message)
                .put("type", type)
                .put("param", param)
                .put("code", code);
        return Answer.json(status, Json.object().set("error", error));
    }
}
