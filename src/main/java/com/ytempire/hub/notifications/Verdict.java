package com.ytempire.hub.notifications;

import java.time.Duration;
import java.time.Instant;

/**
 * What a vendor's answer, or its silence, means for what was sent.
 *
 * @param vendorId its id of what it took; null when there is none
 * @param reason one line for the operator, without anything personal
 * @param after how long to wait at least; null when the hub decides
 * @param until when the vendor takes something again; null when it does not say
 * @param surely whether it is certain that nothing was taken
 */
record Verdict(Kind kind, String vendorId, String reason, Duration after, Instant until, boolean surely) {

    /** What follows. */
    enum Kind {
        /** It was taken. */
        SENT,
        /** The same may succeed later. */
        LATER,
        /** The vendor takes nothing from us until a time it named. */
        PAUSE,
        /** The vendor does not accept who we are: nothing is sent until somebody has looked. */
        OFF,
        /** Never sent to this vendor in this shape. */
        REFUSED,
        /** Too much at once. */
        TOO_LARGE,
        /** The breaker is open: nothing was tried. */
        UNTRIED
    }

    static Verdict sent(String vendorId) {
        return new Verdict(Kind.SENT, vendorId, null, null, null, false);
    }

    static Verdict later(String reason, Duration after, boolean surely) {
        return new Verdict(Kind.LATER, null, reason, after, null, surely);
    }

    static Verdict pause(String reason, Instant until) {
        return new Verdict(Kind.PAUSE, null, reason, null, until, true);
    }

    static Verdict off(String reason) {
        return new Verdict(Kind.OFF, null, reason, null, null, true);
    }

    static Verdict refused(String reason) {
        return new Verdict(Kind.REFUSED, null, reason, null, null, true);
    }

    static Verdict tooLarge(String reason) {
        return new Verdict(Kind.TOO_LARGE, null, reason, null, null, true);
    }

    static Verdict untried() {
        return new Verdict(Kind.UNTRIED, null, "the vendor is left alone for the moment", null, null, true);
    }
}
