package com.ytempire.hub.notifications;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * Something a user did or that happened to one, for the hub's own event table and the analytics vendors.
 *
 * @param key of the business event; there is one a key, ever
 * @param name for instance {@code subscription_started}
 * @param at when it happened; stays the same over all retries, for the vendors tell duplicates by it
 * @param properties no personal data
 */
public record AnalyticsEvent(String key, String name, UUID userId, Instant at, Map<String, Object> properties) {}
