package com.ytempire.hub.webhooks;

/** A failure that may be gone later: the event is tried again after its back-off. */
public class TemporaryFailure extends RuntimeException {
    public TemporaryFailure(String message, Throwable cause) {
        super(message, cause);
    }

    public TemporaryFailure(String message) {
        super(message);
    }
}
