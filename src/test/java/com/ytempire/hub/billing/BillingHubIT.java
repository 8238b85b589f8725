package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.HubIT;
import com.ytempire.hub.accounts.TestUsers.User;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.io.IOException;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;

/** What tests of the billing API have in common: somebody new, and a Stripe that is well before and after. */
abstract class BillingHubIT extends HubIT {

    @Autowired
    private ObjectMapper json;

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

    protected JsonNode tree(HttpResponse<String> answer) {
        try {
            return json.readTree(answer.body());
        } catch (IOException e) {
            throw new IllegalStateException(answer.body(), e);
        }
    }

    protected JsonNode data(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return tree(answer).get("data");
    }
}
