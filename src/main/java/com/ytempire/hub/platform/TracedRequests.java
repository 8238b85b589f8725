package com.ytempire.hub.platform;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerMapping;

/**
 * A span for each request of the API and the pages, which the routes it enters are part of. It is called after the pattern of
 * its path, for the path itself may hold a token; nobody outside says which trace it belongs to.
 */
final class TracedRequests extends OncePerRequestFilter {

    private final Tracer tracer;

    TracedRequests(Tracer tracer) {
        this.tracer = tracer;
    }

    @Override
    @SuppressWarnings("try") // the span is the current one until the block ends
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Span span = tracer.spanBuilder(request.getMethod())
                .setSpanKind(SpanKind.SERVER)
                .setParent(Context.root())
                .setAttribute("http.method", request.getMethod())
                .startSpan();
        SpanMarks.named(span);
        boolean served = false;
        try (Scope current = span.makeCurrent()) {
            chain.doFilter(request, response);
            served = true;
        } finally {
            if (served && request.isAsyncStarted()) {
                request.getAsyncContext().addListener(new Ending(span, request, response));
            } else {
                end(span, request, served ? response.getStatus() : HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
            }
        }
    }

    private static void end(Span span, HttpServletRequest request, int status) {
        Object pattern = request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
        if (pattern != null) {
            span.updateName(request.getMethod() + " " + pattern);
        }
        span.setAttribute("http.status_code", status);
        if (status >= HttpServletResponse.SC_INTERNAL_SERVER_ERROR) {
            span.setStatus(StatusCode.ERROR);
        }
        span.end();
    }

    /** An answer that comes later, on another thread. */
    private record Ending(Span span, HttpServletRequest request, HttpServletResponse response)
            implements AsyncListener {

        @Override
        public void onComplete(AsyncEvent event) {
            end(span, request, response.getStatus());
        }

        @Override
        public void onTimeout(AsyncEvent event) {
            // is complete afterwards
        }

        @Override
        public void onError(AsyncEvent event) {
            span.setStatus(StatusCode.ERROR);
        }

        @Override
        public void onStartAsync(AsyncEvent event) {
            event.getAsyncContext().addListener(this);
        }
    }
}
