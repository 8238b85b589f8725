package com.ytempire.hub.spending;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Counts what the hub asks of a vendor before it asks, on all nodes together, so that no call is sent that the vendor
 * would refuse. A window begins with the full minute, hour, or month of the calendar (UTC).
 */
@Component("vendorWindows")
public class VendorWindows {

    private final JdbcClient jdbc;
    private final Clock clock;

    VendorWindows(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /**
     * How much a vendor allows in one kind of window.
     *
     * @param unit {@code requests} or {@code characters}
     * @param window a minute, an hour or a day; 30 days or more means a month of the calendar
     */
    public record Allowance(String vendor, String unit, Duration window, long most) {}

    /**
     * Takes so much of the window, or nothing.
     *
     * @return null when it was taken; else how long until the next window begins
     */
    @Transactional
    public Duration take(Allowance allowance, long amount) {
        Instant now = clock.instant();
        Instant start = start(allowance.window(), now);
        boolean taken = amount <= allowance.most()
                && jdbc.sql("""
                                        insert into spending.vendor_window as w (vendor, unit, window_start, seconds, used)
                                        values (:vendor, :unit, :start, :seconds, :amount)
                                        on conflict (vendor, unit, seconds, window_start) do update
                                           set used = w.used + excluded.used
                                         where w.used + excluded.used <= :most
                                        """)
                                .param("vendor", allowance.vendor())
                                .param("unit", allowance.unit())
                                .param("start", Timestamp.from(start))
                                .param("seconds", allowance.window().toSeconds())
                                .param("amount", amount)
                                .param("most", allowance.most())
                                .update()
                        == 1;
        return taken ? null : Duration.between(now, end(allowance.window(), start));
    }

    /** Gives back what was taken at that time and the vendor has not counted. */
    public void giveBack(Allowance allowance, long amount, Instant takenAt) {
        jdbc.sql("""
                        update spending.vendor_window set used = greatest(0, used - :amount)
                         where vendor = :vendor and unit = :unit and seconds = :seconds and window_start = :start
                        """)
                .param("amount", amount)
                .param("vendor", allowance.vendor())
                .param("unit", allowance.unit())
                .param("seconds", allowance.window().toSeconds())
                .param("start", Timestamp.from(start(allowance.window(), takenAt)))
                .update();
    }

    /** How long until the next window begins. */
    public Duration untilNext(Allowance allowance) {
        Instant now = clock.instant();
        return Duration.between(now, end(allowance.window(), start(allowance.window(), now)));
    }

    /** Used so far in the present window. */
    public long used(Allowance allowance) {
        return jdbc.sql("""
                        select used from spending.vendor_window
                         where vendor = :vendor and unit = :unit and seconds = :seconds and window_start = :start
                        """)
                .param("vendor", allowance.vendor())
                .param("unit", allowance.unit())
                .param("seconds", allowance.window().toSeconds())
                .param("start", Timestamp.from(start(allowance.window(), clock.instant())))
                .query(Long.class)
                .optional()
                .orElse(0L);
    }

    static Instant start(Duration window, Instant now) {
        if (isMonth(window)) {
            return LocalDate.ofInstant(now, ZoneOffset.UTC)
                    .withDayOfMonth(1)
                    .atStartOfDay(ZoneOffset.UTC)
                    .toInstant();
        }
        long seconds = window.toSeconds();
        return Instant.ofEpochSecond(Math.floorDiv(now.getEpochSecond(), seconds) * seconds);
    }

    private static Instant end(Duration window, Instant start) {
        return isMonth(window) ? start.atZone(ZoneOffset.UTC).plusMonths(1).toInstant() : start.plus(window);
    }

    private static boolean isMonth(Duration window) {
        return window.toDays() >= 30;
    }
}
