package com.ytempire.hub.platform;

import java.io.IOException;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.util.Timeout;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How routes call other servers by {@code http:}. */
@Configuration(proxyBeanMethods = false)
class HttpClients {

    /** Milliseconds an answer may be waited for; a header among us, which is not sent. */
    static final String WITHIN = "Hub-Within";

    /**
     * Sends once and follows nothing: the client's own repetitions would come on top of ours, also for what must not
     * be repeated, and a redirect would lead to an address nobody configured.
     */
    @Bean
    HttpClientConfigurer plainHttpClient() {
        return client -> client.disableAutomaticRetries()
                .disableRedirectHandling()
                .addExecInterceptorFirst("within", HttpClients::limit);
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
