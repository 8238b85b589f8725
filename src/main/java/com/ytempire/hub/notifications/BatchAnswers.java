package com.ytempire.hub.notifications;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Clock;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Variable;
import org.apache.camel.http.base.HttpOperationFailedException;

/** What an analytics vendor's answers to a request with many events mean. */
abstract class BatchAnswers {

    /** When a vendor does not say for how long, as the documentation of both asks for. */
    private static final Duration RATE_LIMIT = Duration.ofSeconds(30);

    private final ObjectMapper json;
    private final Clock clock;

    BatchAnswers(ObjectMapper json, Clock clock) {
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
                .map(http -> answered(http, VendorAnswers.body(json, http.getResponseBody()), batch))
                .orElseGet(() -> BatchVerdict.all(VendorAnswers.withoutAnswer(failure)));
    }

    /** What the vendor says with another status than 200. */
    abstract BatchVerdict answered(HttpOperationFailedException http, JsonNode body, EventBatch batch);

    /** All wait as long as the vendor says. */
    final Verdict tooMany(HttpOperationFailedException http, String reason) {
        return Verdict.pause(
                reason, clock.instant().plus(VendorAnswers.retryAfter(http).orElse(RATE_LIMIT)));
    }

    /** A status that neither vendor's documentation gives a meaning of its own. */
    static BatchVerdict other(int status, String reason) {
        return BatchVerdict.all(
                status >= 500 || status == 408 ? Verdict.later(reason, null, false) : Verdict.refused(reason));
    }
}
