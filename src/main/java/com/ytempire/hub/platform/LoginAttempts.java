package com.ytempire.hub.platform;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.springframework.http.HttpStatus;

/**
 * Counts failed logins of each client address and turns the address away when they are too many, whatever it brings
 * then: a guesser must not learn which of its guesses was right.
 */
final class LoginAttempts {

    private static final int SWEEP_AT = 1_000;

    private final int limit;
    private final long windowNanos;
    private final LongSupplier nanoTime;
    private final Map<String, Window> windows = new ConcurrentHashMap<>();

    private record Window(long beganAt, int failures) {}

    /** Answered 429. */
    static final class TooMany extends Refused {

        TooMany(int seconds) {
            super(new Problem(
                            HttpStatus.TOO_MANY_REQUESTS, "too_many_logins", "Too many failed logins from this address")
                    .retryAfter(seconds));
        }
    }

    /** @param nanoTime a clock that only runs forward: nobody gets in by moving the time */
    LoginAttempts(int limit, Duration within, LongSupplier nanoTime) {
        this.limit = limit;
        this.windowNanos = within.toNanos();
        this.nanoTime = nanoTime;
    }

    /** @throws TooMany until a minute (the setting) has passed since the first of the failures */
    void check(String address) {
        Window window = windows.get(address);
        if (window == null || window.failures() < limit) {
            return;
        }
        long left = windowNanos - (nanoTime.getAsLong() - window.beganAt());
        if (left > 0) {
            throw new TooMany((int) Duration.ofNanos(left).plusSeconds(1).toSeconds());
        }
    }

    void failed(String address) {
        long now = nanoTime.getAsLong();
        if (windows.size() > SWEEP_AT) {
            windows.values().removeIf(window -> now - window.beganAt() >= windowNanos);
        }
        windows.merge(
                address,
                new Window(now, 1),
                (old, fresh) ->
                        now - old.beganAt() >= windowNanos ? fresh : new Window(old.beganAt(), old.failures() + 1));
    }
}
