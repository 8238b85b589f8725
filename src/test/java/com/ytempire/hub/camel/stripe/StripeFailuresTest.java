package com.ytempire.hub.camel.stripe;

import static org.assertj.core.api.Assertions.assertThat;

import com.stripe.exception.*;
import com.ytempire.hub.camel.stripe.StripeFailures.Kind;
import java.net.SocketTimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StripeFailuresTest {

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new ApiConnectionException("", new SocketTimeoutException()), Kind.TEMPORARY),
                Arguments.of(new ApiException("", "req_1", null, 500, null), Kind.TEMPORARY),
                Arguments.of(new ApiException("", "req_1", null, 503, null), Kind.TEMPORARY),
                Arguments.of(new ApiException("", "req_1", null, 200, null), Kind.TEMPORARY),
                Arguments.of(new RateLimitException("", null, "req_1", "rate_limit", 429, null), Kind.TEMPORARY),
                Arguments.of(new RateLimitException("", null, "req_1", "lock_timeout", 429, null), Kind.TEMPORARY),
                Arguments.of(new InvalidRequestException("", null, "req_1", "lock_timeout", 400, null), Kind.TEMPORARY),
                Arguments.of(new ApiException("", "req_1", "idempotency_key_in_use", 409, null), Kind.TEMPORARY),
                Arguments.of(new AuthenticationException("", "req_1", null, 401), Kind.AUTHENTICATION),
                Arguments.of(new PermissionException("", "req_1", null, 403), Kind.AUTHENTICATION),
                Arguments.of(new StripeNotConfigured(), Kind.AUTHENTICATION),
                Arguments.of(declined(), Kind.CARD_DECLINED),
                Arguments.of(
                        new InvalidRequestException("", "id", "req_1", "resource_missing", 404, null), Kind.MISSING),
                Arguments.of(new InvalidRequestException("", null, "req_1", null, 404, null), Kind.INVALID_REQUEST),
                Arguments.of(
                        new InvalidRequestException("", "customer", "req_1", "resource_missing", 400, null),
                        Kind.INVALID_REQUEST),
                Arguments.of(
                        new InvalidRequestException("", "amount", "req_1", "parameter_missing", 400, null),
                        Kind.INVALID_REQUEST),
                Arguments.of(new IdempotencyException("", "req_1", null, 400), Kind.IDEMPOTENCY),
                Arguments.of(new IllegalStateException(), Kind.OTHER));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void failureHasItsKindAlsoWithinOthers(Throwable failure, Kind kind) {
        assertThat(StripeFailures.kind(failure)).isEqualTo(kind);
        assertThat(StripeFailures.kind(new IllegalStateException(new RuntimeException(failure))))
                .isEqualTo(kind);
        assertThat(StripeFailures.isTemporary(failure)).isEqualTo(kind == Kind.TEMPORARY);
    }

    @Test
    void declineTellsCodeReasonAndRequest() {
        RuntimeException failure = new RuntimeException(declined());

        assertThat(StripeFailures.code(failure)).contains("card_declined");
        assertThat(StripeFailures.declineCode(failure)).contains("insufficient_funds");
        assertThat(StripeFailures.requestId(failure)).contains("req_1");
    }

    @Test
    void otherFailuresHaveNoneOfThese() {
        assertThat(StripeFailures.code(new RuntimeException())).isEmpty();
        assertThat(StripeFailures.declineCode(new AuthenticationException("", "req_1", null, 401)))
                .isEmpty();
        assertThat(StripeFailures.requestId(null)).isEmpty();
    }

    private static CardException declined() {
        return new CardException("", "req_1", "card_declined", null, "insufficient_funds", "ch_1", 402, null);
    }
}
