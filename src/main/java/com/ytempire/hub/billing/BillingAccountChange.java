package com.ytempire.hub.billing;

import com.ytempire.hub.accounts.Account;
import com.ytempire.hub.accounts.AccountChange;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Invoices and receipts carry the name and go to the address the user has now: his customer at Stripe is told. */
@Component
class BillingAccountChange implements AccountChange {

    private final CustomerOwners owners;
    private final Commands commands;

    BillingAccountChange(CustomerOwners owners, Commands commands) {
        this.owners = owners;
        this.commands = commands;
    }

    /** Only what differs is sent: the rest may have been set for the customer alone. */
    @Override
    public void changed(Account before, Account after) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        put(parameters, "email", before.email(), after.email());
        put(parameters, "name", before.name(), after.name());
        put(parameters, "phone", before.phone(), after.phone());
        if (parameters.isEmpty()) {
            return;
        }
        owners.customerOf(after.id())
                .ifPresent(customer -> commands.enqueue(new CommandRequest(
                        CommandKind.CUSTOMER_UPDATE,
                        "account-change:" + UUID.randomUUID(),
                        after.id().toString(),
                        after.id(),
                        customer,
                        customer,
                        parameters)));
    }

    private static void put(Map<String, Object> parameters, String name, String before, String after) {
        if (!Objects.equals(before, after)) {
            parameters.put(name, after == null ? "" : after); // empty is how Stripe is asked to take it out
        }
    }
}
