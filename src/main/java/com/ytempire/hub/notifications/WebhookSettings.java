package com.ytempire.hub.notifications;

import java.time.Duration;
import java.util.List;

/**
 * @param types of events a user can be told of
 * @param most endpoints of one user
 * @param privateAddresses whether endpoints may lie in private networks; only for trying the hub out
 * @param batch deliveries claimed at once
 * @param retries gaps between the tries of one delivery
 * @param patience how long an endpoint may fail before it is switched off
 */
record WebhookSettings(
        List<String> types, int most, boolean privateAddresses, int batch, List<Duration> retries, Duration patience) {}
