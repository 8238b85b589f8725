package com.ytempire.hub.webhooks;

import com.ytempire.hub.platform.Alerts;
import com.ytempire.hub.platform.Trouble;
import com.ytempire.hub.platform.Trouble.Level;
import java.time.Duration;
import java.util.List;
import org.apache.camel.Body;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Decides which flow takes an event. */
@Component
class EventRouter {

    /** After so long without another one the alert is over. */
    private static final Duration QUIET = Duration.ofHours(1);

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
        if (isOfTheOtherMode(event.service(), event.livemode())) {
            String mode = event.livemode() ? "live" : "test";
            alerts.raise(Trouble.of(
                    "livemode",
                    event.service(),
                    mode,
                    Level.WARNING,
                    "events of the %s mode arrive, but the key is of the other one".formatted(mode),
                    "/operations/events?status=ignored",
                    QUIET));
            return EventPlan.ignore("livemode differs from the key's");
        }
        List<EventHandler> found = handlersOf(event.service(), event.type());
        if (found.size() > 1) {
            throw new IllegalStateException("several flows for " + event.type());
        }
        return found.isEmpty()
                ? EventPlan.ignore(EventPlan.UNHANDLED)
                : EventPlan.handle(found.get(0).routeId());
    }

    /**
     * Whether an event that comes in has to be looked at. Stripe tells of most of what happens by several events, and only
     * one of them is needed. One of the other mode is looked at for its alert, one of our own tests to see that events are
     * worked on.
     */
    boolean isWanted(NewEvent event) {
        return event.type().equals(TestDeliveries.TYPE)
                || isOfTheOtherMode(event.service(), event.livemode())
                || !handlersOf(event.service(), event.type()).isEmpty();
    }

    private List<EventHandler> handlersOf(String service, String type) {
        return handlers.stream()
                .filter(handler -> handler.handles(service, type))
                .toList();
    }

    private boolean isOfTheOtherMode(String service, Boolean livemode) {
        return service.equals("stripe") && keyIsLive != null && livemode != null && !keyIsLive.equals(livemode);
    }
}
