package com.ytempire.hub.platform;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Tracing, {@code hub.tracing} in application.yml.
 *
 * @param endpoint where spans are sent, OTLP over HTTP; empty: there is no tracing
 * @param authorization header of these requests; empty for none
 * @param share of the traces that are sent, 0 to 1
 */
@ConfigurationProperties("hub.tracing")
record TracingSettings(String endpoint, String authorization, double share) {

    @Override
    public String toString() {
        return "traces to " + endpoint;
    }
}
