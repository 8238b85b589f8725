package com.ytempire.hub.webhooks;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import java.util.List;

/**
 * What was asked to run again, and what came of it.
 *
 * @param counts how many of its events are in which state now
 * @param events the first hundred of them
 */
public record Replay(@JsonUnwrapped Head head, List<Count> counts, List<Item> events) {

    /**
     * @param filter as JSON
     * @param finishedAt when the last of its events was queued; null while some wait
     */
    public record Head(
            long id,
            String requestedBy,
            Instant requestedAt,
            @JsonRawValue String filter,
            boolean dryRun,
            int matched,
            Instant finishedAt) {}

    /** @param state of the event since the replay; waiting, queued or skipped before it ran */
    public record Count(String state, long events) {}

    public record Item(String service, String eventId, String type, Instant receivedAt, String state, String result) {}
}
