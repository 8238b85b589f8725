package com.ytempire.hub.youtube;

import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The figures of {@code hub.youtube.quota} in application.yml; each is explained there.
 *
 * @param warning percent of a bucket, as are critical and analyticsStop
 * @param methods what a call costs, by the method's name
 */
@ConfigurationProperties("hub.youtube.quota")
record QuotaSettings(
        ZoneId zone,
        int warning,
        int critical,
        int analyticsStop,
        Duration lease,
        int keepDays,
        Map<String, Bucket> buckets,
        Map<String, List<Cost>> methods) {

    /** Of a bucket so many percent of which are gone. */
    String health(int percent) {
        return percent >= critical ? "critical" : percent >= warning ? "warning" : "healthy";
    }

    /** @param scope project or channel */
    record Bucket(String scope, List<Limit> limits) {}

    /** @param shares percent by use */
    record Limit(LocalDate from, int units, Map<String, Integer> shares) {}

    record Cost(LocalDate from, String bucket, int units, String use) {}
}
