package com.ytempire.hub.webhooks;

import java.time.Instant;
import java.util.List;

public class AtomFeed {
    enum Kind {
        UPDATED,
        DELETED
    }

    record Entry(
            Kind kind,
            String videoId,
            String channelId,
            String title,
            String link,
            String author,
            Instant published,
            Instant updated) {
        String eventId() {
            return videoId + "/" + updated;
        }
    }

    static class UnreadableFeed extends RuntimeException {}

    static List<Entry> read(byte[] atom) {
        throw new UnreadableFeed();
    }
}
