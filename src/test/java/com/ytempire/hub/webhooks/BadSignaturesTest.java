package com.ytempire.hub.webhooks;

import static com.ytempire.hub.webhooks.BadSignatures.Count.FEW;
import static com.ytempire.hub.webhooks.BadSignatures.Count.TOO_MANY;
import static com.ytempire.hub.webhooks.BadSignatures.Count.TOO_MANY_AND_NEW;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class BadSignaturesTest {

    private Instant now = Instant.parse("2026-11-21T10:00:00Z");
    private final Clock clock = new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    };
    private final BadSignatures counter =
            new BadSignatures(new WebhookSettings.BadSignatures(5, Duration.ofMinutes(1)), clock);

    @Test
    void isTooManyFromTheFifthOnAndTellsOnceAMinute() {
        for (int i = 1; i <= 4; i++) {
            assertThat(counter.count("stripe", "10.0.0.1")).isEqualTo(FEW);
        }
        assertThat(counter.count("stripe", "10.0.0.1")).isEqualTo(TOO_MANY_AND_NEW);
        assertThat(counter.count("stripe", "10.0.0.1")).isEqualTo(TOO_MANY);
        now = now.plusSeconds(59);
        assertThat(counter.count("stripe", "10.0.0.1")).isEqualTo(TOO_MANY);
        now = now.plusSeconds(61);
        assertThat(counter.count("stripe", "10.0.0.1")).isEqualTo(FEW);
    }

    @Test
    void countsEachAddressAndServiceByItself() {
        for (int i = 1; i <= 4; i++) {
            counter.count("stripe", "10.0.0.1");
        }
        assertThat(counter.count("stripe", "10.0.0.2")).isEqualTo(FEW);
        assertThat(counter.count("n8n", "10.0.0.1")).isEqualTo(FEW);
    }

    @Test
    void forgetsAfterAMinute() {
        for (int i = 1; i <= 4; i++) {
            counter.count("stripe", "10.0.0.1");
        }
        now = now.plusSeconds(61);
        assertThat(counter.count("stripe", "10.0.0.1")).isEqualTo(FEW);
    }
}
