package com.ytempire.hub.billing;

import com.ytempire.hub.accounts.Account;
import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.platform.IdempotencyKey;
import com.ytempire.hub.platform.Problem;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Buying once, and the pages at Stripe where one buys. */
@RestController
@RequestMapping("/api/v1/billing")
class PaymentController {

    private final Payments payments;
    private final BillingSessions sessions;
    private final Customers customers;
    private final ApiRequests requests;
    private final BuyingSettings settings;

    PaymentController(
            Payments payments,
            BillingSessions sessions,
            Customers customers,
            ApiRequests requests,
            BuyingSettings settings) {
        this.payments = payments;
        this.sessions = sessions;
        this.customers = customers;
        this.requests = requests;
        this.settings = settings;
    }

    /**
     * @param productId of the catalogue; its price says the amount
     * @param amount for operators, instead of a product: in the smallest unit of the currency
     * @param paymentMethodId the customer's default when it is left out
     */
    record Payment(
            @Size(max = 255) String productId,
            @Min(1) Integer quantity,
            @Min(1) @Max(99_999_999) Long amount,

            @Pattern(regexp = "[a-z]{3}", message = "three small letters, ISO 4217")
            String currency,

            @Size(max = 500) String description,
            @Size(max = 255) String paymentMethodId,
            UUID userId) {}

    /** @param plan or a product, never both */
    record Checkout(
            String plan,
            @Size(max = 255) String productId,
            @Min(1) Integer quantity,
            UUID userId) {}

    record Whose(UUID userId) {}

    /** 201 with status succeeded, requires_action or processing; 402 when the card was declined. */
    @PostMapping("/payments")
    ResponseEntity<Object> pay(
            @RequestBody @Valid Payment payment,
            @RequestHeader(name = IdempotencyKey.HEADER, required = false) String key,
            Caller caller) {
        return requests.once(caller, key, "payments", payment, request -> pay(caller, payment, request));
    }

    private CommandAnswer pay(Caller caller, Payment payment, UUID request) {
        if (payment.amount() == null) {
            return payments.buy(
                    caller,
                    Customers.whose(caller, payment.userId()),
                    given("product_id", payment.productId()),
                    quantity(payment.quantity()),
                    payment.paymentMethodId(),
                    request);
        }
        if (!caller.isOperator()) {
            throw new Problem(HttpStatus.FORBIDDEN, "forbidden", "Only operators charge an amount", "amount");
        }
        if (payment.productId() != null) {
            throw invalid("product_id", "A product has a price; it takes no amount");
        }
        return payments.charge(
                caller,
                customers.account(caller, payment.userId()),
                payment.amount(),
                given("currency", payment.currency()),
                payment.description(),
                payment.paymentMethodId(),
                request);
    }

    /** 201 with the address of a page; 200 with the subscription when there is one of that plan. */
    @PostMapping("/checkout-sessions")
    ResponseEntity<Object> checkout(
            @RequestBody @Valid Checkout checkout,
            @RequestHeader(name = IdempotencyKey.HEADER, required = false) String key,
            Caller caller) {
        if (checkout.plan() != null && checkout.productId() != null) {
            throw invalid("plan", "A page is for a plan or for a product");
        }
        return requests.once(caller, key, "checkout-sessions", checkout, request -> {
            Account account = customers.account(caller, checkout.userId());
            return checkout.plan() != null
                    ? sessions.subscribe(caller, account, checkout.plan(), request)
                    : sessions.buy(
                            caller,
                            account,
                            given("product_id", checkout.productId()),
                            quantity(checkout.quantity()),
                            request);
        });
    }

    /** 201 with the address of the portal, where a customer looks after cards and invoices. */
    @PostMapping("/portal-sessions")
    ResponseEntity<Object> portal(
            @RequestBody(required = false) Whose whose,
            @RequestHeader(name = IdempotencyKey.HEADER, required = false) String key,
            Caller caller) {
        return requests.once(
                caller,
                key,
                "portal-sessions",
                whose,
                request -> sessions.portal(
                        caller, customers.account(caller, whose == null ? null : whose.userId()), request));
    }

    private int quantity(Integer asked) {
        int quantity = asked == null ? 1 : asked;
        if (quantity > settings.mostAtOnce()) {
            throw invalid("quantity", "At most " + settings.mostAtOnce() + " at once");
        }
        return quantity;
    }

    private static String given(String field, String value) {
        if (value == null || value.isBlank()) {
            throw invalid(field, "It must be given");
        }
        return value;
    }

    private static Problem invalid(String field, String detail) {
        return new Problem(HttpStatus.UNPROCESSABLE_ENTITY, "validation_failed", detail, field);
    }
}
