package com.ytempire.hub.camel.stripe;

import com.stripe.Stripe;
import com.stripe.net.Authenticator;
import com.stripe.net.BearerTokenAuthenticator;
import com.stripe.net.StripeResponseGetterOptions;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.URI;
import java.time.Duration;

/** What all requests of one client have in common. */
final class StripeClientOptions extends StripeResponseGetterOptions {

    private final Authenticator authenticator;
    private final String base;
    private final int connectTimeout;
    private final int readTimeout;

    StripeClientOptions(String apiKey, String apiBase, Duration connectTimeout, Duration readTimeout) {
        this.authenticator = new BearerTokenAuthenticator(apiKey.strip());
        this.base = base(apiBase);
        this.connectTimeout = Math.toIntExact(connectTimeout.toMillis());
        this.readTimeout = Math.toIntExact(readTimeout.toMillis());
    }

    private static String base(String apiBase) {
        if (apiBase == null || apiBase.isBlank()) {
            return Stripe.LIVE_API_BASE;
        }
        URI uri = URI.create(apiBase.strip());
        if (uri.getHost() == null || !("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))) {
            throw new IllegalArgumentException("The base of Stripe's API must be an http or https address");
        }
        return apiBase.strip().replaceAll("/+$", "");
    }

    @Override
    public Authenticator getAuthenticator() {
        return authenticator;
    }

    @Override
    public int getConnectTimeout() {
        return connectTimeout;
    }

    @Override
    public int getReadTimeout() {
        return readTimeout;
    }

    /** Redelivery is the routes' business. */
    @Override
    public int getMaxNetworkRetries() {
        return 0;
    }

    @Override
    public String getApiBase() {
        return base;
    }

    @Override
    public String getFilesBase() {
        return base;
    }

    @Override
    public String getConnectBase() {
        return base;
    }

    @Override
    public String getMeterEventsBase() {
        return base;
    }

    @Override
    public String getClientId() {
        return null;
    }

    @Override
    public Proxy getConnectionProxy() {
        return null;
    }

    @Override
    public PasswordAuthentication getProxyCredential() {
        return null;
    }

    @Override
    public String getStripeAccount() {
        return null;
    }

    @Override
    public String getStripeContext() {
        return null;
    }
}
