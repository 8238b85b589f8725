package com.ytempire.hub.webhooks;

/** A failure that no repetition mends: the event goes to the dead letter at once. */
public class PermanentFailure extends RuntimeException {
    public PermanentFailure(String message, Throwable cause) {
        super(message, cause);
    }

    public PermanentFailure(String message) {
        super(message);
    }
}
