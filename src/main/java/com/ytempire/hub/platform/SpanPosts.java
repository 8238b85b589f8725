package com.ytempire.hub.platform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts spans to a collector: OTLP over HTTP in JSON, opentelemetry.io/docs/specs/otlp. What names a step and says how it
 * went leaves the hub, and nothing else: addresses, messages of exceptions and what was logged may hold tokens or what
 * belongs to people.
 */
class SpanPosts implements SpanExporter {

    private static final Logger LOG = LoggerFactory.getLogger(SpanPosts.class);
    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final int FAILED = 2; // STATUS_CODE_ERROR
    private static final Set<String> KEPT = Set.of(
            "component", "op", "error", "http.method", "http.status_code", "url.scheme", "request_id", "hub.subject");

    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    private final ObjectMapper json = new ObjectMapper();
    private final AtomicBoolean wellSoFar = new AtomicBoolean(true);
    private final TracingSettings settings;
    private final String node;

    SpanPosts(TracingSettings settings, String node) {
        this.settings = settings;
        this.node = node;
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        CompletableResultCode result = new CompletableResultCode();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(settings.endpoint()))
                .timeout(ANSWER)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body(spans)));
        if (!settings.authorization().isBlank()) {
            request.header("Authorization", settings.authorization());
        }
        http.sendAsync(request.build(), HttpResponse.BodyHandlers.discarding()).whenComplete((answer, failure) -> {
            if (failure == null && answer.statusCode() / 100 == 2) {
                wellSoFar.set(true);
                result.succeed();
            } else {
                told(
                        failure == null
                                ? "HTTP " + answer.statusCode()
                                : failure.getClass().getSimpleName());
                result.fail();
            }
        });
        return result;
    }

    /** Once, until it is well again. */
    private void told(String why) {
        if (wellSoFar.compareAndSet(true, false)) {
            LOG.warn("traces are lost, the collector does not take them: {}", why);
        }
    }

    private byte[] body(Collection<SpanData> spans) {
        ObjectNode all = json.createObjectNode();
        ObjectNode ofResource = all.putArray("resourceSpans").addObject();
        ArrayNode resource = ofResource.putObject("resource").putArray("attributes");
        attribute(resource, "service.name", "ytempire-hub");
        attribute(resource, "service.instance.id", node);
        ObjectNode ofScope = ofResource.putArray("scopeSpans").addObject();
        ofScope.putObject("scope").put("name", "com.ytempire.hub");
        ArrayNode list = ofScope.putArray("spans");
        spans.forEach(span -> write(list.addObject(), span));
        try {
            return json.writeValueAsBytes(all);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can always be written", e);
        }
    }

    private static void attribute(ArrayNode list, String key, String value) {
        list.addObject().put("key", key).putObject("value").put("stringValue", value);
    }

    private static void write(ObjectNode to, SpanData span) {
        to.put("traceId", span.getTraceId()).put("spanId", span.getSpanId());
        if (span.getParentSpanContext().isValid()) {
            to.put("parentSpanId", span.getParentSpanId());
        }
        to.put("name", span.getName())
                .put("kind", span.getKind().ordinal() + 1)
                .put("startTimeUnixNano", String.valueOf(span.getStartEpochNanos()))
                .put("endTimeUnixNano", String.valueOf(span.getEndEpochNanos()));
        ArrayNode attributes = to.putArray("attributes");
        span.getAttributes().forEach((key, value) -> {
            if (KEPT.contains(key.getKey())) {
                attribute(attributes, key.getKey(), String.valueOf(value));
            }
        });
        ArrayNode links = to.putArray("links");
        for (LinkData link : span.getLinks()) {
            links.addObject()
                    .put("traceId", link.getSpanContext().getTraceId())
                    .put("spanId", link.getSpanContext().getSpanId());
        }
        if (span.getStatus().getStatusCode() == StatusCode.ERROR) {
            to.putObject("status").put("code", FAILED);
        }
    }

    @Override
    public CompletableResultCode flush() {
        return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
        return CompletableResultCode.ofSuccess();
    }
}
