package com.ytempire.hub.videos;

import com.ytempire.hub.billing.PlanLimits;
import com.ytempire.hub.platform.Problem;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** How many videos a user's plan allows on a day of {@code hub.zone}. */
@Component
class VideoPlan {

    private final PlanLimits plans;
    private final VideoStore videos;
    private final JdbcClient jdbc;
    private final Clock clock;
    private final ZoneId zone;

    VideoPlan(PlanLimits plans, VideoStore videos, JdbcClient jdbc, Clock clock, @Value("${hub.zone}") ZoneId zone) {
        this.plans = plans;
        this.videos = videos;
        this.jdbc = jdbc;
        this.clock = clock;
        this.zone = zone;
    }

    LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), zone);
    }

    /**
     * Makes sure that the user may have one more today. Inside the transaction that inserts it: two requests at once do
     * not both take the last one.
     *
     * @throws Problem 403 {@code subscription_required}, 429 {@code plan_limit_reached} with when it frees
     */
    void take(UUID user) {
        PlanLimits.Limits limits = plans.of(user);
        if (limits.videosPerDay() == 0) {
            throw new Problem(
                            HttpStatus.FORBIDDEN,
                            "subscription_required",
                            "Videos are made for a plan, and none is active")
                    .with("limit", "subscription")
                    .with("subscription_status", limits.status());
        }
        jdbc.sql("select pg_advisory_xact_lock(hashtext('videos.plan'), hashtext(:user))")
                .param("user", user.toString())
                .query((row, number) -> 0)
                .list();
        int used = videos.count(user, today());
        if (used >= limits.videosPerDay()) {
            Instant frees = today().plusDays(1).atStartOfDay(zone).toInstant();
            throw new Problem(
                            HttpStatus.TOO_MANY_REQUESTS,
                            "plan_limit_reached",
                            "The plan %s allows %d videos a day; the next one can be made from %s on"
                                    .formatted(limits.plan(), limits.videosPerDay(), frees))
                    .retryAfter(Math.toIntExact(
                            Math.max(1, Duration.between(clock.instant(), frees).toSeconds())))
                    .with("limit", "videos_per_day")
                    .with("most", limits.videosPerDay())
                    .with("used", used)
                    .with("frees_at", frees.toString());
        }
    }
}
