package com.ytempire.hub.billing;

import com.ytempire.hub.HubIT;
import com.ytempire.hub.accounts.TestUsers.User;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;

/** What tests of the billing API have in common: somebody new, and a Stripe that is well before and after. */
abstract class BillingHubIT extends HubIT {

    @Autowired
    protected CircuitBreaker stripeBreaker;

    protected User user;

    @BeforeEach
    void somebody() {
        stripeBreaker.reset();
        user = user();
    }

    @AfterEach
    void noFaults() {
        SANDBOX.faults().clear();
        stripeBreaker.reset();
    }
}
