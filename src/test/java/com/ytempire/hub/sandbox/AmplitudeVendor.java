package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Amplitude's HTTP API: takes a whole request or nothing of it, and knows an insert_id for seven days. */
public final class AmplitudeVendor implements VendorServer.Vendor {

    static final String NAME = "amplitude";

    private static final int MOST_BYTES = 1_000_000;
    private static final int MOST_EVENTS = 2_000;
    private static final int SHORTEST_ID = 5;
    private static final Duration IDS_LIVE = Duration.ofDays(7);
    private static final Set<String> KNOWN =
            Set.of("event_type", "user_id", "device_id", "time", "insert_id", "event_properties", "user_properties");

    private final MovableClock clock;
    private final List<JsonNode> events = new ArrayList<>();
    private final Map<String, Instant> ids = new HashMap<>();
    private final Set<String> refused = new HashSet<>();
    private int mostEvents = MOST_EVENTS;

    AmplitudeVendor(MovableClock clock) {
        this.clock = clock;
    }

    /** Stored events of a type, oldest first. */
    public synchronized List<JsonNode> events(String type) {
        return events.stream()
                .filter(event -> event.path("event_type").asText().equals(type))
                .toList();
    }

    /** A request with an event of this type is refused, and the event named. */
    public synchronized void refuse(String type) {
        refused.add(type);
    }

    /** All is taken again. */
    public synchronized void takeAll() {
        refused.clear();
        mostEvents = MOST_EVENTS;
    }

    /** Requests with more events are answered 413. */
    public synchronized void mostEvents(int events) {
        mostEvents = events;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Answer failure(Received request, int status) {
        if (status != 429) {
            return error(status, "Service unavailable");
        }
        ObjectNode answer = Json.object().put("code", 429).put("error", "Too many requests for some devices and users");
        answer.put("eps_threshold", 30);
        answer.putObject("throttled_users");
        answer.putObject("throttled_devices");
        answer.putObject("exceeded_daily_quota_users");
        answer.putArray("throttled_events");
        return Answer.json(429, answer);
    }

    private static Answer error(int status, String error) {
        return Answer.json(status, Json.object().put("code", status).put("error", error));
    }

    @Override
    public synchronized Answer answer(Received request) {
        if (!request.path().equals("/amplitude/2/httpapi") || !request.method().equals("POST")) {
            return error(404, "Not found");
        }
        if (request.body().length >= MOST_BYTES) {
            return error(413, "Payload too large");
        }
        JsonNode body;
        try {
            body = Json.read(request.text());
        } catch (IllegalArgumentException e) {
            return error(400, "Invalid JSON request body");
        }
        if (!body.path("api_key").asText().equals("amplitude_sandbox")) {
            return error(400, "Invalid API key: " + body.path("api_key").asText());
        }
        JsonNode batch = body.path("events");
        if (!batch.isArray() || batch.isEmpty()) {
            return Answer.json(
                    400,
                    Json.object()
                            .put("code", 400)
                            .put("error", "Request missing required field")
                            .put("missing_field", "events"));
        }
        if (batch.size() > mostEvents) {
            return error(413, "Payload too large");
        }
        return store(batch, request.body().length);
    }

    private Answer store(JsonNode batch, int bytes) {
        ObjectNode invalid = Json.object();
        ObjectNode missing = Json.object();
        for (int i = 0; i < batch.size(); i++) {
            check(batch.get(i), i, invalid, missing);
        }
        if (!invalid.isEmpty() || !missing.isEmpty()) {
            ObjectNode answer = Json.object().put("code", 400).put("error", "Invalid events in the request");
            answer.set("events_with_invalid_fields", invalid);
            answer.set("events_with_missing_fields", missing);
            return Answer.json(400, answer);
        }
        Instant now = clock.instant();
        ids.values().removeIf(known -> known.plus(IDS_LIVE).isBefore(now));
        for (JsonNode event : batch) {
            String device =
                    event.path("device_id").asText() + event.path("user_id").asText();
            if (ids.putIfAbsent(device + "|" + event.path("insert_id").asText(), now) == null) {
                events.add(event);
            }
        }
        return Answer.json(
                200,
                Json.object()
                        .put("code", 200)
                        .put("events_ingested", batch.size())
                        .put("payload_size_bytes", bytes)
                        .put("server_upload_time", now.toEpochMilli()));
    }

    private void check(JsonNode event, int index, ObjectNode invalid, ObjectNode missing) {
        if (!event.hasNonNull("event_type")) {
            note(missing, "event_type", index);
        }
        if (!event.hasNonNull("user_id") && !event.hasNonNull("device_id")) {
            note(missing, "user_id", index);
        }
        for (String id : List.of("user_id", "device_id")) {
            if (event.has(id) && event.path(id).asText().length() < SHORTEST_ID) {
                note(invalid, id, index);
            }
        }
        if (event.has("time") && !event.path("time").isIntegralNumber()) {
            note(invalid, "time", index);
        }
        event.fieldNames().forEachRemaining(field -> {
            if (!KNOWN.contains(field)) {
                note(invalid, field, index);
            }
        });
        if (refused.contains(event.path("event_type").asText())) {
            note(invalid, "event_type", index);
        }
    }

    private static void note(ObjectNode fields, String field, int index) {
        JsonNode list = fields.get(field);
        ((ArrayNode) (list == null ? fields.putArray(field) : list)).add(index);
    }
}
