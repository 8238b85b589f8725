package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.ytempire.hub.platform.LoginAttempts.TooMany;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
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
    void whatAllNodesHaveCountedIsAskedOnceASecond() {
        AtomicInteger asked = new AtomicInteger();
        AtomicReference<Duration> left = new AtomicReference<>(Duration.ZERO);
        LoginAttempts ofMany = new LoginAttempts(3, Duration.ofMinutes(1), now::get, new LoginFailures(null) {
            @Override
            Duration left(String address, int limit, Duration within) {
                asked.incrementAndGet();
                return left.get();
            }

            @Override
            int add(String address, Duration within) {
                return 1;
            }
        });
        for (int i = 0; i < 10; i++) {
            ofMany.check("10.0.0.1");
            now.addAndGet(Duration.ofMillis(90).toNanos());
        }
        assertThat(asked).hasValue(1);
        now.addAndGet(Duration.ofMillis(100).toNanos());
        ofMany.check("10.0.0.1");
        ofMany.guess("10.0.0.1");
        left.set(Duration.ofSeconds(50));
        assertThatThrownBy(() -> ofMany.check("10.0.0.1")).isInstanceOf(TooMany.class);
        left.set(Duration.ZERO);
        assertThatCode(() -> ofMany.check("10.0.0.1")).as("its minute is over").doesNotThrowAnyException();
        assertThat(asked).hasValue(4);
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
