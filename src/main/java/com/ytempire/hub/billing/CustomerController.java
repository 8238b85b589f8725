package com.ytempire.hub.billing;

import com.ytempire.hub.accounts.Account;
import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.platform.ApiAnswer;
import com.ytempire.hub.platform.IdempotencyKey;
import com.ytempire.hub.platform.Problem;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.ProducerTemplate;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Users become customers, and operators say whose a customer is that nobody owns. */
@RestController
@RequestMapping("/api/v1/billing/customers")
class CustomerController {

    private final Customers customers;
    private final ApiRequests requests;
    private final ProducerTemplate routes;

    CustomerController(Customers customers, ApiRequests requests, ProducerTemplate routes) {
        this.customers = customers;
        this.requests = requests;
        this.routes = routes;
    }

    record Address(
            @Size(max = 200) String line1,
            @Size(max = 200) String line2,
            @Size(max = 100) String city,
            @Size(max = 100) String state,
            @Size(max = 20) String postalCode,

            @Pattern(regexp = "[A-Z]{2}", message = "two capital letters, ISO 3166")
            String country) {

        Map<String, String> stripes() {
            Map<String, String> address = new LinkedHashMap<>();
            put(address, "line1", line1);
            put(address, "line2", line2);
            put(address, "city", city);
            put(address, "state", state);
            put(address, "postal_code", postalCode);
            put(address, "country", country);
            return address;
        }

        private static void put(Map<String, String> address, String name, String value) {
            if (value != null) {
                address.put(name, value);
            }
        }
    }

    /** @param userId for operators: whose customer; a user's own when it is left out */
    record Wanted(
            UUID userId,
            @Email @Size(max = 254) String email,
            @Size(max = 256) String name,
            @Size(max = 20) String phone,
            @Valid Address address,
            @Size(max = 100) String source) {

        /** Stripe's receipts go to that address, so a user's is the one of his account, which he has proven. */
        void mustNotSendMailElsewhere(Caller caller) {
            if (email != null && !caller.isOperator()) {
                throw new Problem(
                        HttpStatus.UNPROCESSABLE_ENTITY,
                        "validation_failed",
                        "The address is that of the account: change it by POST /api/v1/users/me/email",
                        "email");
            }
        }

        Customers.Details details() {
            return new Customers.Details(email, name, phone, address == null ? null : address.stripes(), source);
        }
    }

    record Owner(@NotNull UUID userId) {}

    /** 201 with the new customer, 200 with the one the user has. */
    @PostMapping
    ResponseEntity<Object> create(
            @RequestBody(required = false) @Valid Wanted wanted,
            @RequestHeader(name = IdempotencyKey.HEADER, required = false) String key,
            Caller caller) {
        Wanted given = wanted == null ? new Wanted(null, null, null, null, null, null) : wanted;
        given.mustNotSendMailElsewhere(caller);
        return requests.once(
                caller,
                key,
                "customers",
                wanted,
                request ->
                        customers.create(caller, customers.account(caller, given.userId()), given.details(), request));
    }

    @PatchMapping("/{id}")
    ResponseEntity<Object> update(
            @PathVariable String id,
            @RequestBody @Valid Wanted wanted,
            @RequestHeader(name = IdempotencyKey.HEADER, required = false) String key,
            Caller caller) {
        wanted.mustNotSendMailElsewhere(caller);
        return requests.once(
                caller,
                key,
                "customers/" + id,
                wanted,
                request -> customers.update(caller, id, wanted.details(), request));
    }

    /** Gives a customer nobody owns to a user; all that follows from what it has bought follows now. */
    @PostMapping("/{id}/assign")
    ApiAnswer<Map<String, Object>> assign(@PathVariable String id, @RequestBody @Valid Owner owner, Caller caller) {
        caller.mustBeOperator();
        Account account = customers.account(caller, owner.userId());
        routes.sendBody("direct:billing-assign", new Assignment(id, account.id(), caller.name()));
        return ApiAnswer.of(Map.of("customer_id", id, "user_id", account.id()));
    }
}
