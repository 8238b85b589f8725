package com.ytempire.hub.notifications;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.springframework.stereotype.Component;

/**
 * What Amplitude's answers mean (amplitude.com/docs/apis/analytics/http-batching-retries): a 400 stores nothing and
 * names the events that are to be left out.
 */
@Component("amplitudeAnswers")
class AmplitudeAnswers extends BatchAnswers {

    private static final List<String> BAD_BY_FIELD =
            List.of("events_with_invalid_fields", "events_with_missing_fields", "events_with_invalid_id_lengths");

    AmplitudeAnswers(ObjectMapper json, Clock clock) {
        super(json, clock);
    }

    @Override
    BatchVerdict answered(HttpOperationFailedException http, JsonNode body, EventBatch batch) {
        int status = http.getStatusCode();
        String error = body.path("error").asText();
        if (status == 401 || status == 403 || error.toLowerCase(Locale.ROOT).contains("api key")) {
            return BatchVerdict.all(Verdict.off("HTTP " + status + " the API key is refused")); // its words repeat it
        }
        String reason = VendorAnswers.words(status, error);
        return switch (status) {
            case 400 -> bad(body, batch, reason);
            case 413 -> BatchVerdict.all(Verdict.tooLarge(reason));
            case 429 -> tooMany(body, batch, reason, http);
            default -> other(status, reason);
        };
    }

    /** A user who is over his day's quota is refused by himself; all others wait. */
    private BatchVerdict tooMany(JsonNode body, EventBatch batch, String reason, HttpOperationFailedException http) {
        Map<Integer, String> refused = new HashMap<>();
        for (int i = 0; i < batch.events().size(); i++) {
            Outgoing event = batch.events().get(i);
            if (event.userId() != null
                    && body.path("exceeded_daily_quota_users")
                            .has(event.userId().toString())) {
                refused.put(i, "HTTP 429 the user's daily quota is exceeded");
            }
        }
        return new BatchVerdict(refused, tooMany(http, reason));
    }

    private static BatchVerdict bad(JsonNode body, EventBatch batch, String reason) {
        Map<Integer, String> refused = new HashMap<>();
        for (String kind : BAD_BY_FIELD) {
            for (Map.Entry<String, JsonNode> field : body.path(kind).properties()) {
                field.getValue()
                        .forEach(index -> refused.put(index.asInt(), "HTTP 400 " + kind + ": " + field.getKey()));
            }
        }
        body.path("silenced_events").forEach(index -> refused.put(index.asInt(), "HTTP 400 silenced"));
        refused.keySet().removeIf(index -> index < 0 || index >= batch.events().size());
        return refused.isEmpty()
                ? BatchVerdict.all(Verdict.refused(reason))
                : new BatchVerdict(
                        refused, Verdict.later("another event of its request was refused", Duration.ZERO, true));
    }
}
