package com.ytempire.hub.platform;

import org.apache.camel.component.http.HttpClientConfigurer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How routes call other servers by {@code http:}. */
@Configuration(proxyBeanMethods = false)
class HttpClients {

    /**
     * Sends once and follows nothing: the client's own repetitions would come on top of ours, also for what must not
     * be repeated, and a redirect would lead to an address nobody configured.
     */
    @Bean
    HttpClientConfigurer plainHttpClient() {
        return client -> client.disableAutomaticRetries().disableRedirectHandling();
    }
}
