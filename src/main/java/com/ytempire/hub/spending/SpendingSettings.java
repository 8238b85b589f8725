package com.ytempire.hub.spending;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * @param limits US dollars by name: {@code month}, {@code day}, {@code video}, {@code video_text}, {@code video_speech}
 *     are hard; above {@code text_day} text is made at the cheapest level only
 * @param warnings thresholds in US dollars, by the name of a limit
 * @param lease how long a call may take before its node is taken for dead
 * @param batch changes somebody waits for that share a commit; settlements nobody waits for share as well, however many
 * @param countedWithin so long after a call has ended its vendor has counted it
 * @param timeout how long a call waits for its reservation
 */
@ConfigurationProperties("hub.spending")
record SpendingSettings(
        Map<String, BigDecimal> limits,
        Map<String, List<BigDecimal>> warnings,
        Duration lease,
        int batch,
        Duration timeout,
        Duration countedWithin) {}
