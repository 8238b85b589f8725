package com.ytempire.hub.platform;

import java.util.concurrent.Executor;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.springboot.SpringBootPlatformHttpConsumer;
import org.apache.camel.component.platform.http.springboot.SpringBootPlatformHttpEngine;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/**
 * The threads that HTTP routes run on. Webhooks have a pool of their own, so that a slow vendor behind another route
 * never keeps an event waiting; its queue is bounded, so that an overload is told (503) instead of gathered.
 */
@Configuration(proxyBeanMethods = false)
class PlatformHttpConfiguration {

    private static final String WEBHOOKS = "/api/v1/webhooks/";

    @Bean
    ThreadPoolTaskExecutor intakeExecutor(
            @Value("${hub.http.intake-threads}") int threads, @Value("${hub.http.intake-queue}") int queue) {
        return pool("intake-", threads, queue);
    }

    @Bean
    ThreadPoolTaskExecutor applicationTaskExecutor(
            @Value("${hub.http.threads}") int threads, @Value("${hub.http.queue}") int queue) {
        return pool("http-", threads, queue);
    }

    private static ThreadPoolTaskExecutor pool(String name, int threads, int queue) {
        ThreadPoolTaskExecutor pool = new ThreadPoolTaskExecutor();
        pool.setThreadNamePrefix(name);
        pool.setCorePoolSize(threads);
        pool.setMaxPoolSize(threads);
        pool.setQueueCapacity(queue);
        pool.setTaskDecorator(RequestIdFilter::carrying);
        pool.setWaitForTasksToCompleteOnShutdown(true);
        pool.setAwaitTerminationSeconds(20);
        return pool;
    }

    @Bean("platform-http-engine")
    SpringBootPlatformHttpEngine platformHttpEngine(
            @Value("${server.port:8080}") int port, Executor intakeExecutor, Executor applicationTaskExecutor) {
        return new SpringBootPlatformHttpEngine(port, applicationTaskExecutor) {
            @Override
            public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
                boolean webhook = endpoint.getPath().startsWith(WEBHOOKS);
                return new SpringBootPlatformHttpConsumer(
                        endpoint, processor, webhook ? intakeExecutor : applicationTaskExecutor);
            }
        };
    }
}
