package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How much is read of an answer, and for how long. */
class ReadLimitsTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static InputStream bounded(long largest, Duration longest) {
        return new ReadLimits(largest, longest).around(new ByteArrayInputStream(new byte[100]));
    }

    @Test
    void whatFitsIsReadToItsEnd() throws IOException {
        assertThat(bounded(100, MINUTE).readAllBytes()).hasSize(100);
        assertThat(bounded(100, MINUTE).skip(100)).isEqualTo(100);
    }

    @Test
    void whatIsTooLargeIsNot() {
        assertThatThrownBy(() -> bounded(99, MINUTE).readAllBytes()).hasMessage("the answer is too large");
        assertThatThrownBy(() -> bounded(99, MINUTE).skip(100)).hasMessage("the answer is too large");
        InputStream byByte = bounded(1, MINUTE);
        assertThatThrownBy(() -> {
                    byByte.read();
                    byByte.read();
                })
                .hasMessage("the answer is too large");
    }

    @Test
    void whatDripsIsNotWaitedFor() {
        assertThatThrownBy(() -> bounded(100, Duration.ofNanos(-1)).read()).hasMessage("the answer takes too long");
    }
}
