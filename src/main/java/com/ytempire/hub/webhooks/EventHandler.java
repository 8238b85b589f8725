package com.ytempire.hub.webhooks;

import java.util.List;

/**
 * An area registers a bean of this kind for the events it handles.
 *
 * @param service whose events
 * @param types exact names, or prefixes that end in {@code *}
 * @param routeId the route {@code direct:<routeId>} that takes the {@link ClaimedEvent}
 */
public record EventHandler(String service, List<String> types, String routeId) {

    public EventHandler {
        types = List.copyOf(types);
    }

    boolean handles(String eventService, String eventType) {
        return service.equals(eventService) && types.stream().anyMatch(pattern -> matches(pattern, eventType));
    }

    private static boolean matches(String pattern, String type) {
        return pattern.endsWith("*")
                ? type.startsWith(pattern.substring(0, pattern.length() - 1))
                : pattern.equals(type);
    }
}
