package com.ytempire.hub.platform;

import org.springframework.http.HttpStatus;

/** A request that cannot be served, in the terms of RFC 9457; whoever throws it has left nothing half done. */
public class Problem extends RuntimeException {

    private final HttpStatus status;
    private final String code;
    private final String field;
    private final Integer retryAfter;

    /**
     * @param code stable, for programs
     * @param detail for people; repeats nothing secret or personal
     */
    public Problem(HttpStatus status, String code, String detail) {
        this(status, code, detail, null, null);
    }

    /** @param field the part of the request that is wrong */
    public Problem(HttpStatus status, String code, String detail, String field) {
        this(status, code, detail, field, null);
    }

    private Problem(HttpStatus status, String code, String detail, String field, Integer retryAfter) {
        // no stack trace: it is an answer, not a fault, and a flood of bad requests must stay cheap
        super(detail, null, false, false);
        this.status = status;
        this.code = code;
        this.field = field;
        this.retryAfter = retryAfter;
    }

    /** 503: the same request may succeed after so many seconds. */
    public static Problem retryLater(String code, String detail, int seconds) {
        return new Problem(HttpStatus.SERVICE_UNAVAILABLE, code, detail, null, seconds);
    }

    /** The same problem, with the seconds after which to come again. */
    public Problem retryAfter(int seconds) {
        return new Problem(status, code, getMessage(), field, seconds);
    }

    public HttpStatus status() {
        return status;
    }

    public String code() {
        return code;
    }

    /** The part of the request that is wrong; null when it is none in particular. */
    public String field() {
        return field;
    }

    /** Seconds; null when coming again makes no sense. */
    public Integer retryAfter() {
        return retryAfter;
    }
}
