package com.ytempire.hub.billing;

import com.ytempire.hub.billing.DunningCases.Kept;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What dunning asks of Stripe. Each try is a command with a key of its own, so it is sent once whatever fails, and one
 * whose answer got lost is looked up. Stripe takes no second payment for a paid invoice.
 */
@Component
class DunningTries implements CommandSettled {

    private final JdbcClient jdbc;
    private final Commands commands;
    private final DunningSettings settings;

    DunningTries(JdbcClient jdbc, Commands commands, DunningSettings settings) {
        this.jdbc = jdbc;
        this.commands = commands;
        this.settings = settings;
    }

    /** The next try of the schedule. */
    void planned(Kept kept) {
        commands.enqueue(
                pay(kept, "dunning:" + kept.invoice() + ":" + kept.progress().tries(), History.THE_HUB));
    }

    /** A card tries once, however often it is made the default. */
    void withCard(Kept kept, String card) {
        commands.enqueue(pay(kept, "dunning:" + kept.invoice() + ":card:" + card, History.THE_HUB));
    }

    CommandRequest pay(Kept kept, String key, String actor) {
        return new CommandRequest(
                CommandKind.INVOICE_PAY,
                key,
                actor,
                kept.userId(),
                kept.customer(),
                kept.invoice(),
                kept.payWith() == null ? Map.of() : Map.of("payment_method", kept.payWith()));
    }

    /** Whether a payment of the invoice is under way, or left to people: nobody knows yet how it ends. */
    boolean isOneOpen(String invoice) {
        return jdbc.sql("select exists (select 1 from billing.command where object_id = :invoice"
                        + " and kind = 'INVOICE_PAY' and state in ('waiting', 'sending', 'manual'))")
                .param("invoice", invoice)
                .query(Boolean.class)
                .single();
    }

    /** What a suspended subscription becomes at Stripe. */
    void suspend(Kept kept) {
        switch (settings.atStripe()) {
            case LEAVE -> {
                // it can be recovered by paying
            }
            case PAUSE ->
                commands.enqueue(subscription(
                        kept,
                        CommandKind.SUBSCRIPTION_UPDATE,
                        "suspend",
                        Map.of("pause_collection", Map.of("behavior", "keep_as_draft"))));
            case CANCEL -> commands.enqueue(subscription(kept, CommandKind.SUBSCRIPTION_CANCEL, "suspend", Map.of()));
        }
    }

    /** Takes back what {@link #suspend} did, where that is possible. */
    void recover(Kept kept) {
        if (settings.atStripe() == DunningSettings.AtStripe.PAUSE) {
            commands.enqueue(
                    subscription(kept, CommandKind.SUBSCRIPTION_UPDATE, "recover", Map.of("pause_collection", "")));
        }
    }

    private static CommandRequest subscription(
            Kept kept, CommandKind kind, String what, Map<String, Object> parameters) {
        return new CommandRequest(
                kind,
                "dunning:" + kept.invoice() + ":" + what,
                History.THE_HUB,
                kept.userId(),
                kept.customer(),
                kept.subscription(),
                parameters);
    }

    /** A refused try is counted by its charge, which the refusal does not name: the payment is asked for once more. */
    @Override
    public void settled(Command command) {
        if (command.kind() == CommandKind.INVOICE_PAY && command.state().equals("failed")) {
            jdbc.sql("update billing.payment set verified = false, version = version + 1"
                            + " where id = (select payment from billing.invoice where id = :invoice)"
                            + " and status <> 'succeeded'")
                    .param("invoice", command.objectId())
                    .update();
        }
    }
}
