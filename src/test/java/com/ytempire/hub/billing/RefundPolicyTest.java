package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The policy at each of its borders, in seconds. */
class RefundPolicyTest {

    private static final Instant PAID = Instant.parse("2026-03-01T10:00:00Z");
    private static final Instant END = Instant.parse("2026-04-01T10:00:00Z"); // 31 days
    private static final RefundPolicy USUAL = new RefundPolicy(Instant.EPOCH, 14, 30, 50, 10_000, "usd");
    private static final long DAY = Duration.ofDays(1).toSeconds();

    @ParameterizedTest
    @CsvSource({
        "0, 9999", // at once
        "1209599, 9999", // a second before the border
        "1209600, 9999", // 14 days belong to it
        "1209601, 4999", // half, rounded down
        "2592000, 4999", // 30 days belong to it
        "2592001, 0",
    })
    void ofAOneTimePayment(long seconds, long most) {
        assertThat(USUAL.most(9_999, PAID, null, null, PAID.plusSeconds(seconds)))
                .isEqualTo(most);
    }

    @ParameterizedTest
    @CsvSource({
        "1209600, 31000", // all within 14 days
        "1296000, 16000", // 15 of 31 days used
        "1296001, 15999", // rounded down
        "2592000, 1000", // 30 of 31
        "2592001, 0",
    })
    void ofAPeriod(long seconds, long most) {
        assertThat(USUAL.most(31_000, PAID, PAID, END, PAID.plusSeconds(seconds)))
                .isEqualTo(most);
    }

    @Test
    void nothingOfAPeriodThatIsOver() {
        Instant end = PAID.plus(Duration.ofDays(7));
        assertThat(USUAL.most(1_000, PAID, PAID, end, PAID.plusSeconds(15 * DAY)))
                .isZero();
    }

    @Test
    void aYearDoesNotOverflow() {
        long much = 1_000_000_000_000L;
        assertThat(USUAL.most(much, PAID, PAID, PAID.plusSeconds(365 * DAY), PAID.plusSeconds(20 * DAY)))
                .isEqualTo(much * 345 / 365);
    }

    @ParameterizedTest
    @CsvSource({"10000, usd, false", "10001, usd, true", "10000, USD, false", "1, eur, true"})
    void approvalBeginsAboveTheAmount(long cents, String currency, boolean needed) {
        assertThat(USUAL.needsApproval(cents, currency)).isEqualTo(needed);
    }
}
