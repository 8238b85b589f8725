package com.ytempire.hub.billing;

import com.ytempire.hub.accounts.Account;
import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.platform.ApiAnswer;
import com.ytempire.hub.platform.IdempotencyKey;
import com.ytempire.hub.platform.Page;
import com.ytempire.hub.platform.Paging;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** A user's payment methods; an operator names the user. */
@RestController
@RequestMapping("/api/v1/billing/payment-methods")
class PaymentMethodController {

    private final PaymentMethods methods;
    private final Customers customers;
    private final ApiRequests requests;

    PaymentMethodController(PaymentMethods methods, Customers customers, ApiRequests requests) {
        this.methods = methods;
        this.customers = customers;
        this.requests = requests;
    }

    /** @param userId for operators: whose */
    record Whose(UUID userId) {}

    record Attached(
            @NotBlank @Pattern(regexp = "[A-Za-z0-9_]{1,255}", message = "an id of Stripe")
            String paymentMethodId,

            UUID userId) {}

    @GetMapping
    ApiAnswer<List<Map<String, Object>>> list(
            @RequestParam(name = "user_id", required = false) UUID userId,
            @RequestParam(defaultValue = Paging.FIRST) int page,
            @RequestParam(name = "per_page", defaultValue = Paging.USUAL) int perPage,
            Caller caller) {
        Account account = customers.account(caller, userId);
        return ApiAnswer.of(
                Page.of(customers.of(account.id()).map(methods::list).orElse(List.of()), new Paging(page, perPage)));
    }

    @PostMapping("/setup-intents")
    ResponseEntity<Object> setUp(
            @RequestBody(required = false) Whose whose,
            @RequestHeader(name = IdempotencyKey.HEADER, required = false) String key,
            Caller caller) {
        return requests.once(
                caller,
                key,
                "setup-intents",
                whose,
                request -> methods.setUp(
                        caller, customers.account(caller, whose == null ? null : whose.userId()), request));
    }

    @PostMapping
    ResponseEntity<Object> attach(
            @RequestBody @Valid Attached attached,
            @RequestHeader(name = IdempotencyKey.HEADER, required = false) String key,
            Caller caller) {
        return requests.once(
                caller,
                key,
                "payment-methods",
                attached,
                request -> methods.attach(
                        caller, customers.account(caller, attached.userId()), attached.paymentMethodId(), request));
    }

    @PostMapping("/{id}/default")
    ResponseEntity<Object> makeDefault(
            @PathVariable String id,
            @RequestParam(name = "user_id", required = false) UUID userId,
            @RequestHeader(name = IdempotencyKey.HEADER, required = false) String key,
            Caller caller) {
        return change("default", methods::makeDefault, id, userId, key, caller);
    }

    @DeleteMapping("/{id}")
    ResponseEntity<Object> detach(
            @PathVariable String id,
            @RequestParam(name = "user_id", required = false) UUID userId,
            @RequestHeader(name = IdempotencyKey.HEADER, required = false) String key,
            Caller caller) {
        return change("detach", methods::detach, id, userId, key, caller);
    }

    /** What is done with a payment method of a user's customer. */
    private interface Change {
        CommandAnswer make(Caller caller, Account account, String method, UUID request);
    }

    private ResponseEntity<Object> change(
            String name, Change change, String id, UUID userId, String key, Caller caller) {
        return requests.once(
                caller,
                key,
                "payment-methods/" + id + "/" + name,
                userId,
                request -> change.make(caller, customers.account(caller, userId), id, request));
    }
}
