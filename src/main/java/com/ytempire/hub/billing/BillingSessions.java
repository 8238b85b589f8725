package com.ytempire.hub.billing;

import com.ytempire.hub.accounts.Account;
import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.billing.Plans.Offer;
import com.ytempire.hub.platform.PublicAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Pages at Stripe to which a customer is led: the checkout and the portal. */
@Component
class BillingSessions {

    private final Buying buying;
    private final Customers customers;
    private final Commands commands;
    private final SubscriptionCommands subscriptions;
    private final PublicAddress address;
    private final BuyingSettings settings;

    BillingSessions(
            Buying buying,
            Customers customers,
            Commands commands,
            SubscriptionCommands subscriptions,
            PublicAddress address,
            BuyingSettings settings) {
        this.buying = buying;
        this.customers = customers;
        this.commands = commands;
        this.subscriptions = subscriptions;
        this.address = address;
        this.settings = settings;
    }

    CommandAnswer portal(Caller caller, Account account, UUID request) {
        String customer = customers.ensure(caller, account);
        return commands.run(new CommandRequest(
                CommandKind.PORTAL_SESSION_CREATE,
                "portal:" + request,
                caller.name(),
                account.id(),
                customer,
                null,
                Map.of("customer", customer, "return_url", address.of(settings.portalReturn())),
                null,
                request));
    }

    /** A page on which the user subscribes; not beside a subscription there is. */
    CommandAnswer subscribe(Caller caller, Account account, String plan, UUID request) {
        Offer offer = subscriptions.offer(plan);
        String customer = customers.ensure(caller, account);
        return buying.purchase(
                caller,
                account,
                customer,
                () -> buying.live(customer)
                        .<Decision>map(live -> subscriptions.existing(live, offer))
                        .orElseGet(() -> {
                            SubscriptionCommands.mustBeSold(offer);
                            Map<String, Object> parameters = parameters(account, customer, offer.priceId(), 1);
                            parameters.put("mode", "subscription");
                            Map<String, Object> subscription = new LinkedHashMap<>();
                            subscription.put("metadata", SubscriptionCommands.metadata(account.id(), offer));
                            int trial = subscriptions.trial(customer, offer, null);
                            if (trial > 0) {
                                subscription.put("trial_period_days", trial);
                            }
                            parameters.put("subscription_data", subscription);
                            return request(caller, account, customer, parameters, request);
                        }));
    }

    /** A page on which the user buys a product once. */
    CommandAnswer buy(Caller caller, Account account, String product, int quantity, UUID request) {
        Buying.Price price = buying.oneTime(product);
        String customer = customers.ensure(caller, account);
        Map<String, Object> parameters = parameters(account, customer, price.id(), quantity);
        parameters.put("mode", "payment");
        parameters.put(
                "payment_intent_data", Map.of("metadata", Payments.metadata(account.id(), product, price, quantity)));
        return buying.purchase(
                caller, account, customer, () -> request(caller, account, customer, parameters, request));
    }

    private Map<String, Object> parameters(Account account, String customer, String price, int quantity) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("customer", customer);
        parameters.put("client_reference_id", account.id().toString());
        parameters.put("line_items", List.of(Map.of("price", price, "quantity", quantity)));
        parameters.put("success_url", address.of("/success?session_id={CHECKOUT_SESSION_ID}"));
        parameters.put("cancel_url", address.of("/cancel"));
        parameters.put("metadata", Buying.metadata(account.id()));
        if (settings.promotionCodes()) {
            parameters.put("allow_promotion_codes", true);
        }
        if (settings.automaticTax()) {
            parameters.put("automatic_tax", Map.of("enabled", true));
            parameters.put("customer_update", Map.of("address", "auto"));
        }
        return parameters;
    }

    private static CommandRequest request(
            Caller caller, Account account, String customer, Map<String, Object> parameters, UUID request) {
        return new CommandRequest(
                CommandKind.CHECKOUT_SESSION_CREATE,
                "checkout:" + request,
                caller.name(),
                account.id(),
                customer,
                null,
                parameters,
                Buying.exclusive(customer),
                request);
    }
}
