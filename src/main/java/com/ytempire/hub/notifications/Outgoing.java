package com.ytempire.hub.notifications;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;

/**
 * A message this node has claimed.
 *
 * @param attempt the claim's number: what ends the message must bear the last one
 * @param failures failures so far that may pass
 * @param share goes in a batch of at most so many
 * @param urgent somebody waits for it: it goes before all others
 * @param unsureSince when it first went out without an answer; null when it surely has not arrived
 */
record Outgoing(
        long id,
        Channel channel,
        String key,
        UUID userId,
        JsonNode payload,
        int attempt,
        int failures,
        int share,
        boolean urgent,
        Instant unsureSince,
        Instant createdAt) {

    /**
     * What the vendor tells duplicates by: the same over all tries, nodes, and a restored backup; 36 characters of the
     * kind every vendor takes.
     */
    String deliveryId() {
        return deliveryId(channel, key);
    }

    static String deliveryId(Channel channel, String key) {
        return UUID.nameUUIDFromBytes((channel.stored() + "\n" + key).getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    /** Names the message without showing what is in it. */
    @Override
    public String toString() {
        return channel.stored() + " " + id + " (attempt " + attempt + ")";
    }
}
