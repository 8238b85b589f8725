package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WakeUpTest {

    private static final Duration LATER = Duration.ofMillis(60);
    private static final Duration LONG = Duration.ofSeconds(20);

    private final WakeUp wakeUp = new WakeUp();

    @Test
    void whatIsToldForLaterEndsTheWaitThenAndNotBefore() throws InterruptedException {
        long begun = System.nanoTime();

        wakeUp.raiseIn(LATER);

        assertThat(waited(begun)).isBetween(LATER, LONG.dividedBy(2));
    }

    @Test
    void whatIsToldMeanwhileIsNotForgotten() throws InterruptedException {
        wakeUp.raiseIn(LATER);
        long second = System.nanoTime();
        wakeUp.raiseIn(LATER);
        wakeUp.raiseIn(LATER);

        wakeUp.await(LONG);

        assertThat(waited(second)).isBetween(LATER, LONG.dividedBy(2));
    }

    @Test
    void whatIsDueNowDoesNotWaitForWhatIsToldForLater() throws InterruptedException {
        wakeUp.raiseIn(LONG);
        long begun = System.nanoTime();

        wakeUp.raise();

        assertThat(waited(begun)).isLessThan(LONG.dividedBy(2));
    }

    /** How long after a moment the wait ended. */
    private Duration waited(long since) throws InterruptedException {
        wakeUp.await(LONG);
        return Duration.ofNanos(System.nanoTime() - since);
    }
}
