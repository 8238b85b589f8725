package com.ytempire.hub.notifications;

import java.util.List;

/** Events that go to a vendor in one request, in this order. */
record EventBatch(List<Outgoing> events, byte[] body) {

    @Override
    public String toString() {
        return events.size() + " events";
    }
}
