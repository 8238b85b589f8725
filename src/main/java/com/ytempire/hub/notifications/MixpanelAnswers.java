package com.ytempire.hub.notifications;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.springframework.stereotype.Component;

/** What Mixpanel's answers mean (mixpanel/docs, openapi/ingestion.openapi.yaml): 400 says which it did not store. */
@Component("mixpanelAnswers")
class MixpanelAnswers extends BatchAnswers {

    MixpanelAnswers(ObjectMapper json, Clock clock) {
        super(json, clock);
    }

    @Override
    BatchVerdict answered(HttpOperationFailedException http, JsonNode body, EventBatch batch) {
        int status = http.getStatusCode();
        String reason = VendorAnswers.words(status, body.path("error").asText());
        return switch (status) {
            case 400 -> partial(body, batch, reason);
            case 401, 403 -> BatchVerdict.all(Verdict.off(reason));
            case 413 -> BatchVerdict.all(Verdict.tooLarge(reason));
            case 429 -> BatchVerdict.all(tooMany(http, reason));
            default -> other(status, reason);
        };
    }

    private static BatchVerdict partial(JsonNode body, EventBatch batch, String reason) {
        Map<Integer, String> refused = new HashMap<>();
        for (JsonNode record : body.path("failed_records")) {
            int index = index(record, batch.events());
            if (index < 0) {
                return BatchVerdict.all(Verdict.refused("a refused record is none of those sent"));
            }
            refused.put(
                    index,
                    VendorAnswers.words(
                            400,
                            record.path("field").asText(),
                            record.path("message").asText()));
        }
        return refused.isEmpty()
                ? BatchVerdict.all(Verdict.refused(reason))
                : new BatchVerdict(refused, Verdict.sent(null));
    }

    /** By its id; by its place when the id is what is wrong with it. */
    private static int index(JsonNode record, List<Outgoing> events) {
        String id = record.path("insert_id").asText();
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i).deliveryId().equals(id)) {
                return i;
            }
        }
        int place = record.path("index").asInt(-1);
        return id.isEmpty() && place < events.size() ? place : -1;
    }
}
