package com.ytempire.hub.platform;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.slf4j.MDC;

/**
 * Gives every request an id: in the answer as {@code X-Request-Id}, in the log and in each problem as
 * {@code request_id}. A caller may bring its own, so that it finds its request again in our log; strangers who send
 * webhooks may not, because nothing of theirs comes back in a header.
 */
public final class RequestIds {

    static final String HEADER = "X-Request-Id";
    static final String MDC_KEY = "request_id";

    private static final Pattern SANE = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final String ATTRIBUTE = RequestIds.class.getName();

    private RequestIds() {}

    /** From here on the request has its id, in the answer and in this thread's log; the same one when called again. */
    public static void begin(HttpServletRequest request, HttpServletResponse response) {
        String id = id(request);
        request.setAttribute(ATTRIBUTE, id);
        response.setHeader(HEADER, id);
        MDC.put(MDC_KEY, id);
    }

    /** The thread is done with the request. */
    public static void end() {
        MDC.remove(MDC_KEY);
    }

    /** Of the request this thread works for; empty when it works for none. */
    public static Optional<String> current() {
        return Optional.ofNullable(MDC.get(MDC_KEY));
    }

    private static String id(HttpServletRequest request) {
        if (request.getAttribute(ATTRIBUTE) instanceof String known) {
            return known;
        }
        String brought = request.getHeader(HEADER);
        boolean ofUse = brought != null
                && SANE.matcher(brought).matches()
                && !request.getRequestURI().startsWith("/api/v1/webhooks/");
        return ofUse ? brought : made();
    }

    /** It names a request and guards nothing, so it need not be unguessable. */
    private static String made() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }
}
