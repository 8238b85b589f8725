package com.ytempire.hub.camel.stripe;

import java.time.Duration;

/** Is told of each request to Stripe. */
@FunctionalInterface
public interface StripeMeter {

    /** @param failed for a technical reason: no answer, an error of Stripe's, its rate limit, or a refused key */
    void called(Duration took, boolean failed);
}
