package com.ytempire.hub.notifications;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Where a user is told of what happens to him.
 *
 * @param types of events, for instance {@code invoice_paid}
 * @param failingSince of the first failed delivery since the last that arrived; null when all is well
 * @param disabledAt from then on nothing is sent there; null while it is in use
 */
public record WebhookEndpoint(
        UUID id,
        String url,
        List<String> types,
        Instant createdAt,
        Instant failingSince,
        Instant disabledAt,
        String disabledReason) {}
