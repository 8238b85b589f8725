package com.ytempire.hub.operations;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * @param probes how vendors are asked whether they are well
 * @param stale a figure older than this says so on the page
 * @param thresholds numbers by name, which an operator can change
 * @param alerts how people are told
 */
@ConfigurationProperties("hub.operations")
record OperationsSettings(Probes probes, Duration stale, Map<String, String> thresholds, Alerting alerts) {

    /**
     * @param again how soon a vendor is asked again that was not well
     * @param lease a probe whose node died is begun again after this
     */
    record Probes(Duration again, Duration lease) {}

    /**
     * @param byMail whether people are mailed
     * @param byWebhook whether alerts are posted, once there is somewhere to post them to
     * @param webhook where alerts are posted to; empty for nowhere
     * @param rates the time over which rates are taken
     * @param latencies the time over which percentiles are taken
     * @param repeat how long after people were told of an open alert they are told again
     * @param secret signs the messages to the webhook
     * @param retries gaps between the tries of one message to the webhook
     */
    record Alerting(
            boolean byMail,
            boolean byWebhook,
            String webhook,
            Duration rates,
            Duration latencies,
            Duration repeat,
            String secret,
            List<Duration> retries) {

        @Override
        public String toString() {
            return "alerts";
        }
    }
}
