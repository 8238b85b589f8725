package com.ytempire.hub.camel.stripe;

import static com.github.tomakehurst.wiremock.client.WireMock.*;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.http.Fault;
import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.ApiException;
import com.stripe.exception.AuthenticationException;
import com.stripe.exception.CardException;
import com.stripe.exception.IdempotencyException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.PermissionException;
import com.stripe.exception.RateLimitException;
import com.ytempire.hub.camel.stripe.StripeFailures.Kind;
import com.ytempire.hub.platform.ReadLimits;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a refusal, a broken connection or none at all becomes. */
class StripeRefusalsIT extends AtStripe {

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of(
                        400,
                        error("invalid_request_error", "parameter_missing"),
                        InvalidRequestException.class,
                        Kind.INVALID_REQUEST),
                Arguments.of(400, error("idempotency_error", null), IdempotencyException.class, Kind.IDEMPOTENCY),
                Arguments.of(
                        401, error("invalid_request_error", null), AuthenticationException.class, Kind.AUTHENTICATION),
                Arguments.of(402, error("card_error", "card_declined"), CardException.class, Kind.CARD_DECLINED),
                Arguments.of(403, error("invalid_request_error", null), PermissionException.class, Kind.AUTHENTICATION),
                Arguments.of(
                        404,
                        error("invalid_request_error", "resource_missing"),
                        InvalidRequestException.class,
                        Kind.MISSING),
                Arguments.of(
                        409, error("idempotency_error", "idempotency_key_in_use"), ApiException.class, Kind.TEMPORARY),
                Arguments.of(
                        429, error("invalid_request_error", "rate_limit"), RateLimitException.class, Kind.TEMPORARY),
                Arguments.of(
                        429, error("invalid_request_error", "lock_timeout"), RateLimitException.class, Kind.TEMPORARY),
                Arguments.of(500, error("api_error", null), ApiException.class, Kind.TEMPORARY),
                Arguments.of(502, "<html>Bad gateway for ann@example.com</html>", ApiException.class, Kind.TEMPORARY),
                Arguments.of(503, "", ApiException.class, Kind.TEMPORARY),
                Arguments.of(503, "{}", ApiException.class, Kind.TEMPORARY),
                Arguments.of(429, "slow down, ann@example.com", ApiException.class, Kind.TEMPORARY),
                Arguments.of(200, "", ApiException.class, Kind.TEMPORARY),
                Arguments.of(200, "{\"id\":\"cus_1\",\"name\":\"ann@example.com", ApiException.class, Kind.TEMPORARY),
                Arguments.of(
                        200,
                        "{\"object\":\"customer\",\"address\":\"ann@example.com\"}",
                        ApiException.class,
                        Kind.TEMPORARY));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void refusalIsTheLibrarysExceptionOnceAndWithItsKind(
            int status, String body, Class<? extends Exception> type, Kind kind) {
        answer(aResponse()
                .withStatus(status)
                .withBody(body)
                .withHeader("Request-Id", "req_1")
                .withHeader("Stripe-Should-Retry", "true"));

        Exception failure =
                send("stripe:customers", Map.of("name", "Ann"), Map.of()).getException();

        assertThat(failure).isExactlyInstanceOf(type);
        assertThat(StripeFailures.kind(failure)).isEqualTo(kind);
        assertThat(StripeFailures.requestId(failure)).contains("req_1");
        assertThat(failure.toString()).doesNotContain("ann@example.com", KEY);
        assertThat(requests()).as("never repeated by itself").hasSize(1);
    }

    @Test
    void declinedCardTellsTheIssuersReason() {
        answer(jsonResponse(
                "{\"error\":{\"type\":\"card_error\",\"code\":\"card_declined\",\"decline_code\":\"insufficient_funds\","
                        + "\"message\":\"Your card has insufficient funds.\"}}",
                402));

        Exception failure = send(
                        "stripe:paymentIntents?method=confirm", null, Map.of(StripeConstants.OBJECT_ID, "pi_1"))
                .getException();

        assertThat(StripeFailures.code(failure)).contains("card_declined");
        assertThat(StripeFailures.declineCode(failure)).contains("insufficient_funds");
    }

    @ParameterizedTest
    @CsvSource({"CONNECTION_RESET_BY_PEER", "EMPTY_RESPONSE", "MALFORMED_RESPONSE_CHUNK"})
    void brokenConnectionIsTemporary(Fault fault) {
        answer(aResponse().withFault(fault));

        Exception failure = send("stripe:customers?method=retrieve", null, Map.of(StripeConstants.OBJECT_ID, "cus_1"))
                .getException();

        assertThat(failure).isExactlyInstanceOf(ApiConnectionException.class);
        assertThat(StripeFailures.isTemporary(failure)).isTrue();
    }

    @Test
    void anAnswerWithoutEndIsBrokenOff() {
        camel.getComponent("stripe", StripeComponent.class).setBounds(new ReadLimits(1_000_000, Duration.ofMinutes(1)));
        answer(okJson("{\"id\":\"cus_1\",\"object\":\"customer\",\"name\":\"" + "secret".repeat(200_000) + "\"}"));

        Exception failure = send("stripe:customers?method=retrieve", null, Map.of(StripeConstants.OBJECT_ID, "cus_1"))
                .getException();

        assertThat(failure)
                .isExactlyInstanceOf(ApiConnectionException.class)
                .hasRootCauseMessage("the answer is too large")
                .hasMessageNotContaining("secret");
        assertThat(StripeFailures.isTemporary(failure)).isTrue();
    }

    @Test
    void unreachableStripeIsTemporary() throws Exception {
        int closed;
        try (ServerSocket socket = new ServerSocket(0)) {
            closed = socket.getLocalPort();
        }

        Exception failure = send("stripe:customers?apiBase=http://localhost:" + closed, null, Map.of())
                .getException();

        assertThat(failure).isExactlyInstanceOf(ApiConnectionException.class).hasMessageContaining("ConnectException");
        assertThat(StripeFailures.isTemporary(failure)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {"?readTimeout=200ms, -", "'', 200", "'', PT0.2S"})
    void slowAnswerEndsInATemporaryFailure(String options, String header) {
        answer(okJson("{\"id\":\"cus_1\",\"object\":\"customer\"}").withFixedDelay(5_000));
        Map<String, Object> headers = header == null ? Map.of() : Map.of(StripeConstants.READ_TIMEOUT, header);
        long started = System.nanoTime();

        Exception failure =
                send("stripe:customers" + options, Map.of(), headers).getException();

        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(3));
        assertThat(failure)
                .isExactlyInstanceOf(ApiConnectionException.class)
                .hasMessageContaining("SocketTimeoutException")
                .hasMessageNotContaining(KEY);
        assertThat(StripeFailures.isTemporary(failure)).isTrue();
    }

    @Test
    void httpsWithAnUnknownCertificateIsNotTrusted() {
        answer(okJson("{}"));

        Exception failure = send(
                        "stripe:customers?apiBase=https://localhost:"
                                + vendor.getRuntimeInfo().getHttpsPort(),
                        Map.of(),
                        Map.of())
                .getException();

        assertThat(failure).isExactlyInstanceOf(ApiConnectionException.class).hasMessageContaining("SSL");
        vendor.verify(0, anyRequestedFor(anyUrl()));
    }
}
