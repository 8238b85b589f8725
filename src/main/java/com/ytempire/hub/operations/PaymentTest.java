package com.ytempire.hub.operations;

import com.ytempire.hub.operations.CheckList.Result;
import java.util.List;
import java.util.Map;
import org.apache.camel.ProducerTemplate;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * A payment from its beginning to where money would move, when the key is one of test mode: a card is authorised, and the
 * authorisation is given back. Nothing is captured, so no ledger sees it.
 */
@Component("paymentTest")
class PaymentTest {

    private final ObjectProvider<ProducerTemplate> routes;
    private final String key;

    PaymentTest(ObjectProvider<ProducerTemplate> routes, @Value("${hub.stripe.secret-key:}") String key) {
        this.routes = routes;
        this.key = key;
    }

    Result run() {
        if (!key.contains("_test_")) {
            return Result.skipped(
                    key.isEmpty() ? "Stripe is off." : "The key is a live one: nothing is tried with it.");
        }
        try {
            String status = routes.getObject().requestBody("direct:operations-payment-test", "", String.class);
            return status.equals("canceled")
                    ? Result.ok("A card was authorised for $0.50, and the authorisation given back.")
                    : Result.failed("The payment ended as " + status + ".");
        } catch (RuntimeException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return Result.failed("Stripe refused it: " + cause.getClass().getSimpleName());
        }
    }

    /** Authorised at once, with Stripe's card that always works. */
    public Map<String, Object> order() {
        return Map.of(
                "amount", 50L,
                "currency", "usd",
                "capture_method", "manual",
                "confirm", true,
                "payment_method", "pm_card_visa",
                "payment_method_types", List.of("card"),
                "description", "Daily check of the hub");
    }
}
