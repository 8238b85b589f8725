package com.ytempire.hub.accounts;

import com.ytempire.hub.platform.Problem;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** How many requests there may be, counted on all nodes together, refused ones too. */
@Component
class RequestLimits {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);

    private final Tallies tallies;
    private final Clock clock;
    private final AccountsSettings.Requests settings;

    RequestLimits(Tallies tallies, Clock clock, AccountsSettings settings) {
        this.tallies = tallies;
        this.clock = clock;
        this.settings = settings.requests();
    }

    /** @throws Problem 429 {@code too_many_requests}, which says when to come again */
    void ofUser(UUID user) {
        count(
                new Tallies.Limit("requests-minute:" + user, MINUTE, settings.perMinute()),
                new Tallies.Limit("requests-hour:" + user, HOUR, settings.perHour()));
    }

    /**
     * @param client as {@link com.ytempire.hub.platform.ClientNetwork} counts them
     * @throws Problem 429 {@code too_many_requests}, which says when to come again
     */
    void ofAuth(String client) {
        count(new Tallies.Limit("auth-minute:" + client, MINUTE, settings.authPerMinute()));
    }

    private void count(Tallies.Limit... limits) {
        List<Tallies.Tally> tallies = this.tallies.count(limits);
        int wait = 0;
        for (int i = 0; i < limits.length; i++) {
            if (tallies.get(i).count() > limits[i].most()) {
                wait = Math.max(wait, tallies.get(i).secondsLeft(clock.instant()));
            }
        }
        if (wait > 0) {
            throw new Problem(HttpStatus.TOO_MANY_REQUESTS, "too_many_requests", "Too many requests").retryAfter(wait);
        }
    }
}
