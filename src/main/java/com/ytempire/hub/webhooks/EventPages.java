package com.ytempire.hub.webhooks;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Where an operator sees an event, and what its trace is called. */
public final class EventPages {

    private EventPages() {}

    /** Path of the page; an event's id may hold anything. */
    public static String path(String service, String eventId) {
        return "/operations/event?service=" + encoded(service) + "&id=" + encoded(eventId);
    }

    /** Its trace is named so. */
    public static String traceOf(String service, String eventId) {
        return "event/" + service + "/" + eventId;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
