package com.ytempire.hub.content;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.spending.LinkFailure;
import com.ytempire.hub.spending.LinkFailure.Kind;
import java.time.Duration;
import java.util.Set;

/** What a failure of Stability means: its name in the body goes before the status, 403 stands for two things. */
final class StabilityFailures {

    private static final Set<String> REFUSED =
            Set.of("content_moderation", "content_policy", "invalid_prompts", "invalid_language");
    private static final Set<String> UNFUNDED = Set.of("insufficient_balance", "payment_required");

    private StabilityFailures() {}

    static LinkFailure of(int status, JsonNode answer, String retryAfter) {
        String name = answer.path("name").asText("");
        Duration wait = VendorAnswers.retryAfter(retryAfter);
        if (status == 402 || UNFUNDED.contains(name)) {
            return new LinkFailure(Kind.UNFUNDED, "the account has no credits left", null);
        }
        if (REFUSED.contains(name)) {
            return new LinkFailure(Kind.REFUSED, "the content is refused", null);
        }
        return switch (status) {
            case 401, 403 -> new LinkFailure(Kind.AUTHENTICATION, "the key is not accepted", null);
            case 404, 410 -> new LinkFailure(Kind.RETIRED, "the model is not to be had any more", null);
            case 408 -> new LinkFailure(Kind.TIMEOUT, "the vendor ran out of time", null);
            case 429 -> new LinkFailure(Kind.RATE_LIMITED, "too many requests", wait);
            default ->
                status >= 500
                        ? new LinkFailure(Kind.UNAVAILABLE, "the vendor answers " + status, wait)
                        : new LinkFailure(Kind.BAD_REQUEST, "status " + status, null);
        };
    }
}
