package com.ytempire.hub.notifications;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.notifications.Verdict.Kind;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.dao.DataAccessResourceFailureException;

/** What each answer of each vendor means. */
class VendorAnswersTest {

    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ResendAnswers resend = new ResendAnswers(JSON, CLOCK);
    private final MixpanelAnswers mixpanel = new MixpanelAnswers(JSON, CLOCK);
    private final AmplitudeAnswers amplitude = new AmplitudeAnswers(JSON, CLOCK);

    private static HttpOperationFailedException http(int status, String body) {
        return http(status, body, Map.of());
    }

    private static HttpOperationFailedException http(int status, String body, Map<String, String> headers) {
        return new HttpOperationFailedException("http://vendor", status, "", null, headers, body);
    }

    private static String named(String name) {
        return "{\"statusCode\":0,\"name\":\"" + name + "\",\"message\":\"said to ada@example.com\"}";
    }

    @ParameterizedTest
    @CsvSource({
        "400, validation_error, REFUSED",
        "400, invalid_idempotency_key, REFUSED",
        "401, missing_api_key, OFF",
        "403, invalid_api_key, OFF",
        "403, validation_error, OFF",
        "404, not_found, REFUSED",
        "408, timeout, LATER",
        "409, concurrent_idempotent_requests, LATER",
        "409, invalid_idempotent_request, SENT",
        "422, missing_required_field, REFUSED",
        "429, rate_limit_exceeded, PAUSE",
        "429, daily_quota_exceeded, PAUSE",
        "429, monthly_quota_exceeded, PAUSE",
        "500, internal_server_error, LATER",
        "503, application_error, LATER"
    })
    void resendsErrors(int status, String name, Kind kind) {
        Verdict verdict = resend.failed(http(status, named(name)));
        assertThat(verdict.kind()).isEqualTo(kind);
        if (kind != Kind.SENT) {
            assertThat(verdict.reason()).contains(String.valueOf(status)).contains(name);
            assertThat(verdict.reason()).doesNotContain("ada@example.com");
        }
    }

    @Test
    void resendsQuotasEndWithTheirPeriod() {
        assertThat(resend.failed(http(429, named("daily_quota_exceeded"))).until())
                .isEqualTo("2026-11-22T00:00:00Z");
        assertThat(resend.failed(http(429, named("monthly_quota_exceeded"))).until())
                .isEqualTo("2026-12-01T00:00:00Z");
        assertThat(resend.failed(http(429, named("rate_limit_exceeded"), Map.of("Retry-After", "7")))
                        .until())
                .isEqualTo(NOW.plusSeconds(7));
    }

    @Test
    void whatHasNoAnswerMayHaveArrivedUnlessThereWasNoConnection() {
        assertThat(resend.failed(new SocketTimeoutException()).surely()).isFalse();
        assertThat(resend.failed(new IOException("cut")).surely()).isFalse();
        assertThat(resend.failed(http(500, "no JSON")).surely()).isFalse();
        assertThat(resend.failed(new ConnectException()).surely()).isTrue();
        assertThat(resend.failed(new IOException(new ConnectException())).kind())
                .isEqualTo(Kind.LATER);
        assertThat(resend.taken("{\"id\":\"m1\"}").vendorId()).isEqualTo("m1");
        assertThat(resend.taken("nonsense").kind()).isEqualTo(Kind.LATER);
    }

    @Test
    void anOpenBreakerTriedNothing() {
        CircuitBreaker breaker = CircuitBreaker.ofDefaults("x");
        Exception refused = CallNotPermittedException.createCallNotPermittedException(breaker);
        assertThat(resend.failed(refused).kind()).isEqualTo(Kind.UNTRIED);
        assertThat(VendorAnswers.isVendorsFailure(refused)).isFalse();
        assertThat(VendorAnswers.isVendorsFailure(http(500, ""))).isTrue();
        assertThat(VendorAnswers.isVendorsFailure(new SocketTimeoutException())).isTrue();
        assertThat(VendorAnswers.isVendorsFailure(http(429, ""))).isFalse();
        assertThat(VendorAnswers.isVendorsFailure(http(422, ""))).isFalse();
        assertThat(VendorAnswers.isVendorsFailure(new DataAccessResourceFailureException("ours")))
                .isFalse();
    }

    private static EventBatch batch(int size) {
        List<Outgoing> events = IntStream.range(0, size)
                .mapToObj(i -> new Outgoing(
                        i,
                        Channel.MIXPANEL,
                        "key-" + i,
                        new UUID(0, i),
                        JSON.createObjectNode(),
                        1,
                        0,
                        2000,
                        false,
                        null,
                        NOW))
                .toList();
        return new EventBatch(events, new byte[0]);
    }

    @Test
    void mixpanelStoresTheRestOfWhatItRefuses() {
        EventBatch batch = batch(3);
        String second = batch.events().get(1).deliveryId();
        BatchVerdict verdict = mixpanel.failed(
                http(
                        400,
                        "{\"code\":400,\"num_records_imported\":2,\"failed_records\":[{\"index\":0,\"insert_id\":\"%s\","
                                        .formatted(second)
                                + "\"field\":\"properties.time\",\"message\":\"is invalid\"}]}"),
                batch);
        assertThat(verdict.refused()).containsOnlyKeys(1);
        assertThat(verdict.refused().get(1)).contains("properties.time");
        assertThat(verdict.rest().kind()).isEqualTo(Kind.SENT);
    }

    @Test
    void mixpanelsRefusalOfAnUnknownRecordIsNoSuccess() {
        BatchVerdict verdict =
                mixpanel.failed(http(400, "{\"failed_records\":[{\"index\":9,\"insert_id\":\"another\"}]}"), batch(3));
        assertThat(verdict.refused()).isEmpty();
        assertThat(verdict.rest().kind()).isEqualTo(Kind.REFUSED);
    }

    @ParameterizedTest
    @CsvSource({"400, REFUSED", "401, OFF", "403, OFF", "413, TOO_LARGE", "429, PAUSE", "500, LATER", "502, LATER"})
    void mixpanelsOtherErrors(int status, Kind kind) {
        assertThat(mixpanel.failed(http(status, "{\"error\":\"said\"}"), batch(2))
                        .rest()
                        .kind())
                .isEqualTo(kind);
    }

    @Test
    void amplitudeStoresNothingOfWhatItRefuses() {
        BatchVerdict verdict = amplitude.failed(
                http(
                        400,
                        "{\"code\":400,\"error\":\"bad\",\"events_with_invalid_fields\":{\"time\":[0,2]},"
                                + "\"events_with_missing_fields\":{\"event_type\":[2]},\"silenced_events\":[3]}"),
                batch(5));
        assertThat(verdict.refused()).containsOnlyKeys(0, 2, 3);
        assertThat(verdict.rest().kind()).isEqualTo(Kind.LATER);
        assertThat(verdict.rest().after()).isEqualTo(Duration.ZERO);
    }

    @Test
    void amplitudesWordsRepeatTheKeyAndAreNotKept() {
        Verdict verdict = amplitude
                .failed(http(400, "{\"code\":400,\"error\":\"Invalid API key: s3cret\"}"), batch(1))
                .rest();
        assertThat(verdict.kind()).isEqualTo(Kind.OFF);
        assertThat(verdict.reason()).doesNotContain("s3cret");
    }

    @Test
    void aUserOverHisQuotaAtAmplitudeStopsNoOther() {
        EventBatch batch = batch(2);
        BatchVerdict verdict = amplitude.failed(
                http(
                        429,
                        "{\"code\":429,\"error\":\"Too many requests\",\"exceeded_daily_quota_users\":{\"%s\":1}}"
                                .formatted(batch.events().get(0).userId())),
                batch);
        assertThat(verdict.refused()).containsOnlyKeys(0);
        assertThat(verdict.rest().until()).isEqualTo(NOW.plusSeconds(30));
    }

    @Test
    void whatAVendorRepeatsIsLeftOutOfItsWords() {
        assertThat(
                        VendorAnswers.words(
                                401,
                                "invalid_api_key",
                                "Refused: Bearer re_short of ann@example.com, key 0f8fad5bd9cb469fa16570867728950e: {\"name\":\"Ann\"}"))
                .isEqualTo("HTTP 401 invalid_api_key: Refused: … of … key …: …")
                .doesNotContain("Ann");
        assertThat(VendorAnswers.words(422, "validation_error", "The `to` field is missing"))
                .isEqualTo("HTTP 422 validation_error: The `to` field is missing");
    }
}
