package com.ytempire.hub.billing;

import com.ytempire.hub.accounts.Account;
import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.platform.Problem;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** Payments that happen once: a product at its price, or, by an operator, an amount. */
@Component
class Payments {

    private final Buying buying;
    private final Customers customers;
    private final Commands commands;
    private final PaymentMethods methods;

    Payments(Buying buying, Customers customers, Commands commands, PaymentMethods methods) {
        this.buying = buying;
        this.customers = customers;
        this.commands = commands;
        this.methods = methods;
    }

    /**
     * @param card null for the customer's default
     * @throws Problem 404 when there is no such user; 422 when the product is not for sale or there is no card
     */
    CommandAnswer buy(Caller caller, UUID user, String product, int quantity, String card, UUID request) {
        Buying.Purchase known = buying.purchase(user, product);
        Buying.Price price = known.price();
        String customer =
                known.customer() == null ? customers.ensure(caller, customers.account(user)) : known.customer();
        return charge(
                caller,
                user,
                customer,
                Math.multiplyExact(price.unitAmount(), quantity),
                price.currency(),
                card == null && known.card() != null ? known.card() : card(user, customer, card),
                price.name(),
                metadata(user, product, price, quantity),
                request);
    }

    /** An amount an operator names, in the smallest unit of the currency. */
    CommandAnswer charge(
            Caller caller,
            Account account,
            long amount,
            String currency,
            String description,
            String card,
            UUID request) {
        String customer = customers.ensure(caller, account);
        return charge(
                caller,
                account.id(),
                customer,
                amount,
                currency,
                card(account.id(), customer, card),
                description,
                Buying.metadata(account.id()),
                request);
    }

    private CommandAnswer charge(
            Caller caller,
            UUID user,
            String customer,
            long amount,
            String currency,
            String card,
            String description,
            Map<String, Object> metadata,
            UUID request) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("amount", amount);
        parameters.put("currency", currency);
        parameters.put("customer", customer);
        parameters.put("payment_method", card);
        parameters.put("confirm", true);
        parameters.put("automatic_payment_methods", Map.of("enabled", true, "allow_redirects", "never"));
        if (description != null) {
            parameters.put("description", description);
        }
        parameters.put("metadata", metadata);
        return commands.run(new CommandRequest(
                CommandKind.PAYMENT_CREATE,
                "payment:" + request,
                caller.name(),
                user,
                customer,
                null,
                parameters,
                null,
                request));
    }

    private String card(UUID user, String customer, String asked) {
        if (asked != null) {
            methods.mine(user, asked);
            return asked;
        }
        return buying.defaultCard(customer)
                .orElseThrow(() -> new Problem(
                        HttpStatus.UNPROCESSABLE_ENTITY,
                        "payment_method_required",
                        "There is no card to charge; hand one in first",
                        "payment_method_id"));
    }

    /** By these credits are granted and refunds are computed. */
    static Map<String, Object> metadata(UUID user, String product, Buying.Price price, int quantity) {
        Map<String, Object> metadata = new LinkedHashMap<>(Buying.metadata(user));
        metadata.put("product_id", product);
        metadata.put("price_id", price.id());
        metadata.put("quantity", String.valueOf(quantity));
        return metadata;
    }
}
