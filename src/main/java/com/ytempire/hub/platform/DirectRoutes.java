package com.ytempire.hub.platform;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.springboot.SpringBootPlatformHttpConsumer;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * The platform-http routes that are served on the container's own thread, by a filter, before everything that stands in
 * front of other requests. Measured on webhooks: security, observation, the dispatcher and its second, asynchronous
 * dispatch cost about twice what the route itself does, and decide nothing there, for the signature decides.
 */
public final class DirectRoutes {

    private static final PathPatternParser PATTERNS = new PathPatternParser();

    private final Map<PathPattern, Route> routes = new ConcurrentHashMap<>();

    DirectRoutes() {}

    SpringBootPlatformHttpConsumer consumer(PlatformHttpEndpoint endpoint, Processor processor) {
        Route route = new Route(endpoint, processor);
        routes.put(PATTERNS.parse(endpoint.getPath()), route);
        return route;
    }

    /** The route that takes requests of this path with POST; empty when there is none. */
    public Optional<Route> find(HttpServletRequest request) {
        PathContainer path = PathContainer.parsePath(request.getRequestURI());
        return routes.entrySet().stream()
                .filter(route -> route.getKey().matches(path))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** A route's consumer that can be called like a servlet. */
    public static final class Route extends SpringBootPlatformHttpConsumer {

        Route(PlatformHttpEndpoint endpoint, Processor processor) {
            super(endpoint, processor, Runnable::run);
        }

        /**
         * Runs the route; the answer has been written when this returns.
         *
         * @throws Exception when not even a failure could be answered
         */
        public void serve(HttpServletRequest request, HttpServletResponse response) throws Exception {
            handleService(request, response);
        }
    }
}
