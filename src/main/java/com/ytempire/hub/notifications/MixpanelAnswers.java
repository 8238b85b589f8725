package com.ytempire.hub.notifications;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Variable;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.springframework.stereotype.Component;

/** What Mixpanel's answers mean (mixpanel/docs, openapi/ingestion.openapi.yaml): 400 says which it did not store. */
@Component("mixpanelAnswers")
class MixpanelAnswers {

    private static final Duration RATE_LIMIT = Duration.ofSeconds(30);

    private final ObjectMapper json;
    private final Clock clock;

    MixpanelAnswers(ObjectMapper json, Clock clock) {
        this.json = json;
        this.clock = clock;
    }

    /** 200: all are stored. */
    public BatchVerdict taken() {
        return BatchVerdict.all(Verdict.sent(null));
    }

    /** Every other end of the call. */
    public BatchVerdict failed(
            @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Throwable failure, @Variable("batch") EventBatch batch) {
        return VendorAnswers.answer(failure)
                .map(http -> answered(http, batch))
                .orElseGet(() -> BatchVerdict.all(VendorAnswers.withoutAnswer(failure)));
    }

    private BatchVerdict answered(HttpOperationFailedException http, EventBatch batch) {
        int status = http.getStatusCode();
        JsonNode body = VendorAnswers.body(json, http.getResponseBody());
        String reason = VendorAnswers.words(status, body.path("error").asText());
        return switch (status) {
            case 400 -> partial(body, batch, reason);
            case 401, 403 -> BatchVerdict.all(Verdict.off(reason));
            case 413 -> BatchVerdict.all(Verdict.tooLarge(reason));
            case 429 ->
                BatchVerdict.all(Verdict.pause(
                        reason,
                        clock.instant().plus(VendorAnswers.retryAfter(http).orElse(RATE_LIMIT))));
            default ->
                BatchVerdict.all(
                        status >= 500 || status == 408 ? Verdict.later(reason, null, false) : Verdict.refused(reason));
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
