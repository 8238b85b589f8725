package com.ytempire.hub.webhooks;

import com.ytempire.hub.platform.Traced;
import java.time.Instant;

/**
 * One event that this node has claimed, on its way through an area's prepare and apply routes; the body of every
 * message that enters {@code direct:<area>-<event>}.
 *
 * @param eventNo the event's number in {@code webhooks.event}
 * @param service {@code stripe}, {@code youtube}, {@code n8n} or {@code resend}
 * @param eventId the service's id of the event, unique within the service
 * @param type the service's name for what happened
 * @param objectKey events with the same key run one at a time
 * @param changeId the same for the several events (Stripe's snapshot and thin event) that tell of one change
 * @param createdAt when the service says it happened; null when the service does not say
 * @param receivedAt when the hub stored it
 * @param livemode Stripe's flag; null for services without one
 * @param apiVersion the shape of the body; null for services without versions
 * @param body the bytes as received
 * @param attempt the claim's number: the fencing token of this run, never given out twice
 * @param replayed whether an operator asked for this run
 */
public record ClaimedEvent(
        long eventNo,
        String service,
        String eventId,
        String type,
        String objectKey,
        String changeId,
        Instant createdAt,
        Instant receivedAt,
        Boolean livemode,
        String apiVersion,
        byte[] body,
        int attempt,
        boolean replayed)
        implements Traced {

    @Override
    public String traceOf() {
        return EventPages.traceOf(service, eventId);
    }

    /** Names the event without showing what is in it. */
    @Override
    public String toString() {
        return service + "/" + eventId + " (" + type + ", attempt " + attempt + ")";
    }
}
