package com.ytempire.hub.content;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.spending.LinkFailure;
import com.ytempire.hub.spending.LinkFailure.Kind;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * What a failure of ElevenLabs means (elevenlabs.io/docs, error messages): a used-up quota comes as 401 or 400 and not
 * as 429, so the status in the body decides first.
 */
final class ElevenLabsFailures {

    /** Somebody's request has to end first. */
    private static final Duration SOON = Duration.ofSeconds(1);

    private static final Pattern NAME = Pattern.compile("\\w{1,60}");

    private ElevenLabsFailures() {}

    static LinkFailure of(int status, JsonNode answer, String retryAfter) {
        JsonNode detail = answer.path("detail");
        Duration wait = VendorAnswers.retryAfter(retryAfter);
        return switch (detail.path("status").asText("")) {
            case "quota_exceeded" -> new LinkFailure(Kind.UNFUNDED, "the account's characters are used up", null);
            case "invalid_api_key", "missing_permissions", "detected_unusual_activity", "only_for_creator+" ->
                new LinkFailure(Kind.AUTHENTICATION, "the key is not accepted", null);
            case "voice_not_found" -> new LinkFailure(Kind.RETIRED, SpeechCalls.NO_VOICE, null);
            case "model_not_found", "invalid_model_id", "unsupported_model" ->
                new LinkFailure(Kind.RETIRED, "the model is not to be had any more", null);
            case "content_against_policy" -> new LinkFailure(Kind.REFUSED, "the content is refused", null);
            case "too_many_concurrent_requests" ->
                new LinkFailure(
                        Kind.RATE_LIMITED,
                        "more requests at the same time than the plan allows",
                        wait == null ? SOON : wait);
            case "system_busy" -> new LinkFailure(Kind.UNAVAILABLE, "the vendor is busy", wait);
            default -> ofStatus(status, detail, wait);
        };
    }

    private static LinkFailure ofStatus(int status, JsonNode detail, Duration wait) {
        return switch (status) {
            case 401, 403 -> new LinkFailure(Kind.AUTHENTICATION, "the key is not accepted", null);
            case 402 -> new LinkFailure(Kind.UNFUNDED, "the account has no funds left", null);
            case 408, 504 -> new LinkFailure(Kind.TIMEOUT, "the vendor ran out of time", null);
            case 429 -> new LinkFailure(Kind.RATE_LIMITED, "too many requests", wait);
            default ->
                status >= 500
                        ? new LinkFailure(Kind.UNAVAILABLE, "the vendor answers " + status, wait)
                        : new LinkFailure(Kind.BAD_REQUEST, badRequest(status, detail), null);
        };
    }

    /** Names the field or the code and not what was sent: that may be what a user wrote. */
    private static String badRequest(int status, JsonNode detail) {
        JsonNode loc = detail.path(0).path("loc");
        String field = loc.path(loc.size() - 1).asText("");
        String code = detail.path("status").asText("");
        return "status " + status
                + (NAME.matcher(field).matches() ? ", field " + field : "")
                + (NAME.matcher(code).matches() ? ", " + code : "");
    }
}
