package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.HubIT;
import com.ytempire.hub.platform.Measures.Window;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.support.StaticListableBeanFactory;

/** Figures that are counted in memory and added up in the database. */
class MeasuresIT extends HubIT {

    @Autowired
    private Measures measures;

    @Test
    void countsOfTwoNodesAddUp() {
        String vendor = unique("vendor");
        StaticListableBeanFactory none = new StaticListableBeanFactory();
        Measures other = new Measures(
                jdbc,
                SANDBOX.clock(),
                none.getBeanProvider(MeterRegistry.class),
                none.getBeanProvider(TraceMarks.class));
        for (int i = 1; i <= 20; i++) {
            (i % 2 == 0 ? measures : other).record(Measures.VENDOR, vendor, Duration.ofMillis(i * 100L), i > 15);
        }
        measures.flush();
        other.flush();

        Instant now = SANDBOX.clock().instant();
        Window window = measures.between(Measures.VENDOR, now.minusSeconds(120), now.plusSeconds(1))
                .get(vendor);
        assertThat(window.calls()).isEqualTo(20);
        assertThat(window.errors()).isEqualTo(5);
        assertThat(window.average()).isEqualTo(1050);
        assertThat(window.within(0.5)).isEqualTo(1000);
        assertThat(window.within(0.95)).isEqualTo(2000);
    }
}
