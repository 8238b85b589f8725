package com.ytempire.hub.camel.stripe;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The hub's own Stripe account, {@code hub.stripe} in application.yml.
 *
 * @param secretKey secret or restricted key; empty when Stripe is off
 * @param apiBase scheme, host and port of Stripe's API or of the sandbox
 * @param connectTimeout longest wait for a connection
 * @param readTimeout longest silence while an answer is awaited
 */
@ConfigurationProperties("hub.stripe")
public record StripeSettings(
        @DefaultValue("") String secretKey,
        @DefaultValue("https://api.stripe.com") String apiBase,
        @DefaultValue("5s") Duration connectTimeout,
        @DefaultValue("20s") Duration readTimeout) {

    /** Whether there is a key, so that Stripe can be called. */
    public boolean configured() {
        return !secretKey.isBlank();
    }

    /** Whether the key moves real money, judged from its prefix; false without a key. */
    public boolean livemode() {
        return secretKey.startsWith("sk_live_") || secretKey.startsWith("rk_live_");
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "StripeSettings[configured=%s, livemode=%s, apiBase=%s]".formatted(configured(), livemode(), apiBase);
    }
}
