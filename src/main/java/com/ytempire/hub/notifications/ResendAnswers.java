package com.ytempire.hub.notifications;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Clock;
import java.time.Duration;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.springframework.stereotype.Component;

/** What Resend's answers mean (resend.com/docs/api-reference/errors, …/dashboard/emails/idempotency-keys). */
@Component("resendAnswers")
class ResendAnswers {

    /** Another request with the same key is on its way: a node that was believed dead. */
    private static final Duration CONCURRENT = Duration.ofSeconds(30);

    private static final Duration RATE_LIMIT = Duration.ofSeconds(1);

    private final ObjectMapper json;
    private final Clock clock;

    ResendAnswers(ObjectMapper json, Clock clock) {
        this.json = json;
        this.clock = clock;
    }

    /** 200: the mail's id at Resend. */
    public Verdict taken(@Body String answer) {
        String id = VendorAnswers.body(json, answer).path("id").asText();
        return id.isEmpty() ? Verdict.later("HTTP 200 without the mail's id", null, false) : Verdict.sent(id);
    }

    /** Every other end of the call. */
    public Verdict failed(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Throwable failure) {
        return VendorAnswers.answer(failure).map(this::answered).orElseGet(() -> VendorAnswers.withoutAnswer(failure));
    }

    private Verdict answered(HttpOperationFailedException http) {
        int status = http.getStatusCode();
        JsonNode body = VendorAnswers.body(json, http.getResponseBody());
        String name = body.path("name").asText();
        String reason = VendorAnswers.words(status, name, body.path("message").asText());
        if (status == 409 && name.equals("invalid_idempotent_request")) {
            // its key is known from a mail that was taken; ours has another body since the templates were changed
            return Verdict.sent(null);
        }
        if (status == 409) {
            return Verdict.later(reason, CONCURRENT, false);
        }
        if (status == 401 || status == 403) {
            return Verdict.off(reason);
        }
        if (status == 429) {
            return switch (name) {
                case "daily_quota_exceeded" -> Verdict.pause(reason, VendorAnswers.nextDay(clock));
                case "monthly_quota_exceeded" -> Verdict.pause(reason, VendorAnswers.nextMonth(clock));
                default ->
                    Verdict.pause(
                            reason,
                            clock.instant().plus(VendorAnswers.retryAfter(http).orElse(RATE_LIMIT)));
            };
        }
        if (status >= 500 || status == 408) {
            return Verdict.later(reason, VendorAnswers.retryAfter(http).orElse(null), false);
        }
        return Verdict.refused(reason);
    }
}
