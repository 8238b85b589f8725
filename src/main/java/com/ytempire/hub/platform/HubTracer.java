package com.ytempire.hub.platform;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.util.Collection;
import java.util.List;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.opentelemetry2.OpenTelemetryTracer;
import org.apache.camel.telemetry.Op;

/**
 * Camel's tracer, in which what is {@link Traced} has a trace of its own: its first route begins there, on whatever node
 * it runs, and where it comes in during another trace (a webhook's request) the two are linked.
 */
class HubTracer extends OpenTelemetryTracer {

    /** Camel's own headers neither come in from outside nor go out to vendors. */
    private static final String HEADER = "CamelHub-";

    private static final String BEGUN = "hub.traced";

    private final SpanMarks marks;

    HubTracer(SpanMarks marks) {
        this.marks = marks;
    }

    /** @throws Exception as the one that is overridden; the caller goes on without a span */
    @Override
    protected void beginEventSpan(Exchange exchange, Endpoint endpoint, Op op) throws Exception {
        Traced subject = exchange.getMessage().getBody() instanceof Traced traced ? traced : null;
        boolean first = exchange.getProperty(BEGUN) == null;
        if (first) {
            Context parent = subject == null ? Context.current() : SpanMarks.beginningOf(subject);
            Propagator.INSTANCE.inject(
                    parent, exchange, (to, key, value) -> to.getMessage().setHeader(key, value));
        }
        super.beginEventSpan(exchange, endpoint, op);
        Span span = Span.current();
        SpanMarks.named(span);
        if (subject != null) {
            span.setAttribute("hub.subject", subject.traceOf());
            if (!subject.traceOf().equals(exchange.getProperty(BEGUN))) {
                marks.mark(subject, span, endpoint.getEndpointBaseUri().replaceFirst("^[a-z]+:(//)?", ""));
            }
        }
        if (first || subject != null) {
            exchange.setProperty(BEGUN, subject == null ? "" : subject.traceOf());
        }
    }

    /** W3C trace context under a name of Camel's own. */
    static final class Propagator implements TextMapPropagator {

        static final Propagator INSTANCE = new Propagator();

        private final TextMapPropagator standard = W3CTraceContextPropagator.getInstance();

        @Override
        public Collection<String> fields() {
            return standard.fields().stream().map(field -> HEADER + field).toList();
        }

        @Override
        public <C> void inject(Context context, C carrier, TextMapSetter<C> setter) {
            standard.inject(context, carrier, (to, key, value) -> setter.set(to, HEADER + key, value));
        }

        @Override
        public <C> Context extract(Context context, C carrier, TextMapGetter<C> getter) {
            return standard.extract(context, carrier, new TextMapGetter<C>() {
                @Override
                public Iterable<String> keys(C from) {
                    return List.of();
                }

                @Override
                public String get(C from, String key) {
                    return getter.get(from, HEADER + key);
                }
            });
        }
    }
}
