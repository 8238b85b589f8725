package com.ytempire.hub.platform;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.springframework.http.HttpStatus;

/**
 * Counts failed logins of each client, on all nodes together, and turns the client away when they are too many,
 * whatever it brings then: a guesser must not learn which of its guesses was right. A guess counts before it is looked at,
 * so that a hundred at once are no more than one after the other. While the database is away each node counts for itself,
 * so it does so always. Who has just been let in without a guess is not asked about again within a second: a console
 * polls as often, and is to work while the database does not.
 */
final class LoginAttempts {

    private static final int SWEEP_AT = 1_000;
    private static final long FRESH = Duration.ofSeconds(1).toNanos();

    private final int limit;
    private final Duration within;
    private final LongSupplier nanoTime;
    private final LoginFailures ofAllNodes;
    private final Map<String, Window> windows = new ConcurrentHashMap<>();
    private final Map<String, Long> freeAt = new ConcurrentHashMap<>();

    private record Window(long beganAt, int failures) {}

    /** Answered 429. */
    static final class TooMany extends Refused {

        TooMany(Duration left) {
            super(new Problem(
                            HttpStatus.TOO_MANY_REQUESTS, "too_many_logins", "Too many failed logins from this address")
                    .retryAfter((int) left.plusSeconds(1).toSeconds()));
        }
    }

    /**
     * @param nanoTime a clock that only runs forward: nobody gets in by moving the time
     * @param ofAllNodes null without a database
     */
    LoginAttempts(int limit, Duration within, LongSupplier nanoTime, LoginFailures ofAllNodes) {
        this.limit = limit;
        this.within = within;
        this.nanoTime = nanoTime;
        this.ofAllNodes = ofAllNodes;
    }

    /** @throws TooMany until a minute (the setting) has passed since the first of the failures */
    void check(String address) {
        Window window = windows.get(address);
        if (window != null && window.failures() >= limit && !left(window).isZero()) {
            throw new TooMany(left(window));
        }
        if (ofAllNodes != null && !wasFree(address)) {
            Duration left = ofAllNodes.left(address, limit, within);
            if (!left.isZero()) {
                throw new TooMany(left);
            }
            if (freeAt.size() > SWEEP_AT) {
                freeAt.keySet().removeIf(other -> !wasFree(other));
            }
            freeAt.put(address, nanoTime.getAsLong());
        }
    }

    private boolean wasFree(String address) {
        Long asked = freeAt.get(address);
        return asked != null && nanoTime.getAsLong() - asked < FRESH;
    }

    private Duration left(Window window) {
        return Duration.ofNanos(Math.max(0, within.toNanos() - (nanoTime.getAsLong() - window.beganAt())));
    }

    /**
     * Somebody is about to guess. Who was right takes it back.
     *
     * @throws TooMany when it is one too many
     */
    void guess(String address) {
        freeAt.remove(address);
        long now = nanoTime.getAsLong();
        if (windows.size() > SWEEP_AT) {
            windows.values().removeIf(window -> left(window).isZero());
        }
        Window here = windows.merge(
                address,
                new Window(now, 1),
                (old, fresh) -> left(old).isZero() ? fresh : new Window(old.beganAt(), old.failures() + 1));
        if (here.failures() > limit) {
            throw new TooMany(left(here));
        }
        if (ofAllNodes != null && ofAllNodes.add(address, within) > limit) {
            throw new TooMany(ofAllNodes.left(address, limit, within));
        }
    }

    /** The guess was right, and is no failure. */
    void wasRight(String address) {
        windows.computeIfPresent(
                address, (key, old) -> old.failures() == 1 ? null : new Window(old.beganAt(), old.failures() - 1));
        if (ofAllNodes != null) {
            ofAllNodes.takeBack(address);
        }
    }
}
