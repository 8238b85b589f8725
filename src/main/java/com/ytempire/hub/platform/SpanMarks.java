package com.ytempire.hub.platform;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.time.Instant;

/** The traces of what is {@link Traced}, and spans that no route makes. */
final class SpanMarks implements TraceMarks {

    private final Tracer tracer;

    SpanMarks(Tracer tracer) {
        this.tracer = tracer;
    }

    /** Where the subject's own trace begins, whoever continues it. */
    static Context beginningOf(Traced subject) {
        String trace = TraceIds.of(subject.traceOf());
        return Context.root()
                .with(Span.wrap(SpanContext.createFromRemoteParent(
                        trace, TraceIds.root(trace), TraceFlags.getSampled(), TraceState.getDefault())));
    }

    @Override
    public void begins(Traced subject, String what) {
        mark(subject, Span.current(), what);
    }

    /** A mark in the subject's own trace that leads to what it came in with; none when that is the same trace. */
    void mark(Traced subject, Span cameWith, String what) {
        if (cameWith.getSpanContext().getTraceId().equals(TraceIds.of(subject.traceOf()))) {
            return;
        }
        Span mark = tracer.spanBuilder(what)
                .setParent(beginningOf(subject))
                .addLink(cameWith.getSpanContext())
                .setAttribute("hub.subject", subject.traceOf())
                .startSpan();
        named(mark);
        mark.end();
    }

    /** The request it is part of, if there is one. */
    static void named(Span span) {
        RequestIds.current().ifPresent(id -> span.setAttribute(RequestIds.MDC_KEY, id));
    }

    @Override
    public void called(String vendor, Duration took, boolean failed) {
        if (!Span.current().getSpanContext().isValid()) {
            return; // a probe, a console: nothing it would be part of
        }
        Instant now = Instant.now(); // of the machine, as all spans are
        Span call = tracer.spanBuilder(vendor)
                .setSpanKind(SpanKind.CLIENT)
                .setStartTimestamp(now.minus(took))
                .startSpan();
        if (failed) {
            call.setStatus(StatusCode.ERROR);
        }
        call.end(now);
    }
}
