package com.ytempire.hub.youtube;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import org.springframework.stereotype.Component;

/** Days of quota: they end at midnight Pacific Time, which is one hour nearer or farther when its clocks change. */
@Component
class QuotaDays {

    private static final Duration JUST = Duration.ofMinutes(1);

    private final Clock clock;
    private final ZoneId zone;

    QuotaDays(Clock clock, QuotaSettings settings) {
        this.clock = clock;
        this.zone = settings.zone();
    }

    /** The day of quota it is now. */
    LocalDate today() {
        return day(clock.instant(), zone);
    }

    /** When all of today's quota comes back. */
    Instant nextReset() {
        return reset(clock.instant(), zone);
    }

    /** Whether an answer of now may belong to a call of the day before. */
    boolean hasJustBegun() {
        return clock.instant().isBefore(today().atStartOfDay(zone).toInstant().plus(JUST));
    }

    static LocalDate day(Instant at, ZoneId zone) {
        return LocalDate.ofInstant(at, zone);
    }

    /** The first midnight after that moment. */
    static Instant reset(Instant at, ZoneId zone) {
        return day(at, zone).plusDays(1).atStartOfDay(zone).toInstant();
    }
}
