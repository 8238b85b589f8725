package com.ytempire.hub.billing;

import com.ytempire.hub.platform.Problem;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import org.springframework.http.HttpStatus;

/**
 * Days of a report.
 *
 * @param from the first day
 * @param to the last day; it counts as well
 * @param start the first moment
 * @param end the first moment that does not count any more
 */
record Period(LocalDate from, LocalDate to, Instant start, Instant end) {

    private static final int USUAL_DAYS = 30;

    /**
     * The last {@value #USUAL_DAYS} days for what is not given.
     *
     * @param zone the business's, in which days begin and end
     * @throws Problem 422 when the first day comes after the last
     */
    static Period of(LocalDate from, LocalDate to, Clock clock, ZoneId zone) {
        LocalDate last = to == null ? LocalDate.now(clock.withZone(zone)) : to;
        LocalDate first = from == null ? last.minusDays(USUAL_DAYS - 1L) : from;
        if (first.isAfter(last)) {
            throw new Problem(HttpStatus.UNPROCESSABLE_ENTITY, "validation_failed", "from is after to", "from");
        }
        return new Period(
                first,
                last,
                first.atStartOfDay(zone).toInstant(),
                last.plusDays(1).atStartOfDay(zone).toInstant());
    }

    Timestamp startTime() {
        return Timestamp.from(start);
    }

    Timestamp endTime() {
        return Timestamp.from(end);
    }
}
