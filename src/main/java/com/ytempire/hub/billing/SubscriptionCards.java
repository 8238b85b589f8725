package com.ytempire.hub.billing;

import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * A new default card is for renewals as well. A subscription keeps a card of its own, which Stripe takes before the
 * customer's (docs.stripe.com/billing/subscriptions/payment-methods-setting), so that one is changed with it: otherwise
 * the next renewal would be tried with the card its owner has just replaced.
 */
@Component
class SubscriptionCards implements CommandSettled {

    private final JdbcClient jdbc;
    private final Commands commands;

    SubscriptionCards(JdbcClient jdbc, Commands commands) {
        this.jdbc = jdbc;
        this.commands = commands;
    }

    @Override
    public void settled(Command command) {
        if (command.kind() != CommandKind.PAYMENT_METHOD_DEFAULT
                || !command.state().equals("done")) {
            return;
        }
        String card = ((Map<?, ?>) command.parameters().get("invoice_settings"))
                .get("default_payment_method")
                .toString();
        jdbc.sql("""
                        select id from billing.subscription
                         where customer = :customer and deleted_at is null and ended_at is null
                           and default_payment_method <> :card
                        """)
                .param("customer", command.customer())
                .param("card", card)
                .query(String.class)
                .list()
                .forEach(subscription -> commands.enqueue(new CommandRequest(
                        CommandKind.SUBSCRIPTION_UPDATE,
                        "subscription-card:" + subscription + ":" + command.id(),
                        command.actor(),
                        command.userId(),
                        command.customer(),
                        subscription,
                        Map.of("default_payment_method", card))));
    }
}
