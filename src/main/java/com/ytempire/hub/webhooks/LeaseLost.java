package com.ytempire.hub.webhooks;

/** This node's claim on the event has gone to another; whoever holds it now finishes the event. */
public class LeaseLost extends RuntimeException {
    LeaseLost(ClaimedEvent event) {
        super("lost the claim on " + event);
    }
}
