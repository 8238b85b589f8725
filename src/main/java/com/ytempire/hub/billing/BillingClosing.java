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
 * Who closes his account is charged no more: his subscriptions are cancelled at once, and dunning ends with them. Then
 * his customer at Stripe is left without a name. What is told of only later, because its making was under way, is
 * cancelled and made nameless then. Invoices and payments stay as they were made: accounting needs them.
 */
@Component("billingClosing")
class BillingClosing implements AccountClosing, CommandSettled {

    /** What is not worth sending any more. */
    private static final List<String> WISHES = List.of("SUBSCRIPTION_CREATE", "PAYMENT_CREATE", "INVOICE_PAY");

    /** Empty is how Stripe is asked to take something out. */
    private static final Map<String, Object> NAMELESS = Map.of("name", "", "email", "", "phone", "", "address", "");

    private static final String FORGET = "account-closed-customer:";

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
        endMaking(userId);
        // or a step of dunning under way would write its case back as open, and try once more
        owners.customerOf(userId).ifPresent(customer -> owners.lock(new Mirrored(MirrorKind.CUSTOMER, customer)));
        jdbc.sql("update billing.dunning_case set state = 'ended', next_at = null, end_reason = 'account_closed',"
                        + " ended_at = :now where user_id = :user and state <> 'ended'")
                .param("now", Timestamp.from(clock.instant()))
                .param("user", userId)
                .update();
        jdbc.sql("select id from billing.command where user_id = :user and state = 'waiting' and kind in (:wishes)")
                .param("user", userId)
                .param("wishes", WISHES)
                .query(UUID.class)
                .list()
                .forEach(ledger::abandon);
        cancel(userId);
        owners.customerOf(userId)
                .or(() -> ledger.customerMadeFor(userId))
                .ifPresent(customer -> forget(userId, customer));
    }

    /**
     * A customer nobody has asked Stripe for yet is not made; one that was asked for is made nameless when it is there.
     * Who settles that at this moment is waited for, and else waits for us: one of the two sees both.
     */
    private void endMaking(UUID userId) {
        jdbc.sql("select id from billing.command where user_id = :user and kind = 'CUSTOMER_CREATE' for update")
                .param("user", userId)
                .query(UUID.class)
                .list();
        jdbc.sql("""
                        update billing.command
                           set state = 'failed', settled_at = :now, answer_status = 422, error_code = 'account_closed',
                               parameters = '{}', changed_meanwhile = null
                         where user_id = :user and kind = 'CUSTOMER_CREATE' and state = 'waiting'
                           and stripe_key_at is null
                        """)
                .param("now", Timestamp.from(clock.instant()))
                .param("user", userId)
                .update();
    }

    /** Behind all that is under way for the customer, for commands of one customer are sent in order. */
    private void forget(UUID userId, String customer) {
        commands.enqueue(new CommandRequest(
                CommandKind.CUSTOMER_UPDATE, FORGET + customer, History.THE_HUB, userId, customer, customer, NAMELESS));
    }

    /** A customer that was being made when its user left; and what commands have kept of somebody who is forgotten. */
    @Override
    public void settled(Command command) {
        if (command.kind() == CommandKind.CUSTOMER_CREATE
                && command.state().equals("done")
                && isClosed(command.userId())) {
            forget(command.userId(), command.resultId());
        }
        if (command.businessKey().startsWith(FORGET) && command.isSettled()) {
            jdbc.sql("""
                            update billing.command
                               set parameters = parameters - :personal::text[], answer = answer - :personal::text[],
                                   changed_meanwhile = null
                             where user_id = :user and kind in ('CUSTOMER_CREATE', 'CUSTOMER_UPDATE')
                               and state in ('done', 'failed', 'abandoned')
                            """)
                    .param("personal", NAMELESS.keySet().toArray(String[]::new))
                    .param("user", command.userId())
                    .update();
        }
    }

    private boolean isClosed(UUID user) {
        return user != null
                && accounts.find(user)
                        .filter(account -> account.closedAt() != null)
                        .isPresent();
    }

    /** Cancels what a closed account has come to after all, in the transaction that tells of it. */
    public void follow(@Variable("user") UUID user) {
        if (isClosed(user)) {
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
