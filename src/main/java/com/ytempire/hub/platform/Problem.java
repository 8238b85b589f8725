package com.ytempire.hub.platform;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.http.HttpStatus;

/** A request that cannot be served, in the terms of RFC 9457; whoever throws it has left nothing half done. */
public class Problem extends RuntimeException {

    private final HttpStatus status;
    private final String code;
    private final String field;
    private final Integer retryAfter;
    private final Map<String, Object> more;

    /**
     * @param code stable, for programs
     * @param detail for people; repeats nothing secret or personal
     */
    public Problem(HttpStatus status, String code, String detail) {
        this(status, code, detail, null, null, Map.of());
    }

    /** @param field the part of the request that is wrong */
    public Problem(HttpStatus status, String code, String detail, String field) {
        this(status, code, detail, field, null, Map.of());
    }

    private Problem(
            HttpStatus status, String code, String detail, String field, Integer retryAfter, Map<String, Object> more) {
        // no stack trace: it is an answer, not a fault, and a flood of bad requests must stay cheap
        super(detail, null, false, false);
        this.status = status;
        this.code = code;
        this.field = field;
        this.retryAfter = retryAfter;
        this.more = more;
    }

    /** 503: the same request may succeed after so many seconds. */
    public static Problem retryLater(String code, String detail, int seconds) {
        return new Problem(HttpStatus.SERVICE_UNAVAILABLE, code, detail, null, seconds, Map.of());
    }

    /** The same problem, with the seconds after which to come again. */
    public Problem retryAfter(int seconds) {
        return new Problem(status, code, getMessage(), field, seconds, more);
    }

    /** The same problem with one more member for programs, such as {@code decline_code}. */
    public Problem with(String name, Object value) {
        Map<String, Object> all = new LinkedHashMap<>(more);
        all.put(name, value);
        return new Problem(status, code, getMessage(), field, retryAfter, Collections.unmodifiableMap(all));
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

    /** Further members of the answer, by name. */
    public Map<String, Object> more() {
        return more;
    }

    /** Seconds; null when coming again makes no sense. */
    public Integer retryAfter() {
        return retryAfter;
    }
}
