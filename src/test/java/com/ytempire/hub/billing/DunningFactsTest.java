package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.billing.DunningFacts.Cards;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Why dunning ends is what happened, and not what was told first. */
class DunningFactsTest {

    private static final Instant ENDED = Instant.parse("2026-03-01T10:00:00Z");

    private static DunningFacts facts(String status, String subscription, Instant stateAt, Instant paidAt) {
        return new DunningFacts(
                "in_1",
                "sub_1",
                "cus_1",
                status,
                0,
                "usd",
                null,
                null,
                null,
                1,
                subscription,
                new Cards(null, null),
                null,
                null,
                null,
                stateAt,
                true,
                stateAt,
                paidAt,
                subscription.equals("canceled") ? ENDED : null,
                ENDED);
    }

    @ParameterizedTest
    @CsvSource({"-1, paid", "0, paid", "1, cancelled"})
    void whatIsPaidAfterTheEndWasNotRecovered(long seconds, String reason) {
        Instant paid = ENDED.plusSeconds(seconds);
        assertThat(facts("paid", "canceled", paid, paid).endReason()).isEqualTo(reason);
        assertThat(facts("paid", "active", paid, paid).endReason()).isEqualTo("paid");
    }

    @ParameterizedTest
    @CsvSource({"-1, true", "0, true", "1, false"})
    void anInvoiceThatIsOnlyKnownFromBeforeTheEndMayHaveBeenPaid(long seconds, boolean may) {
        assertThat(facts("open", "canceled", ENDED.plusSeconds(seconds), null).mayHaveBeenPaid())
                .isEqualTo(may);
    }

    @Test
    void whileTheSubscriptionGoesOnNothingEnds() {
        DunningFacts open = facts("open", "past_due", ENDED, null);
        assertThat(open.endReason()).isNull();
        assertThat(open.mayHaveBeenPaid()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"-1, false", "0, false", "1, true"})
    void aSubscriptionThatIsOnlyKnownFromBeforeThePaymentMayHaveBeenCancelled(long seconds, boolean may) {
        Instant paid = ENDED.plusSeconds(seconds);
        assertThat(facts("paid", "active", paid, paid).mayHaveBeenCancelled()).isEqualTo(may);
        assertThat(facts("paid", "canceled", paid, paid).mayHaveBeenCancelled()).isFalse();
        assertThat(facts("paid", "active", ENDED, paid).mayHaveBeenCancelled())
                .as("paid at the time of a test clock")
                .isFalse();
        assertThat(facts("open", "active", paid, null).mayHaveBeenCancelled()).isFalse();
    }
}
