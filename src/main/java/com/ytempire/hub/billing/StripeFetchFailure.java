package com.ytempire.hub.billing;

import com.ytempire.hub.camel.stripe.StripeFailures;
import com.ytempire.hub.webhooks.PermanentFailure;
import com.ytempire.hub.webhooks.Postponed;
import com.ytempire.hub.webhooks.TemporaryFailure;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.springframework.stereotype.Component;

/** What follows when Stripe does not hand out an object. */
@Component("stripeFetchFailure")
class StripeFetchFailure {

    /** @return true when there is no such object; every other failure is thrown */
    public boolean isMissing(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
        return StripeFailures.kind(failure) == StripeFailures.Kind.MISSING;
    }

    /**
     * @throws Postponed when nothing was tried, or nothing will succeed until an operator has changed the key
     * @throws TemporaryFailure when the same call may succeed later
     * @throws PermanentFailure when it never will
     * @throws Exception the failure itself when it is none of Stripe's
     */
    public void tell(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) throws Exception {
        // what an open breaker keeps back never ran, so there is no failure on the exchange (Camel 4.18.0)
        if (failure == null || failure instanceof CallNotPermittedException) {
            throw new Postponed("Stripe is not asked for the moment, its breaker is open", failure);
        }
        switch (StripeFailures.kind(failure)) {
            case AUTHENTICATION -> throw new Postponed("Stripe refuses the key", failure);
            case TEMPORARY -> throw new TemporaryFailure("Stripe does not answer as it should", failure);
            case OTHER -> throw failure; // our own: without a database there is no turn to be had
            default -> throw new PermanentFailure("Stripe refuses the request", failure);
        }
    }
}
