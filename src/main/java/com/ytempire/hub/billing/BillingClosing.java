package com.ytempire.hub.billing;

import com.ytempire.hub.accounts.AccountClosing;
import com.ytempire.hub.accounts.Accounts;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.Variable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Who closes his account is charged no more: his subscriptions are cancelled at once, and dunning ends with them. A
 * subscription that is told of only later, because its making was under way, is cancelled then.
 */
@Component("billingClosing")
class BillingClosing implements AccountClosing {

    private static final List<String> CHARGES = List.of("SUBSCRIPTION_CREATE", "PAYMENT_CREATE", "INVOICE_PAY");

    private final JdbcClient jdbc;
    private final Commands commands;
    private final CommandLedger ledger;
    private final CustomerOwners owners;
    private final Accounts accounts;
    private final Clock clock;

    BillingClosing(
            JdbcClient jdbc,
            Commands commands,
            CommandLedger ledger,
            CustomerOwners owners,
            Accounts accounts,
            Clock clock) {
        this.jdbc = jdbc;
        this.owners = owners;
        this.accounts = accounts;
        this.commands = commands;
        this.ledger = ledger;
        this.clock = clock;
    }

    @Override
    public void close(UUID userId) {
        // or a step of dunning under way would write its case back as open, and try once more
        owners.customerOf(userId).ifPresent(customer -> owners.lock(new Mirrored(MirrorKind.CUSTOMER, customer)));
        jdbc.sql("update billing.dunning_case set state = 'ended', next_at = null, end_reason = 'account_closed',"
                        + " ended_at = :now where user_id = :user and state <> 'ended'")
                .param("now", Timestamp.from(clock.instant()))
                .param("user", userId)
                .update();
        jdbc.sql("select id from billing.command where user_id = :user and state = 'waiting' and kind in (:charges)")
                .param("user", userId)
                .param("charges", CHARGES)
                .query(UUID.class)
                .list()
                .forEach(ledger::abandon);
        cancel(userId);
    }

    /** Cancels what a closed account has come to after all, in the transaction that tells of it. */
    public void follow(@Variable("user") UUID user) {
        if (accounts.find(user).filter(account -> account.closedAt() != null).isPresent()) {
            cancel(user);
        }
    }

    private void cancel(UUID userId) {
        open(userId)
                .forEach(subscription -> commands.enqueue(new CommandRequest(
                        CommandKind.SUBSCRIPTION_CANCEL,
                        "account-closed:" + subscription.id(),
                        History.THE_HUB,
                        userId,
                        subscription.customer(),
                        subscription.id(),
                        Map.of())));
    }

    private List<Open> open(UUID userId) {
        return jdbc.sql("""
                        select s.id, s.customer from billing.subscription s
                          join billing.customer_owner o on o.customer = s.customer
                         where o.user_id = :user and s.deleted_at is null
                           and s.status not in ('canceled', 'incomplete_expired')
                        """).param("user", userId).query(Open.class).list();
    }

    private record Open(String id, String customer) {}
}
