package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.ytempire.hub.platform.LoginAttempts.TooMany;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LoginAttemptsTest {

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // System.nanoTime may wrap
    private final LoginAttempts attempts = new LoginAttempts(3, Duration.ofMinutes(1), now::get, null);

    @Test
    void anAddressThatFailsTooOftenWaitsOutTheMinute() {
        for (int i = 0; i < 2; i++) {
            attempts.guess("10.0.0.1");
        }
        assertThatCode(() -> attempts.check("10.0.0.1")).doesNotThrowAnyException();
        attempts.guess("10.0.0.1");
        now.addAndGet(Duration.ofSeconds(20).toNanos());
        assertThatThrownBy(() -> attempts.check("10.0.0.1"))
                .isInstanceOfSatisfying(
                        TooMany.class,
                        tooMany -> assertThat(tooMany.problem().retryAfter()).isBetween(40, 41));
        assertThatCode(() -> attempts.check("10.0.0.2")).doesNotThrowAnyException();
        now.addAndGet(Duration.ofSeconds(40).toNanos());
        assertThatCode(() -> attempts.check("10.0.0.1")).doesNotThrowAnyException();
        attempts.guess("10.0.0.1");
        assertThatCode(() -> attempts.check("10.0.0.1")).doesNotThrowAnyException();
    }

    @Test
    void guessesCountBeforeTheyAreLookedAt_andOneThatWasRightNoMore() {
        for (int i = 0; i < 3; i++) {
            attempts.guess("10.0.0.1");
        }
        assertThatThrownBy(() -> attempts.guess("10.0.0.1")).isInstanceOf(TooMany.class);
        for (int i = 0; i < 10; i++) {
            attempts.guess("10.0.0.2");
            attempts.wasRight("10.0.0.2");
        }
        assertThatCode(() -> attempts.check("10.0.0.2")).doesNotThrowAnyException();
    }
}
