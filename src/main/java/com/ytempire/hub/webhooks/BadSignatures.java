package com.ytempire.hub.webhooks;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Counts refused signatures by service and client. Kept in memory, for a flood of bad requests must cost the
 * database nothing, and for the most recent addresses only, for it must cost no memory either.
 */
@Component
class BadSignatures {

    private static final int ADDRESSES = 10_000;

    enum Count {
        FEW,
        TOO_MANY,
        /** Too many, and nobody has been told within the minute. */
        TOO_MANY_AND_NEW
    }

    private final WebhookSettings.BadSignatures limit;
    private final Clock clock;
    private final Map<String, Sender> senders = new LinkedHashMap<>(256, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Sender> eldest) {
            return size() > ADDRESSES;
        }
    };

    @Autowired
    BadSignatures(WebhookSettings settings, Clock clock) {
        this(settings.badSignatures(), clock);
    }

    BadSignatures(WebhookSettings.BadSignatures limit, Clock clock) {
        this.limit = limit;
        this.clock = clock;
    }

    /** @param client as {@link com.ytempire.hub.platform.ClientNetwork} counts them */
    synchronized Count count(String service, String client) {
        Instant now = clock.instant();
        Instant start = now.minus(limit.within());
        Sender sender = senders.computeIfAbsent(service + " " + client, key -> new Sender());
        sender.recent.removeIf(time -> time.isBefore(start));
        sender.recent.addLast(now);
        if (sender.recent.size() < limit.limit()) {
            return Count.FEW;
        }
        if (sender.recent.size() > limit.limit()) {
            sender.recent.removeFirst();
        }
        if (sender.told != null && sender.told.isAfter(start)) {
            return Count.TOO_MANY;
        }
        sender.told = now;
        return Count.TOO_MANY_AND_NEW;
    }

    private static final class Sender {
        private final Deque<Instant> recent = new ArrayDeque<>();
        private Instant told;
    }
}
