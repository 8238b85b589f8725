package com.ytempire.hub.camel.youtube;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.client.googleapis.json.GoogleJsonError;
import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.client.http.HttpHeaders;
import com.google.api.client.http.HttpResponseException;
import com.ytempire.hub.camel.youtube.YoutubeFailure.Kind;
import com.ytempire.hub.camel.youtube.YoutubeFailure.Reason;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class YoutubeFailuresTest {

    private static final String TABLE = """
            403 quotaExceeded                     QUOTA_SPENT
            403 dailyLimitExceeded                QUOTA_SPENT
            403 rateLimitExceeded                 RATE_LIMITED
            403 userRateLimitExceeded             RATE_LIMITED
            429 uploadRateLimitExceeded           RATE_LIMITED
            429 somethingElse                     RATE_LIMITED
            400 uploadLimitExceeded               UPLOAD_LIMIT
            401 authError                         AUTHENTICATION
            401 authorizationRequired             AUTHENTICATION
            401 required                          AUTHENTICATION
            401 somethingElse                     AUTHENTICATION
            403 insufficientPermissions           AUTHENTICATION
            403 accessNotConfigured               AUTHENTICATION
            400 invalid_grant                     AUTHENTICATION
            401 invalid_client                    AUTHENTICATION
            401 unauthorized_client               AUTHENTICATION
            401 youtubeSignupRequired             ACCOUNT_GONE
            403 authenticatedUserAccountSuspended ACCOUNT_GONE
            403 authenticatedUserAccountClosed    ACCOUNT_GONE
            403 channelSuspended                  ACCOUNT_GONE
            403 channelClosed                     ACCOUNT_GONE
            403 forbidden                         FORBIDDEN
            403 channelForbidden                  FORBIDDEN
            403 thumbnailForbidden                FORBIDDEN
            403 somethingElse                     FORBIDDEN
            400 invalidTitle                      BAD_REQUEST
            400 invalidDescription                BAD_REQUEST
            400 invalidTags                       BAD_REQUEST
            400 invalidCategoryId                 BAD_REQUEST
            400 invalidPublishAt                  BAD_REQUEST
            400 invalidVideoMetadata              BAD_REQUEST
            400 invalidFilename                   BAD_REQUEST
            400 invalidImage                      BAD_REQUEST
            400 mediaBodyRequired                 BAD_REQUEST
            400 missingRequiredParameter          BAD_REQUEST
            413 somethingElse                     BAD_REQUEST
            404 videoNotFound                     NOT_FOUND
            404 channelNotFound                   NOT_FOUND
            404 playlistNotFound                  NOT_FOUND
            404 somethingElse                     NOT_FOUND
            500 backendError                      UNAVAILABLE
            500 internalError                     UNAVAILABLE
            503 somethingElse                     UNAVAILABLE
            302 somethingElse                     UNAVAILABLE
            """;

    static Stream<String> table() {
        return TABLE.lines();
    }

    @ParameterizedTest
    @MethodSource("table")
    void reasonDecidesTheKindAndTheStatusWhenItIsUnknown(String line) {
        String[] row = line.split("\\s+");
        YoutubeFailure failure = answered(Integer.parseInt(row[0]), row[1], null);

        assertThat(failure.kind()).hasToString(row[2]);
        assertThat(failure.status()).isEqualTo(Integer.parseInt(row[0]));
        assertThat(failure.isTemporary())
                .isEqualTo(Set.of("UNAVAILABLE", "RATE_LIMITED").contains(row[2]));
    }

    @Test
    void everyReasonOfGooglesIsInTheTable() {
        Set<String> missing = new TreeSet<>();
        for (Reason reason : Reason.values()) {
            if (!TABLE.contains(" " + reason + " ")) {
                missing.add(reason.name());
            }
        }
        assertThat(missing).containsExactly("NO_ANSWER", "NO_TOKEN", "SESSION_GONE", "UNKNOWN", "UNREADABLE");
    }

    @Test
    void pageOfAProxyAndNoAnswerMayPass() {
        assertThat(YoutubeFailures.of("c", new HttpResponseException.Builder(502, "Bad", new HttpHeaders()).build()))
                .satisfies(failure -> {
                    assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
                    assertThat(failure).hasMessage("c failed: 502 backendError");
                });
        assertThat(YoutubeFailures.of("c", new SocketTimeoutException("Read timed out")))
                .satisfies(failure -> {
                    assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
                    assertThat(failure.status()).isZero();
                    assertThat(failure).hasMessage("c failed: noAnswer (SocketTimeoutException)");
                });
    }

    /** The library's own message has the whole address and answer. */
    @Test
    void nothingOfTheAnswerIsRepeatedButTheReason() {
        YoutubeFailure failure = answered(400, "no word but <a secret>", null);

        assertThat(failure)
                .hasMessage("youtube videos/list failed: 400 unknown")
                .hasNoCause();
        assertThat(answered(418, "teapot", null)).hasMessage("youtube videos/list failed: 418 teapot");
    }

    @ParameterizedTest
    @CsvSource({"7, 7", "'Wed, 21 Oct 2026 07:28:00 GMT', ", "-1, ", "99999999999999999999, ", "86401, "})
    void pauseIsTakenInSecondsUpToADay(String header, Long seconds) {
        assertThat(answered(503, "backendError", header)
                        .retryAfter()
                        .map(Duration::toSeconds)
                        .orElse(null))
                .isEqualTo(seconds);
    }

    @Test
    void isFoundAmongCauses() {
        YoutubeFailure failure = new YoutubeFailure("c", Reason.QUOTA_EXCEEDED);

        assertThat(YoutubeFailure.of(new IllegalStateException(new RuntimeException(failure))))
                .contains(failure);
        assertThat(YoutubeFailure.of(new IllegalStateException())).isEmpty();
        assertThat(YoutubeFailure.of(null)).isEmpty();
    }

    private static YoutubeFailure answered(int status, String reason, String retryAfter) {
        GoogleJsonError.ErrorInfo info = new GoogleJsonError.ErrorInfo();
        info.setReason(reason);
        GoogleJsonError error = new GoogleJsonError();
        error.setErrors(List.of(info));
        HttpHeaders headers = new HttpHeaders();
        headers.setRetryAfter(retryAfter);
        return YoutubeFailures.of(
                "youtube videos/list",
                new GoogleJsonResponseException(
                        new HttpResponseException.Builder(status, "at https://secret?upload_id=1", headers), error));
    }
}
