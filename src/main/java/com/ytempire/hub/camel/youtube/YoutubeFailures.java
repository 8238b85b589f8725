package com.ytempire.hub.camel.youtube;

import com.google.api.client.googleapis.json.GoogleJsonError;
import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.client.http.HttpHeaders;
import com.google.api.client.http.HttpResponseException;
import com.ytempire.hub.camel.youtube.YoutubeFailure.Reason;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;

/**
 * Tells Google's failures in our own exception. The library's is not kept as the cause: its message repeats the address,
 * which for an upload is the secret, and the whole answer.
 */
final class YoutubeFailures {

    private static final Duration LONGEST_PAUSE = Duration.ofDays(1);

    private YoutubeFailures() {}

    /** @param call what was asked, for the message */
    static YoutubeFailure of(String call, IOException failure) {
        return failure instanceof HttpResponseException answer
                ? answered(call, answer)
                : new YoutubeFailure(call, Reason.NO_ANSWER, failure);
    }

    private static YoutubeFailure answered(String call, HttpResponseException answer) {
        int status = answer.getStatusCode();
        String text = answer instanceof GoogleJsonResponseException json ? reason(json.getDetails()) : null;
        return new YoutubeFailure(call, reason(text, status), status, text, retryAfter(answer.getHeaders()), null);
    }

    /** A failed answer of the token endpoint. */
    static YoutubeFailure oauth(String call, int status, String error) {
        return new YoutubeFailure(call, reason(error, status), status, error, null, null);
    }

    private static Reason reason(String text, int status) {
        Reason known = text == null ? Reason.UNKNOWN : Reason.of(text);
        return known == Reason.UNKNOWN && status >= 500 ? Reason.BACKEND_ERROR : known;
    }

    private static String reason(GoogleJsonError error) {
        return error == null || error.getErrors() == null || error.getErrors().isEmpty()
                ? null
                : error.getErrors().get(0).getReason();
    }

    private static Duration retryAfter(HttpHeaders headers) {
        String value = headers == null ? null : headers.getRetryAfter();
        try {
            Duration wanted = value == null ? null : Duration.ofSeconds(Long.parseLong(value.strip()));
            return wanted == null || wanted.isNegative() || wanted.compareTo(LONGEST_PAUSE) > 0 ? null : wanted;
        } catch (NumberFormatException | DateTimeException | ArithmeticException e) {
            return null; // the other form, a date: the caller's own pause will do
        }
    }
}
