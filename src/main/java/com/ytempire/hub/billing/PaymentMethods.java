package com.ytempire.hub.billing;

import com.ytempire.hub.accounts.Account;
import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.platform.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** A customer's cards and accounts. Only their kind and last digits are ever seen here. */
@Component
class PaymentMethods {

    private final Customers customers;
    private final Commands commands;
    private final StripeReading stripe;
    private final JdbcClient jdbc;

    PaymentMethods(Customers customers, Commands commands, StripeReading stripe, JdbcClient jdbc) {
        this.customers = customers;
        this.commands = commands;
        this.stripe = stripe;
        this.jdbc = jdbc;
    }

    /** From the mirror, newest first; empty for who has no customer yet. */
    List<Map<String, Object>> list(String customer) {
        return jdbc.sql("""
                        select m.id as payment_method_id, m.type, m.card_brand, m.card_last4, m.card_exp_month,
                               m.card_exp_year, m.id is not distinct from c.default_payment_method as is_default
                          from billing.payment_method m
                          left join billing.customer c on c.id = m.customer
                         where m.customer = :customer and m.deleted_at is null
                         order by m.created_at desc nulls last, m.id
                        """).param("customer", customer).query().listOfRows();
    }

    /** With its client's secret the browser hands in a card, without a payment. */
    CommandAnswer setUp(Caller caller, Account account, UUID request) {
        String customer = customers.ensure(caller, account);
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("customer", customer);
        parameters.put("usage", "off_session");
        parameters.put("automatic_payment_methods", Map.of("enabled", true, "allow_redirects", "never"));
        parameters.put("metadata", Buying.metadata(account.id()));
        return commands.run(request(
                CommandKind.SETUP_INTENT_CREATE,
                "setup-intent:",
                caller,
                account,
                customer,
                null,
                parameters,
                request));
    }

    CommandAnswer attach(Caller caller, Account account, String method, UUID request) {
        String customer = customers.ensure(caller, account);
        Optional<String> owner = customerOf(method);
        if (owner.isPresent() && !owner.get().equals(customer)) {
            throw notFound();
        }
        return commands.run(request(
                CommandKind.PAYMENT_METHOD_ATTACH,
                "payment-method-attach:",
                caller,
                account,
                customer,
                method,
                Map.of("customer", customer),
                request));
    }

    /** What is used for renewals from now on; an open invoice is tried again with it. */
    CommandAnswer makeDefault(Caller caller, Account account, String method, UUID request) {
        String customer = mine(account.id(), method);
        return commands.run(request(
                CommandKind.PAYMENT_METHOD_DEFAULT,
                "payment-method-default:",
                caller,
                account,
                customer,
                customer,
                Map.of("invoice_settings", Map.of("default_payment_method", method)),
                request));
    }

    CommandAnswer detach(Caller caller, Account account, String method, UUID request) {
        String customer = mine(account.id(), method);
        return commands.run(request(
                CommandKind.PAYMENT_METHOD_DETACH,
                "payment-method-detach:",
                caller,
                account,
                customer,
                method,
                Map.of(),
                request));
    }

    private static CommandRequest request(
            CommandKind kind,
            String key,
            Caller caller,
            Account account,
            String customer,
            String object,
            Map<String, Object> parameters,
            UUID request) {
        return new CommandRequest(
                kind, key + request, caller.name(), account.id(), customer, object, parameters, null, request);
    }

    /**
     * @return the user's customer
     * @throws Problem 404 unless the payment method is that customer's
     */
    String mine(UUID user, String method) {
        String customer = customers.of(user).orElseThrow(PaymentMethods::notFound);
        if (!customer.equals(customerOf(method).orElse(null))) {
            throw notFound();
        }
        return customer;
    }

    private Optional<String> customerOf(String method) {
        return stripe.known(MirrorKind.PAYMENT_METHOD, method).map(object -> StripeJson.id(object, "customer"));
    }

    private static Problem notFound() {
        return new Problem(HttpStatus.NOT_FOUND, "not_found", "There is no such payment method", "payment_method_id");
    }
}
