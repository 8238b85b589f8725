package com.ytempire.hub.webhooks;

import java.time.Duration;
import java.util.Optional;

/** Nothing failed, but it cannot be done now (an open breaker, a concurrent change): uses up no attempt. */
public class Postponed extends RuntimeException {

    private final Duration delay;

    /** Comes again after the usual delay. */
    public Postponed(String message, Throwable cause) {
        super(message, cause);
        this.delay = null;
    }

    /** Comes again after the usual delay. */
    public Postponed(String message) {
        this(message, (Throwable) null);
    }

    /** @param delay when to come again; zero for at once */
    public Postponed(String message, Duration delay) {
        super(message);
        this.delay = delay;
    }

    Optional<Duration> delay() {
        return Optional.ofNullable(delay);
    }
}
