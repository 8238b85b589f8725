package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.HubIT;
import com.ytempire.hub.webhooks.EventPages;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/** What is done for an event is one trace, from its request to the end of its work; without tracing nothing of it is there. */
class TracingIT extends HubIT {

    @Autowired
    private CamelContext camel;

    @Autowired
    private ApplicationContext context;

    private TraceCollector collector;
    private SdkTracerProvider provider;
    private HubTracer tracer;

    @BeforeEach
    void trace() {
        collector = new TraceCollector();
        provider = TracingConfiguration.provider(new TracingSettings(collector.url(), "", 1), "node-of-the-test");
        Tracer traces = provider.get("test");
        camel.getRegistry().bind("tracerOfTheTest", Tracer.class, traces);
        camel.getRegistry()
                .bind(
                        "propagatorsOfTheTest",
                        ContextPropagators.class,
                        ContextPropagators.create(HubTracer.Propagator.INSTANCE));
        tracer = new HubTracer(new SpanMarks(traces));
        tracer.setCamelContext(camel);
        tracer.init(camel);
    }

    @AfterEach
    void noTrace() throws Exception {
        camel.removeService(tracer);
        tracer.stop();
        tracer.shutdown();
        camel.getRegistry().unbind("tracerOfTheTest");
        camel.getRegistry().unbind("propagatorsOfTheTest");
        provider.close();
        collector.close();
    }

    private List<JsonNode> of(String trace) {
        provider.forceFlush().join(5, TimeUnit.SECONDS);
        return collector.of(trace).stream().map(TraceCollector.Received::span).toList();
    }

    @Test
    void anEventIsOneTrace_fromItsRequestToItsEnd_withoutWhatIsSecret() {
        String event = unique("evt");
        String body =
                "{\"id\":\"%s\",\"object\":\"event\",\"type\":\"product.updated\",\"created\":1,\"data\":{\"object\":{\"id\":\"prod_x\",\"object\":\"product\"}}}"
                        .formatted(event);
        HttpResponse<String> accepted = send(request("/api/v1/webhooks/stripe")
                .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                .header("Stripe-Signature", stripeSignature(STRIPE_SECRET, body))
                .POST(BodyPublishers.ofString(body)));
        assertThat(accepted.statusCode()).isEqualTo(200);
        String request = accepted.headers().firstValue("X-Request-Id").orElseThrow();
        awaitState("stripe", event, "processed", "ignored", "retrying", "dead");
        String trace = TraceIds.of(EventPages.traceOf("stripe", event));

        await().atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(() -> assertThat(of(trace))
                        .extracting(span -> span.path("name").asText())
                        .contains("webhooks-store", "webhooks-work"));
        assertThat(of(trace))
                .filteredOn(span -> !span.path("links").isEmpty())
                .as("what it came in with")
                .hasSize(1)
                .allSatisfy(
                        span -> assertThat(span.path("attributes").toString()).contains(request));
        assertThat(of("0af7651916cd43dd8448eb211c80319c"))
                .as("nobody outside says which trace it is")
                .isEmpty();
        assertThat(collector.all())
                .allSatisfy(sent -> assertThat(sent.span().toString())
                        .doesNotContain("http://")
                        .doesNotContain("exception")
                        .doesNotContain(STRIPE_SECRET));
    }

    @Test
    void withoutAPlaceForTracesThereIsNoTracer() {
        assertThat(context.getBeansOfType(Tracer.class)).isEmpty();
        assertThat(context.getBeansOfType(SdkTracerProvider.class)).isEmpty();
        assertThat(context.getBeansOfType(OpenTelemetry.class)).isEmpty();
        assertThat(context.getBeanNamesForType(TracingConfiguration.class)).isEmpty();
        assertThat(context.getBeanNamesForType(TraceMarks.class)).isEmpty();
    }
}
