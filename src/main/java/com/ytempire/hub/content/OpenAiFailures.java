package com.ytempire.hub.content;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.spending.LinkFailure;
import com.ytempire.hub.spending.LinkFailure.Kind;
import java.time.Duration;
import java.util.Set;

/**
 * What a failure of OpenAI means (platform.openai.com/docs/guides/error-codes): the same status stands for things that
 * have nothing in common, so the code in the body decides first.
 */
final class OpenAiFailures {

    private static final Set<String> REFUSED =
            Set.of("content_policy_violation", "moderation_blocked", "content_filter");
    private static final Set<String> UNFUNDED = Set.of("insufficient_quota", "billing_hard_limit_reached");

    private OpenAiFailures() {}

    static LinkFailure of(int status, JsonNode answer, String retryAfter) {
        JsonNode error = answer.path("error");
        String code = error.path("code").asText("");
        String type = error.path("type").asText("");
        String field = error.path("param").asText("");
        Duration wait = VendorAnswers.retryAfter(retryAfter);
        if (UNFUNDED.contains(code) || UNFUNDED.contains(type) || status == 402) {
            return new LinkFailure(Kind.UNFUNDED, "the account has no funds left", null);
        }
        if (code.equals("model_not_found") || status == 400 && field.equals("model")) {
            return new LinkFailure(Kind.RETIRED, "the model is not to be had any more", null);
        }
        if (REFUSED.contains(code)) {
            return new LinkFailure(Kind.REFUSED, "the content is refused", null);
        }
        return switch (status) {
            case 401, 403 -> new LinkFailure(Kind.AUTHENTICATION, "the key is not accepted", null);
            case 408 -> new LinkFailure(Kind.TIMEOUT, "the vendor ran out of time", null);
            case 409, 425 -> new LinkFailure(Kind.UNAVAILABLE, "the vendor is busy", wait);
            case 429 -> new LinkFailure(Kind.RATE_LIMITED, "too many requests", wait);
            default ->
                status >= 500
                        ? new LinkFailure(Kind.UNAVAILABLE, "the vendor answers " + status, wait)
                        : new LinkFailure(Kind.BAD_REQUEST, badRequest(status, error), null);
        };
    }

    /** Names the field and not its value: the value may be what a user wrote. */
    private static String badRequest(int status, JsonNode error) {
        String field = error.path("param").asText("");
        return field.isEmpty() || !field.matches("[\\w.\\[\\]]{1,60}")
                ? "status " + status
                : "status " + status + ", field " + field;
    }
}
