package com.ytempire.hub.billing;

import com.ytempire.hub.accounts.Account;
import com.ytempire.hub.accounts.AccountChange;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Invoices and receipts carry the name and go to the address the user has now: his customer at Stripe is told. While
 * that customer is being made, or its making waits for Stripe, the change is kept and follows.
 */
@Component
class BillingAccountChange implements AccountChange, CommandSettled {

    private final CustomerOwners owners;
    private final Commands commands;
    private final JdbcClient jdbc;
    private final CommandLedger ledger;

    BillingAccountChange(CustomerOwners owners, Commands commands, CommandLedger ledger, JdbcClient jdbc) {
        this.owners = owners;
        this.commands = commands;
        this.jdbc = jdbc;
        this.ledger = ledger;
    }

    /** Only what differs is sent: the rest may have been set for the customer alone. */
    @Override
    public void changed(Account before, Account after) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        put(parameters, "email", before.email(), after.email());
        put(parameters, "name", before.name(), after.name());
        put(parameters, "phone", before.phone(), after.phone());
        if (parameters.isEmpty() || isKept(after.id(), parameters)) {
            return;
        }
        owners.customerOf(after.id())
                .or(() -> ledger.customerMadeFor(after.id()))
                .ifPresent(customer -> update(UUID.randomUUID(), after.id(), customer, parameters));
    }

    /** @return whether the customer is being made; whoever settles that at this moment is waited for */
    private boolean isKept(UUID user, Map<String, Object> parameters) {
        return jdbc.sql("""
                                update billing.command
                                   set changed_meanwhile = coalesce(changed_meanwhile, '{}') || :changes::jsonb
                                 where user_id = :user and kind = 'CUSTOMER_CREATE'
                                   and state in ('waiting', 'sending', 'manual')
                                """)
                        .param("changes", ledger.text(parameters))
                        .param("user", user)
                        .update()
                > 0;
    }

    /** The customer is made: what has changed meanwhile follows. */
    @Override
    public void settled(Command command) {
        if (command.kind() != CommandKind.CUSTOMER_CREATE || !command.state().equals("done")) {
            return;
        }
        jdbc.sql("select changed_meanwhile::text from billing.command where id = :id and changed_meanwhile is not null")
                .param("id", command.id())
                .query(String.class)
                .optional()
                .ifPresent(changes -> update(command.id(), command.userId(), command.resultId(), ledger.tree(changes)));
    }

    private void update(UUID change, UUID user, String customer, Map<String, Object> parameters) {
        commands.enqueue(new CommandRequest(
                CommandKind.CUSTOMER_UPDATE,
                "account-change:" + change,
                user.toString(),
                user,
                customer,
                customer,
                parameters));
    }

    private static void put(Map<String, Object> parameters, String name, String before, String after) {
        if (!Objects.equals(before, after)) {
            parameters.put(name, after == null ? "" : after); // empty is how Stripe is asked to take it out
        }
    }
}
