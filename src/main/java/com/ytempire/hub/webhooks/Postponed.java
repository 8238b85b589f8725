package com.ytempire.hub.webhooks;

/** Nothing failed, but it cannot be done now (an open breaker, a concurrent change): uses up no attempt. */
public class Postponed extends RuntimeException {
    public Postponed(String message, Throwable cause) {
        super(message, cause);
    }

    public Postponed(String message) {
        super(message);
    }
}
