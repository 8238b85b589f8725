package com.ytempire.hub.platform;

import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.task.TaskDecorator;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * OpenTelemetry over requests, Camel's routes and calls of vendors, once there is somewhere to send the spans; without it
 * nothing of this is there.
 */
@Configuration(proxyBeanMethods = false)
@Conditional(TracingConfiguration.Wanted.class)
@EnableConfigurationProperties(TracingSettings.class)
class TracingConfiguration {

    /** A place was named; an empty one is none. */
    static class Wanted implements Condition {

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return !context.getEnvironment()
                    .getProperty("hub.tracing.endpoint", "")
                    .isBlank();
        }
    }

    @Bean(destroyMethod = "close")
    SdkTracerProvider tracerProvider(TracingSettings settings, NodeId node) {
        return provider(settings, node.value());
    }

    /** The share is decided by the trace's id, so every node decides alike. */
    static SdkTracerProvider provider(TracingSettings settings, String node) {
        return SdkTracerProvider.builder()
                .setSampler(Sampler.traceIdRatioBased(settings.share()))
                .addSpanProcessor(BatchSpanProcessor.builder(new SpanPosts(settings, node))
                        .build())
                .build();
    }

    @Bean
    Tracer hubSpans(SdkTracerProvider provider) {
        return provider.get("com.ytempire.hub");
    }

    @Bean
    ContextPropagators hubPropagators() {
        return ContextPropagators.create(HubTracer.Propagator.INSTANCE);
    }

    @Bean
    SpanMarks traceMarks(Tracer tracer) {
        return new SpanMarks(tracer);
    }

    /** Right after the request has its id. */
    @Bean
    FilterRegistrationBean<TracedRequests> tracedRequests(Tracer tracer) {
        FilterRegistrationBean<TracedRequests> filter = new FilterRegistrationBean<>(new TracedRequests(tracer));
        filter.setOrder(Ordered.HIGHEST_PRECEDENCE + 1);
        return filter;
    }

    /** A route that works on another thread than its request came in on is part of that request as well. */
    @Bean
    TaskDecorator tracedTasks() {
        return task -> Context.current().wrap(task);
    }

    @Bean
    BeforeCamel tracedRoutes(SpanMarks marks) {
        return new BeforeCamel(camel -> {
            HubTracer routes = new HubTracer(marks);
            routes.setCamelContext(camel);
            routes.init(camel);
        });
    }
}
