package com.ytempire.hub.sandbox;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that runs with the machine's and can be moved forward; hub and vendors share one. */
public final class MovableClock extends Clock {

    private final ZoneId zone;
    private final AtomicReference<Duration> offset;
    private final List<Runnable> onMove;

    public MovableClock() {
        this(ZoneOffset.UTC, new AtomicReference<>(Duration.ZERO), new CopyOnWriteArrayList<>());
    }

    private MovableClock(ZoneId zone, AtomicReference<Duration> offset, List<Runnable> onMove) {
        this.zone = zone;
        this.offset = offset;
        this.onMove = onMove;
    }

    /**
     * Moves the clock and lets the vendors notice what has come due.
     *
     * @throws IllegalArgumentException for a negative duration: objects are listed by their age, so time only moves on
     */
    public void advance(Duration by) {
        if (by.isNegative()) {
            throw new IllegalArgumentException("The clock only moves forward, not by " + by);
        }
        offset.updateAndGet(by::plus);
        onMove.forEach(Runnable::run);
    }

    /** What happens in the moving thread after each move. */
    void onMove(Runnable action) {
        onMove.add(action);
    }

    /** Seconds since 1970, as Stripe writes its times. */
    long epochSecond() {
        return instant().getEpochSecond();
    }

    @Override
    public Instant instant() {
        return Instant.now().plus(offset.get());
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    /** The same moved time in another zone. */
    @Override
    public Clock withZone(ZoneId other) {
        return new MovableClock(other, offset, onMove);
    }
}
