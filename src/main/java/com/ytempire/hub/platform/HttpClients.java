package com.ytempire.hub.platform;

import java.io.IOException;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.util.Timeout;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;

/** How routes call other servers by {@code http:}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(VendorSettings.class)
class HttpClients {

    /** Milliseconds an answer may be waited for; a header among us, which is not sent. */
    static final String WITHIN = "Hub-Within";

    private static final Set<Integer> FAILURES = Set.of(401, 403, 429);

    /**
     * Sends once and follows nothing: the client's own repetitions would come on top of ours, also for what must not
     * be repeated, and a redirect would lead to an address nobody configured.
     */
    @Bean
    HttpClientConfigurer plainHttpClient(VendorSettings vendors, Measures measures, BoundedAnswers bounds) {
        return client -> client.disableAutomaticRetries()
                .disableRedirectHandling()
                .addExecInterceptorFirst("within", HttpClients::limit)
                .addExecInterceptorFirst("bounded", bounds)
                .addExecInterceptorFirst(
                        "measured", (request, scope, chain) -> measured(request, scope, chain, vendors, measures));
    }

    @Bean
    ReadLimits readLimits(
            @Value("${hub.http.largest-answer}") DataSize largest,
            @Value("${hub.http.longest-call}") Duration longest) {
        return new ReadLimits(largest.toBytes(), longest);
    }

    @Bean
    BoundedAnswers boundedAnswers(ReadLimits limits) {
        return new BoundedAnswers(limits.largest(), limits.longest());
    }

    /** What a vendor refuses for a good reason is no failure of it; that it refuses the key or the pace is one. */
    private static ClassicHttpResponse measured(
            ClassicHttpRequest request,
            ExecChain.Scope scope,
            ExecChain chain,
            VendorSettings vendors,
            Measures measures)
            throws IOException, HttpException {
        long begun = System.nanoTime();
        boolean failed = true;
        try {
            ClassicHttpResponse response = chain.proceed(request, scope);
            failed = response.getCode() >= 500 || FAILURES.contains(response.getCode());
            return response;
        } finally {
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            boolean outcome = failed;
            owner(request, vendors).ifPresent(vendor -> measures.record(Measures.VENDOR, vendor, took, outcome));
        }
    }

    private static Optional<String> owner(ClassicHttpRequest request, VendorSettings vendors) {
        try {
            return vendors.owner(request.getUri());
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private static ClassicHttpResponse limit(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        Header within = request.getFirstHeader(WITHIN);
        if (within != null) {
            request.removeHeaders(WITHIN);
            RequestConfig usual = scope.clientContext.getRequestConfig();
            Timeout left = Timeout.ofMilliseconds(Long.parseLong(within.getValue()));
            if (usual.getResponseTimeout() == null || left.compareTo(usual.getResponseTimeout()) < 0) {
                scope.clientContext.setRequestConfig(
                        RequestConfig.copy(usual).setResponseTimeout(left).build());
            }
        }
        return chain.proceed(request, scope);
    }
}
