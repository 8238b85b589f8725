package com.ytempire.hub.webhooks;

/**
 * What the hub writes into the metadata of what it makes at Stripe: the id of its command. Billing finds by it what a lost
 * answer has made; an event about something that bears it is mostly of the hub's own doing (a subscription bears the mark
 * for good, whoever changes it).
 */
public final class CommandMark {

    /** The field's name; what stands at Stripe bears it for good. */
    public static final String FIELD = "command_id";

    private CommandMark() {}
}
