package com.ytempire.hub.webhooks;

import com.ytempire.hub.platform.WakeUp;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.service.ServiceSupport;
import org.springframework.stereotype.Component;

/**
 * The idempotent repository whose table is the event table: to know an event and to have stored it are one insert.
 * There is nothing to remove when the answer fails on its way out: the event is in the hub, and a repetition of it is a
 * duplicate.
 */
@Component("eventStore")
class EventStore extends ServiceSupport implements IdempotentRepository {

    private final EventWriter writer;
    private final EventRouter router;
    private final WakeUp wakeUp;
    private final Duration ownDelay;

    EventStore(EventWriter writer, EventRouter router, WakeUp wakeUp, WebhookSettings settings) {
        this.writer = writer;
        this.router = router;
        this.wakeUp = wakeUp;
        this.ownDelay = settings.store().ownDelay();
    }

    /** @return true when the event is new and committed; false when it had been stored before */
    @Override
    public boolean add(Exchange exchange, String key) {
        NewEvent event = exchange.getMessage().getBody(NewEvent.class);
        boolean wanted = router.isWanted(event);
        boolean added = writer.store(event, wanted);
        if (added && wanted) {
            wake(event);
        }
        return added;
    }

    /** What the hub has made itself is not due yet: a look for it now would find nothing. */
    private void wake(NewEvent event) {
        if (event.ours()) {
            wakeUp.raiseIn(ownDelay);
        } else {
            wakeUp.raise();
        }
    }

    @Override
    public boolean add(String key) {
        throw new IllegalStateException("an event is stored with its message");
    }

    @Override
    public boolean contains(String key) {
        return false;
    }

    @Override
    public boolean remove(String key) {
        return false;
    }

    @Override
    public boolean confirm(String key) {
        return true;
    }

    @Override
    public void clear() {
        // events leave by retention alone
    }
}
