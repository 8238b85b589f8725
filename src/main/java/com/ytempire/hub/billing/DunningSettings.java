package com.ytempire.hub.billing;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The figures of {@code hub.billing.dunning} in application.yml; each is explained there.
 *
 * @param gaps from each try to the next; the first is Stripe's own
 */
@ConfigurationProperties("hub.billing.dunning")
record DunningSettings(
        Owner owner,
        List<Duration> gaps,
        Duration grace,
        AtStripe atStripe,
        List<String> hardDeclines,
        int featuresOffFrom,
        List<String> featuresOff) {

    /** Who tries again to collect an unpaid invoice. */
    enum Owner {
        HUB,
        STRIPE
    }

    /** What becomes of a suspended subscription at Stripe. */
    enum AtStripe {
        LEAVE,
        PAUSE,
        CANCEL
    }
}
