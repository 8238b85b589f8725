package com.ytempire.hub.webhooks;

import com.ytempire.hub.platform.DirectRoutes;
import com.ytempire.hub.platform.Measures;
import com.ytempire.hub.platform.Problem;
import com.ytempire.hub.platform.ProblemWriter;
import com.ytempire.hub.platform.RequestIds;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Hands a webhook to its route as nothing but bytes and the few headers that matter. With a content type, the servlet
 * container would read a form out of the body before anybody verified it, and any other header would become a Camel
 * header. While the routes are not up, or no longer, or too many are under way, the sender is told to come again.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class RawRequestFilter extends OncePerRequestFilter {

    /** Carries the client's address into the route; a header of that name from outside never gets through. */
    static final String ADDRESS = "x-hub-client-address";

    private static final int SERVER_ERROR = 500;
    private static final String PATH = "/api/v1/webhooks/";

    /** Those that count, and the one by which the container reads the body. */
    private static final Set<String> KEPT = Stream.concat(DeliveryReader.KEPT.stream(), Stream.of("content-length"))
            .collect(Collectors.toUnmodifiableSet());

    private final CamelContext camel;
    private final DirectRoutes routes;
    private final ProblemWriter problems;
    private final MeterRegistry meters;
    private final Measures measures;
    private final Semaphore places;
    private final Duration wait;
    private volatile boolean stopping;

    RawRequestFilter(
            CamelContext camel,
            DirectRoutes routes,
            ProblemWriter problems,
            MeterRegistry meters,
            Measures measures,
            @Value("${hub.http.intake}") int places,
            @Value("${hub.http.intake-wait}") Duration wait) {
        this.camel = camel;
        this.routes = routes;
        this.problems = problems;
        this.meters = meters;
        this.measures = measures;
        this.places = new Semaphore(places);
        this.wait = wait;
    }

    @EventListener(ContextClosedEvent.class)
    void stop() {
        stopping = true;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return service(request) == null;
    }

    /** The service of an intake path; null for every other path. */
    private static String service(HttpServletRequest request) {
        String path = request.getRequestURI();
        if (!path.startsWith(PATH)) {
            return null;
        }
        int end = path.indexOf('/', PATH.length());
        String service = path.substring(PATH.length(), end < 0 ? path.length() : end);
        return EndpointRegistry.SERVICES.containsKey(service) ? service : null;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        RequestIds.begin(request, response);
        Timer.Sample time = Timer.start(meters);
        try {
            Optional<DirectRoutes.Route> route =
                    request.getMethod().equals("POST") ? routes.find(request) : Optional.empty();
            if (stopping || !camel.isStarted()) {
                refuse("starting_or_stopping", "The hub is starting or stopping", request, response);
            } else if (route.isEmpty()) {
                chain.doFilter(request, response);
            } else if (!places.tryAcquire(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                refuse("overloaded", "Too many webhooks are under way", request, response);
            } else {
                try {
                    route.get().serve(new RawRequest(request), response);
                } finally {
                    places.release();
                }
            }
        } catch (IOException | ServletException | RuntimeException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            refuse("starting_or_stopping", "The hub is stopping", request, response);
        } catch (Exception e) {
            throw new ServletException(e);
        } finally {
            long took = time.stop(meters.timer(
                    "hub.webhooks.requests",
                    "service",
                    service(request),
                    "status",
                    Integer.toString(response.getStatus())));
            measures.record(
                    Measures.INTAKE, service(request), Duration.ofNanos(took), response.getStatus() >= SERVER_ERROR);
            RequestIds.end();
        }
    }

    private void refuse(String code, String detail, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        problems.write(Problem.retryLater(code, detail, 5), request, response);
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
                    Stream.concat(names.stream(), Stream.of(ADDRESS)).toList());
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

        /** No service sends one; in the route it would be the query of the next request to somebody else. */
        @Override
        public String getQueryString() {
            return null;
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
