package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;

import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.CardException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What makes Stripe be left alone. */
class StripeBreakerTest {

    private static final Exception AWAY = new ApiConnectionException("away");
    private static final Exception DECLINED =
            new CardException("declined", "req_1", "card_declined", null, "generic_decline", null, 402, null);

    private final CircuitBreaker breaker = new BillingConfiguration().stripeBreaker(5, Duration.ofSeconds(60));

    private void fails(Exception failure, int times) {
        for (int i = 0; i < times; i++) {
            assertThat(breaker.tryAcquirePermission()).isTrue();
            breaker.onError(1, TimeUnit.MILLISECONDS, failure);
        }
    }

    @Test
    void fiveFailuresInARowOpenIt() {
        fails(AWAY, 4);
        fails(DECLINED, 1);
        fails(AWAY, 4);
        assertThat(breaker.getState()).as("Stripe has answered in between").isEqualTo(State.CLOSED);
        fails(AWAY, 1);
        assertThat(breaker.getState()).isEqualTo(State.OPEN);
    }

    @Test
    void aRefusalShowsThatStripeIsBack() {
        breaker.transitionToOpenState();
        breaker.transitionToHalfOpenState();
        fails(DECLINED, 1);
        assertThat(breaker.getState()).isEqualTo(State.CLOSED);
    }

    @Test
    void aFaultOfOurOwnShowsNothing() {
        fails(new IllegalStateException("ours"), 9);
        assertThat(breaker.getState()).isEqualTo(State.CLOSED);
        breaker.transitionToOpenState();
        breaker.transitionToHalfOpenState();
        fails(new IllegalStateException("ours"), 1);
        assertThat(breaker.getState()).isEqualTo(State.HALF_OPEN);
    }
}
