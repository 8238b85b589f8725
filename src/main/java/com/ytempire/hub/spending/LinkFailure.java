package com.ytempire.hub.spending;

import com.ytempire.hub.platform.Problem;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;

/** A vendor's failure, classified by what has to follow. */
public final class LinkFailure extends RuntimeException {

    /** What has to follow. */
    public enum Kind {
        /** Wait as told, then again; at last the next link. */
        RATE_LIMITED,
        /** Again, then the next link. */
        UNAVAILABLE,
        /** Again, then the next link. */
        TIMEOUT,
        /** The link is off, an operator has to look. */
        AUTHENTICATION,
        /** The link is off until the next period; no use in trying again. */
        UNFUNDED,
        /** The next link; the vendor is well. */
        REFUSED,
        /** The link is off, an operator has to configure another model. */
        RETIRED,
        /** Our own mistake: no other link will do better. */
        BAD_REQUEST,
        /** Not sent, for by our own count the vendor would refuse it: when the wait is short enough, else the next link. */
        ALLOWANCE,
        /** Not sent, for another call has to end first: a moment later. */
        BUSY;

        /** Whether the same call may succeed later; tells of a vendor that is not well. */
        public boolean isTemporary() {
            return this == RATE_LIMITED || this == UNAVAILABLE || this == TIMEOUT;
        }

        /** Whether it is the hub that held the call back; it says nothing about the vendor. */
        public boolean isHeldBack() {
            return this == ALLOWANCE || this == BUSY;
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(LinkFailure.class);

    private final Kind kind;
    private final Duration retryAfter;

    /**
     * @param detail for people, without secrets and without what was asked
     * @param retryAfter as the vendor told; null when it did not
     */
    public LinkFailure(Kind kind, String detail, Duration retryAfter) {
        super(detail, null, false, false);
        this.kind = kind;
        this.retryAfter = retryAfter;
    }

    /**
     * What a failed call comes to. One without a vendor's answer is a failure of the way to it.
     *
     * @param link its name, for the log, when nobody knows what it comes to; the vendor is taken to be away then
     */
    public static LinkFailure of(Throwable failure, String link) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof LinkFailure known) {
                return known;
            }
            if (cause instanceof InterruptedIOException) {
                return new LinkFailure(Kind.TIMEOUT, "no answer in time", null);
            }
            if (cause instanceof IOException) {
                return new LinkFailure(
                        Kind.UNAVAILABLE, "no answer: " + cause.getClass().getSimpleName(), null);
            }
        }
        LOG.error("link {} failed for a reason nobody expected", link, failure);
        return new LinkFailure(Kind.UNAVAILABLE, "unexpected failure", null);
    }

    public Kind kind() {
        return kind;
    }

    /** Null when the vendor did not tell. */
    public Duration retryAfter() {
        return retryAfter;
    }

    /** What a caller is told when our own request was at fault: 502 {@code refused_by_provider}. */
    public Problem asProblem() {
        return new Problem(
                HttpStatus.BAD_GATEWAY,
                "refused_by_provider",
                "The provider refuses the request as it was made: " + getMessage());
    }

    /** Stable, lower case, for answers and figures. */
    public String reason() {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
