package com.ytempire.hub.webhooks;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.CamelContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Hands a webhook to the routes as nothing but bytes and the few headers that matter. With a content type, the servlet
 * container would read a form out of the body before anybody verified it, and any other header would become a Camel
 * header. While the routes are not up, or no longer, the sender is told to come again.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 20)
class RawRequestFilter extends OncePerRequestFilter {

    /** Carries the client's address into the route; a header of that name from outside never gets through. */
    static final String ADDRESS = "x-hub-client-address";

    private static final String PATH = "/api/v1/webhooks/";
    private static final Set<String> KEPT = Set.of(
            "stripe-signature",
            "x-hub-signature",
            "x-n8n-signature",
            "x-n8n-timestamp",
            "content-length",
            "user-agent");

    private final CamelContext camel;
    private final AtomicBoolean stopping = new AtomicBoolean();

    RawRequestFilter(CamelContext camel) {
        this.camel = camel;
    }

    @EventListener(ContextClosedEvent.class)
    void stop() {
        stopping.set(true);
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !isIntake(request.getRequestURI());
    }

    private static boolean isIntake(String path) {
        if (!path.startsWith(PATH)) {
            return false;
        }
        int end = path.indexOf('/', PATH.length());
        return EndpointRegistry.SERVICES.containsKey(path.substring(PATH.length(), end < 0 ? path.length() : end));
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (stopping.get() || !camel.isStarted()) {
            response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
            response.setHeader("Retry-After", "5");
            response.setContentType("application/problem+json");
            response.getWriter()
                    .write("{\"type\":\"about:blank\",\"title\":\"Service Unavailable\",\"status\":503,"
                            + "\"code\":\"starting_or_stopping\",\"detail\":\"The hub is starting or stopping\"}");
            return;
        }
        chain.doFilter(request.getMethod().equals("POST") ? new RawRequest(request) : request, response);
    }

    private static final class RawRequest extends HttpServletRequestWrapper {

        RawRequest(HttpServletRequest request) {
            super(request);
        }

        @Override
        public String getContentType() {
            return null;
        }

        @Override
        public String getCharacterEncoding() {
            return null;
        }

        @Override
        public Enumeration<String> getHeaderNames() {
            List<String> names = Collections.list(super.getHeaderNames()).stream()
                    .filter(name -> KEPT.contains(name.toLowerCase(Locale.ROOT)))
                    .toList();
            return Collections.enumeration(
                    java.util.stream.Stream.concat(names.stream(), java.util.stream.Stream.of(ADDRESS))
                            .toList());
        }

        @Override
        public Enumeration<String> getHeaders(String name) {
            if (name.equalsIgnoreCase(ADDRESS)) {
                return Collections.enumeration(List.of(getRemoteAddr()));
            }
            return isKept(name) ? super.getHeaders(name) : Collections.emptyEnumeration();
        }

        @Override
        public String getHeader(String name) {
            if (name.equalsIgnoreCase(ADDRESS)) {
                return getRemoteAddr();
            }
            return isKept(name) ? super.getHeader(name) : null;
        }

        private static boolean isKept(String name) {
            return KEPT.contains(name.toLowerCase(Locale.ROOT));
        }

        @Override
        public String getParameter(String name) {
            return null;
        }

        @Override
        public Map<String, String[]> getParameterMap() {
            return Map.of();
        }

        @Override
        public Enumeration<String> getParameterNames() {
            return Collections.emptyEnumeration();
        }

        @Override
        public String[] getParameterValues(String name) {
            return null;
        }
    }
}
