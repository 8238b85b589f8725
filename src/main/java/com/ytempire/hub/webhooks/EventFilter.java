package com.ytempire.hub.webhooks;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.ytempire.hub.platform.Filters;
import com.ytempire.hub.platform.Problem;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which events are meant; what is null does not narrow.
 *
 * @param type an exact type, or a prefix that ends in {@code *}
 * @param from received at this time or later
 * @param to received before this time
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record EventFilter(
        String service, String status, String type, String eventId, String objectKey, Instant from, Instant to) {

    private static final Set<String> STATES =
            Set.of("received", "processing", "retrying", "processed", "ignored", "dead", "resolved");

    /** @throws Problem 400 naming the field that means nothing */
    public EventFilter {
        Filters.mustBeOneOf(EndpointRegistry.SERVICES.keySet(), service, "service");
        Filters.mustBeOneOf(STATES, status, "status");
    }

    static EventFilter one(String service, String eventId) {
        return new EventFilter(service, null, null, eventId, null, null, null);
    }

    /** As a condition over {@code webhooks.event e} and {@code webhooks.work w}. */
    Sql sql() {
        List<String> conditions = new ArrayList<>();
        Map<String, Object> values = new LinkedHashMap<>();
        add(conditions, values, "e.service = :service", "service", service);
        add(conditions, values, "w.state = :status", "status", status);
        add(conditions, values, "e.event_id = :eventId", "eventId", eventId);
        add(conditions, values, "e.object_key = :objectKey", "objectKey", objectKey);
        if (type != null && type.endsWith("*")) {
            add(conditions, values, "starts_with(e.type, :type)", "type", type.substring(0, type.length() - 1));
        } else {
            add(conditions, values, "e.type = :type", "type", type);
        }
        add(conditions, values, "e.received_at >= :from", "from", from == null ? null : Timestamp.from(from));
        add(conditions, values, "e.received_at < :to", "to", to == null ? null : Timestamp.from(to));
        return new Sql(conditions.isEmpty() ? "true" : String.join(" and ", conditions), values);
    }

    private static void add(
            List<String> conditions, Map<String, Object> values, String condition, String name, Object value) {
        if (value != null) {
            conditions.add(condition);
            values.put(name, value);
        }
    }

    record Sql(String text, Map<String, Object> values) {}
}
