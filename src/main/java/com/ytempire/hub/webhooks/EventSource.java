package com.ytempire.hub.webhooks;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** How an event came in: for areas to which it matters whether the service itself told. */
@Component
public class EventSource {

    private final JdbcClient jdbc;

    EventSource(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** True when the service sent it, false when the hub fetched it. */
    public boolean isDelivered(ClaimedEvent event) {
        return jdbc.sql("select source = 'delivery' from webhooks.event where event_no = :event")
                .param("event", event.eventNo())
                .query(Boolean.class)
                .single();
    }
}
