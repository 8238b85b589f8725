package com.ytempire.hub.notifications;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * @param types of events a user can be told of
 * @param most endpoints of one user
 * @param privateAddresses whether endpoints may lie in private networks; only for trying the hub out
 * @param retries gaps between the tries of one delivery
 * @param patience how long an endpoint may fail before it is switched off
 */
@ConfigurationProperties("hub.notifications.webhooks")
record WebhookSettings(
        List<String> types, int most, boolean privateAddresses, List<Duration> retries, Duration patience) {}
