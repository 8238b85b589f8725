package com.ytempire.hub.sandbox;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** How many requests are answered in a second of real time, in all and per endpoint; docs.stripe.com/rate-limits. */
final class StripeLimits {

    private final Map<String, Integer> inSecond = new HashMap<>();
    private int perSecond;
    private int perEndpoint;
    private long second;

    /** @param requests 0 for no limit */
    void perSecond(int requests) {
        perSecond = requests;
    }

    /** @param requests to one endpoint; 0 for no limit */
    void perEndpoint(int requests) {
        perEndpoint = requests;
    }

    /**
     * @param endpoint asked for only while endpoints have a limit
     * @throws StripeError 429
     */
    void count(Supplier<String> endpoint) {
        long now = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime());
        if (now != second) {
            second = now;
            inSecond.clear();
        }
        int all = inSecond.merge("", 1, Integer::sum);
        if (perSecond > 0 && all > perSecond) {
            throw StripeError.tooMany("global-rate");
        }
        if (perEndpoint > 0 && inSecond.merge(endpoint.get(), 1, Integer::sum) > perEndpoint) {
            throw StripeError.tooMany("endpoint-rate");
        }
    }
}
