package com.ytempire.hub.platform;

import java.util.concurrent.Executor;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.springboot.SpringBootPlatformHttpEngine;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.TaskDecorator;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/**
 * The threads that HTTP routes run on. Webhooks run on the container's own threads, so many at a time as {@code
 * hub.http.intake} says; all other routes on a pool of their own, so that a slow vendor never keeps an event waiting.
 */
@Configuration(proxyBeanMethods = false)
class PlatformHttpConfiguration {

    private static final String WEBHOOKS = "/api/v1/webhooks/";

    @Bean
    DirectRoutes directRoutes() {
        return new DirectRoutes();
    }

    @Bean
    ThreadPoolTaskExecutor applicationTaskExecutor(
            @Value("${hub.http.threads}") int threads,
            @Value("${hub.http.queue}") int queue,
            ObjectProvider<TaskDecorator> tracing) {
        TaskDecorator traced = tracing.getIfAvailable(() -> task -> task);
        ThreadPoolTaskExecutor pool = new ThreadPoolTaskExecutor();
        pool.setThreadNamePrefix("http-");
        pool.setCorePoolSize(threads);
        pool.setMaxPoolSize(threads);
        pool.setQueueCapacity(queue);
        pool.setTaskDecorator(task -> RequestIdFilter.carrying(traced.decorate(task)));
        pool.setWaitForTasksToCompleteOnShutdown(true);
        pool.setAwaitTerminationSeconds(20);
        return pool;
    }

    @Bean("platform-http-engine")
    SpringBootPlatformHttpEngine platformHttpEngine(
            @Value("${server.port:8080}") int port, Executor applicationTaskExecutor, DirectRoutes direct) {
        return new SpringBootPlatformHttpEngine(port, applicationTaskExecutor) {
            @Override
            public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
                boolean webhook =
                        endpoint.getPath().startsWith(WEBHOOKS) && "POST".equals(endpoint.getHttpMethodRestrict());
                return webhook ? direct.consumer(endpoint, processor) : super.createConsumer(endpoint, processor);
            }
        };
    }
}
