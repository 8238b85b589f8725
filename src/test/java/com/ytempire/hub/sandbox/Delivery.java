package com.ytempire.hub.sandbox;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

/** One message on its way from a vendor to the hub, until it is answered 2xx or given up. */
public final class Delivery {

    /** Where a delivery stands. */
    public enum State {
        WAITING,
        DELIVERED,
        DROPPED,
        GIVEN_UP
    }

    /**
     * What is sent, and what its answer means.
     *
     * @param id the vendor's id of the event
     * @param headers made anew for each try, as a signature bears the time of the try
     * @param answered told each answer's status (0: no connection); says whether the delivery is to end here
     */
    record Message(
            String vendor,
            String id,
            URI url,
            byte[] body,
            Supplier<Map<String, String>> headers,
            IntPredicate answered) {}

    private final Message message;
    private volatile State state = State.WAITING;
    private volatile int attempts;
    private volatile int lastStatus;
    private volatile Instant due;

    Delivery(Message message, Instant due) {
        this.message = message;
        this.due = due;
    }

    Delivery copy() {
        return new Delivery(message, due);
    }

    Message message() {
        return message;
    }

    Instant due() {
        return due;
    }

    void postpone(Duration by) {
        due = due.plus(by);
    }

    void dueAt(Instant when) {
        due = when;
    }

    void dropped() {
        state = State.DROPPED;
    }

    void tried(int status) {
        attempts++;
        lastStatus = status;
    }

    void ended(State end) {
        state = end;
    }

    public String vendor() {
        return message.vendor();
    }

    /** The vendor's id of the event. */
    public String id() {
        return message.id();
    }

    public State state() {
        return state;
    }

    public int attempts() {
        return attempts;
    }

    /** HTTP status of the last try; 0 when there was none or no connection. */
    public int lastStatus() {
        return lastStatus;
    }
}
