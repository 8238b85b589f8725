package com.ytempire.hub.operations;

import com.ytempire.hub.platform.Amounts;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** How values are written on the pages; templates call it as {@code @show}. */
@Component("show")
class Show {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("d MMM HH:mm:ss", Locale.ENGLISH);
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ENGLISH);
    private static final String NONE = "–";

    private final Clock clock;
    private final ZoneId zone;

    Show(Clock clock, @Value("${hub.zone}") ZoneId zone) {
        this.clock = clock;
        this.zone = zone;
    }

    public Instant now() {
        return clock.instant();
    }

    public String zone() {
        return zone.getId();
    }

    public String time(Instant at) {
        return at == null ? NONE : TIME.withZone(zone).format(at);
    }

    public String clock(Instant at) {
        return at == null ? NONE : CLOCK.withZone(zone).format(at);
    }

    /** {@code 3 s}, {@code 12 min}, {@code 5 h}, {@code 4 d}. */
    public String age(Instant at) {
        return at == null ? NONE : length(Duration.between(at, clock.instant()));
    }

    public String length(Duration length) {
        long seconds = Math.max(0, length.toSeconds());
        if (seconds < 120) {
            return seconds + " s";
        }
        if (seconds < 7200) {
            return seconds / 60 + " min";
        }
        return seconds < 172_800 ? seconds / 3600 + " h" : seconds / 86_400 + " d";
    }

    public String millis(Long millis) {
        if (millis == null) {
            return NONE;
        }
        return millis < 1000 ? millis + " ms" : BigDecimal.valueOf(millis, 3).setScale(1, RoundingMode.HALF_UP) + " s";
    }

    /** A share of 0 to 1. */
    public String percent(Double share) {
        return share == null
                ? NONE
                : BigDecimal.valueOf(share).movePointRight(2).setScale(1, RoundingMode.HALF_UP) + " %";
    }

    public String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    public String money(long amount, String currency) {
        return Amounts.text(amount, currency);
    }

    /** US dollars and cents; a fraction of a cent is rounded up, for it was spent. */
    public String dollars(BigDecimal amount) {
        return "$" + String.format(Locale.ROOT, "%,.2f", amount.setScale(2, RoundingMode.UP));
    }
}
