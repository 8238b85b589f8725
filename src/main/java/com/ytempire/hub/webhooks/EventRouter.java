package com.ytempire.hub.webhooks;

import java.util.List;
import org.apache.camel.Body;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Decides which flow takes an event. */
@Component
class EventRouter {

    private final List<EventHandler> handlers;
    private final Alerts alerts;
    private final Boolean keyIsLive;

    EventRouter(List<EventHandler> handlers, Alerts alerts, @Value("${hub.stripe.secret-key:}") String stripeKey) {
        this.handlers = handlers;
        this.alerts = alerts;
        this.keyIsLive = stripeKey.isEmpty() ? null : stripeKey.contains("_live_");
    }

    /**
     * @return the flow, or why there is none
     * @throws IllegalStateException when two areas claim the same type
     */
    public EventPlan plan(@Body ClaimedEvent event) {
        if (isOfTheOtherMode(event)) {
            alerts.tellOperators(
                    "livemode",
                    event.service(),
                    event.livemode() ? "live" : "test",
                    "events of the %s mode arrive, but the key is of the other one"
                            .formatted(event.livemode() ? "live" : "test"));
            return EventPlan.ignore("livemode differs from the key's");
        }
        List<EventHandler> found = handlers.stream()
                .filter(handler -> handler.handles(event.service(), event.type()))
                .toList();
        if (found.size() > 1) {
            throw new IllegalStateException("several flows for " + event.type());
        }
        return found.isEmpty()
                ? EventPlan.ignore("nothing handles this type")
                : EventPlan.handle(found.get(0).routeId());
    }

    private boolean isOfTheOtherMode(ClaimedEvent event) {
        return event.service().equals("stripe")
                && keyIsLive != null
                && event.livemode() != null
                && !keyIsLive.equals(event.livemode());
    }
}
