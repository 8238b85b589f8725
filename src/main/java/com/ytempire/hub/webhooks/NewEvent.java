package com.ytempire.hub.webhooks;

import com.ytempire.hub.platform.Traced;
import java.time.Instant;

/**
 * An event on its way into the store.
 *
 * @param source how it came: delivery, reconciliation, poll
 * @param secretId the secret that proved its origin; null when the hub fetched it from the service itself
 * @param ours whether it tells of an object a command of the hub has made
 * @param headers kept headers as JSON text; null when there are none
 * @param answerId what the answer repeats beside the event id (n8n's workflow_id); null for none
 */
record NewEvent(
        String service,
        String eventId,
        String type,
        String objectKey,
        String changeId,
        String source,
        String secretId,
        boolean ours,
        Boolean livemode,
        String apiVersion,
        Instant createdAt,
        Instant receivedAt,
        String headers,
        byte[] body,
        String answerId)
        implements Traced {

    @Override
    public String traceOf() {
        return EventPages.traceOf(service, eventId);
    }

    /** What makes the event the same as another: the idempotent consumer's message id. */
    public String dedupeKey() {
        return service + "/" + eventId;
    }

    @Override
    public String toString() {
        return dedupeKey();
    }
}
