package com.ytempire.hub.webhooks;

/**
 * What is to be done with a claimed event.
 *
 * @param routeId the flow that takes it; null when none does
 * @param reason why none does
 */
public record EventPlan(String routeId, String reason) {

    static final String UNHANDLED = "nothing handles this type";

    static EventPlan handle(String routeId) {
        return new EventPlan(routeId, null);
    }

    static EventPlan ignore(String reason) {
        return new EventPlan(null, reason);
    }
}
