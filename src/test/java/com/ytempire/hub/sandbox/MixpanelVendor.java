package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Mixpanel's import: stores what is valid of a batch, names the rest, and counts what comes twice once. */
public final class MixpanelVendor implements VendorServer.Vendor {

    static final String NAME = "mixpanel";

    private static final int MOST_BYTES = 2_097_152;
    private static final int MOST_EVENTS = 2_000;
    private static final Pattern INSERT_ID = Pattern.compile("[A-Za-z0-9-]{1,36}");

    private final MovableClock clock;
    private final Map<String, JsonNode> events = new LinkedHashMap<>();
    private final Set<String> refused = new HashSet<>();
    private int largest = MOST_BYTES;

    MixpanelVendor(MovableClock clock) {
        this.clock = clock;
    }

    /** Stored events of a name, each once, oldest first. */
    public synchronized List<JsonNode> events(String name) {
        return events.values().stream()
                .filter(event -> event.path("event").asText().equals(name))
                .toList();
    }

    /** Events of this name are refused, each by itself. */
    public synchronized void refuse(String name) {
        refused.add(name);
    }

    /** All is taken again. */
    public synchronized void takeAll() {
        refused.clear();
        largest = MOST_BYTES;
    }

    /** Larger requests are answered 413. */
    public synchronized void largest(int bytes) {
        largest = bytes;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Answer failure(Received request, int status) {
        return status == 429
                ? answer(429, "Too Many Requests", "Project exceeded rate limits.")
                : answer(status, "Internal Server Error", "unavailable");
    }

    private static Answer answer(int status, String text, String error) {
        return Answer.json(
                status, Json.object().put("code", status).put("error", error).put("status", text));
    }

    @Override
    public synchronized Answer answer(Received request) {
        if (!request.path().equals("/mixpanel/import") || !request.method().equals("POST")) {
            return answer(404, "Not Found", "not found");
        }
        ObjectNode query = Forms.parse(request.query());
        String user =
                "Basic " + Base64.getEncoder().encodeToString("mixpanel_sandbox:".getBytes(StandardCharsets.UTF_8));
        if (!user.equals(request.header("authorization"))
                || !query.path("project_id").asText().equals("1")) {
            return answer(401, "Unauthorized", "Invalid credentials");
        }
        if (!query.path("strict").asText().equals("1")) {
            return answer(400, "Bad Request", "the sandbox wants strict=1");
        }
        if (request.body().length > largest) {
            return answer(413, "Request Entity Too Large", "request exceeds max limit of " + largest + " bytes");
        }
        JsonNode batch;
        try {
            batch = Json.read(request.text());
        } catch (IllegalArgumentException e) {
            return answer(400, "Bad Request", "some data points in the request failed validation");
        }
        if (!batch.isArray() || batch.isEmpty() || batch.size() > MOST_EVENTS) {
            return answer(400, "Bad Request", "request must have 1 to " + MOST_EVENTS + " events");
        }
        return store(batch);
    }

    private Answer store(JsonNode batch) {
        ArrayNode failed = Json.array();
        int stored = 0;
        for (int i = 0; i < batch.size(); i++) {
            JsonNode event = batch.get(i);
            String[] wrong = wrong(event);
            if (wrong == null) {
                JsonNode properties = event.path("properties");
                events.put(
                        String.join(
                                "|",
                                event.path("event").asText(),
                                properties.path("time").asText(),
                                properties.path("distinct_id").asText(),
                                properties.path("$insert_id").asText()),
                        event);
                stored++;
            } else {
                failed.addObject()
                        .put("index", i)
                        .put(
                                "insert_id",
                                event.path("properties").path("$insert_id").asText())
                        .put("field", wrong[0])
                        .put("message", wrong[1]);
            }
        }
        if (failed.isEmpty()) {
            return Answer.json(
                    200,
                    Json.object()
                            .put("code", 200)
                            .put("num_records_imported", stored)
                            .put("status", "OK"));
        }
        ObjectNode answer = Json.object()
                .put("code", 400)
                .put("error", "some data points in the request failed validation")
                .put("num_records_imported", stored)
                .put("status", "Bad Request");
        answer.set("failed_records", failed);
        return Answer.json(400, answer);
    }

    private String[] wrong(JsonNode event) {
        JsonNode properties = event.path("properties");
        if (!event.path("event").isTextual() || event.path("event").asText().isEmpty()) {
            return wrong("event", "must not be missing");
        }
        if (event.size() != 2 || !properties.isObject()) {
            return wrong("properties", "an event has its name and its properties and nothing else");
        }
        if (!properties.path("time").isIntegralNumber()) {
            return wrong("properties.time", "must be specified as seconds or milliseconds since epoch");
        }
        long latest = clock.instant().plus(Duration.ofHours(1)).toEpochMilli();
        if (properties.path("time").asLong() > latest) {
            return wrong("properties.time", "must not be in the future");
        }
        if (!properties.path("distinct_id").isTextual()) {
            return wrong("properties.distinct_id", "must not be missing");
        }
        if (!INSERT_ID.matcher(properties.path("$insert_id").asText()).matches()) {
            return wrong("properties.$insert_id", "must have 1 to 36 letters, digits or dashes");
        }
        return refused.contains(event.path("event").asText()) ? wrong("event", "is refused by order") : null;
    }

    private static String[] wrong(String field, String message) {
        return new String[] {field, "'" + field + "' is invalid: " + message};
    }
}
