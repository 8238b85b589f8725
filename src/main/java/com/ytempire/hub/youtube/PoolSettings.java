package com.ytempire.hub.youtube;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The figures of {@code hub.youtube.pool} in application.yml; each is explained there.
 *
 * @param slot how long an upload counts in a channel's uploads per day
 */
@ConfigurationProperties("hub.youtube.pool")
record PoolSettings(
        boolean fleetForUsers,
        int activeUploads,
        int reserveUploads,
        Duration slot,
        Duration limitPause,
        Score score,
        Health health) {

    /** Weights, and the rest after which a channel is fully rested. */
    record Score(double quota, double uploads, double errors, double rest, Duration rested, double reserve) {}

    /** @param window so many calls are looked at, at most 31 */
    record Health(int window, double well, int goodChecks, Duration every, Duration look, int batch) {

        Health {
            if (window < 1 || window > 31) {
                throw new IllegalArgumentException("hub.youtube.pool.health.window is 1 to 31");
            }
        }

        /** So many failures among the last calls are too many. */
        int tooMany() {
            int failures = 0;
            while (failures <= window && 1 - (double) failures / window >= well - 1e-9) {
                failures++;
            }
            return failures;
        }
    }
}
