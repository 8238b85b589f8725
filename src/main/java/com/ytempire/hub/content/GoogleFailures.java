package com.ytempire.hub.content;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.spending.LinkFailure;
import com.ytempire.hub.spending.LinkFailure.Kind;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/**
 * What a failure of Google means (google.aip.dev/193): a status stands for several things, the reason among the details
 * tells them apart.
 */
final class GoogleFailures {

    private static final Pattern NO_VOICE = Pattern.compile("(?is).*\\bvoice\\b.*does not exist.*");
    private static final Pattern FIELD = Pattern.compile("[\\w.\\[\\]]{1,60}");

    private GoogleFailures() {}

    static LinkFailure of(int status, JsonNode answer, String retryAfter) {
        JsonNode error = answer.path("error");
        String reason = detail(error, "reason");
        Duration wait = VendorAnswers.retryAfter(retryAfter);
        return switch (reason) {
            case "API_KEY_INVALID", "API_KEY_EXPIRED", "API_KEY_SERVICE_BLOCKED", "SERVICE_DISABLED" ->
                new LinkFailure(Kind.AUTHENTICATION, "the key is not accepted: " + reason, null);
            case "BILLING_DISABLED" -> new LinkFailure(Kind.UNFUNDED, "the project has no billing account", null);
            default -> ofStatus(status, error, wait);
        };
    }

    private static LinkFailure ofStatus(int status, JsonNode error, Duration wait) {
        String message = error.path("message").asText("");
        return switch (status) {
            case 400, 404 ->
                NO_VOICE.matcher(message).matches()
                        ? new LinkFailure(Kind.RETIRED, SpeechCalls.NO_VOICE, null)
                        : new LinkFailure(Kind.BAD_REQUEST, badRequest(status, error), null);
            case 401 -> new LinkFailure(Kind.AUTHENTICATION, "the key is not accepted", null);
            case 403 ->
                message.toLowerCase(Locale.ROOT).contains("billing")
                        ? new LinkFailure(Kind.UNFUNDED, "the project has no billing account", null)
                        : new LinkFailure(Kind.AUTHENTICATION, "the key may not do this", null);
            case 408, 504 -> new LinkFailure(Kind.TIMEOUT, "the vendor ran out of time", null);
            case 429 -> new LinkFailure(Kind.RATE_LIMITED, "too many requests", wait);
            default ->
                status >= 500
                        ? new LinkFailure(Kind.UNAVAILABLE, "the vendor answers " + status, wait)
                        : new LinkFailure(Kind.BAD_REQUEST, "status " + status, null);
        };
    }

    private static String detail(JsonNode error, String name) {
        return StreamSupport.stream(error.path("details").spliterator(), false)
                .map(detail -> detail.path(name).asText(""))
                .filter(value -> !value.isEmpty())
                .findFirst()
                .orElse("");
    }

    /** Names the field and not its value: the value may be what a user wrote. */
    private static String badRequest(int status, JsonNode error) {
        String field = StreamSupport.stream(error.path("details").spliterator(), false)
                .map(detail ->
                        detail.path("fieldViolations").path(0).path("field").asText(""))
                .filter(name -> FIELD.matcher(name).matches())
                .findFirst()
                .orElse("");
        return "status " + status + (field.isEmpty() ? "" : ", field " + field);
    }
}
