package com.ytempire.hub.webhooks;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/** The figures of {@code hub.webhooks} in application.yml; each is explained there. */
@ConfigurationProperties("hub.webhooks")
record WebhookSettings(
        Map<String, String> secrets,
        DataSize maxBody,
        Duration tolerance,
        BadSignatures badSignatures,
        Store store,
        Work work,
        Replay replay,
        Reconcile reconcile,
        Retention retention) {

    record BadSignatures(int limit, Duration within) {}

    record Store(int writers, int batch, int queue, Duration timeout, Duration probe, Duration ownDelay) {}

    record Work(
            int threads,
            Duration poll,
            Duration lease,
            Duration renew,
            int walk,
            List<Duration> retries,
            int jitterPercent,
            Duration postpone,
            List<String> neverRetried) {}

    record Replay(int perSecond, int most) {}

    record Reconcile(Duration overlap, Duration horizon, Duration every) {}

    record Retention(Duration bodies, Duration events) {}

    /** The secrets of the environment for a service, comma-separated there; none is an empty list. */
    List<String> environmentSecrets(String service) {
        return Arrays.stream(secrets.getOrDefault(service, "").split(","))
                .map(String::strip)
                .filter(secret -> !secret.isEmpty())
                .distinct()
                .toList();
    }
}
