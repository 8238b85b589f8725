package com.ytempire.hub.sandbox;

import com.stripe.StripeClient;

/** Stripe's own Java client, led to the sandbox; it repeats nothing by itself. */
final class StripeClients {

    private StripeClients() {}

    static StripeClient of(Sandbox sandbox) {
        return of(sandbox, "sk_test_sandbox");
    }

    static StripeClient of(Sandbox sandbox, String key) {
        return StripeClient.builder()
                .setApiKey(key)
                .setApiBase(sandbox.baseUrl())
                .setMaxNetworkRetries(0)
                .build();
    }
}
