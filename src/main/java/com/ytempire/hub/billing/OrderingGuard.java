package com.ytempire.hub.billing;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Decides whether an event's payload may replace the state held, so that an object's state never goes backwards
 * whatever the order events come in. Stripe gives no order, and its clock has only seconds
 * (docs.stripe.com/webhooks#event-ordering).
 */
final class OrderingGuard {

    enum Decision {
        /** The payload is newer than what is held. */
        TAKE,
        /** Nobody can tell which is newer: ask Stripe. */
        FETCH,
        /** Of the same second and further on; taken, but not certain. */
        TAKE_UNVERIFIED,
        /** Of the same second and less far on; what is held stays, but is not certain. */
        KEEP_UNVERIFIED,
        /** Older: what is held stays. */
        KEEP,
        /** What is held is the payload, or what became of it since. */
        HELD,
        /** A notice without payload, and no key to ask with. */
        IGNORE
    }

    private OrderingGuard() {}

    static Decision decide(MirrorKind kind, Held held, News news, boolean canFetch) {
        if (!news.hasPayload()) {
            return canFetch ? Decision.FETCH : Decision.IGNORE;
        }
        if (news.deleted() && isLastWord(held, news.createdAt())) {
            return Decision.TAKE;
        }
        if (news.incomplete() && canFetch) {
            return Decision.FETCH;
        }
        if (held.isNothing()) {
            return Decision.TAKE;
        }
        int time = time(held, news.createdAt());
        if (time > 0) {
            return Decision.TAKE;
        }
        if (canFetch) {
            return Decision.FETCH;
        }
        if (time < 0 || held.deleted() || news.eventId().equals(held.eventId())) {
            return Decision.KEEP;
        }
        return isFurther(kind, held, news) ? Decision.TAKE_UNVERIFIED : Decision.KEEP_UNVERIFIED;
    }

    /** Nothing follows a deletion: its payload is the last state there was, even when a fetch has found it gone before. */
    static boolean isLastWord(Held held, Instant deletedAt) {
        return held.isNothing() || held.isFoundGone() || time(held, deletedAt) >= 0;
    }

    private static int time(Held held, Instant createdAt) {
        return seconds(createdAt).compareTo(seconds(held.stateAt()));
    }

    /** By the life cycle, then by event id: any rule would do, as long as every order of arrival gives the same. */
    private static boolean isFurther(MirrorKind kind, Held held, News news) {
        int life = Integer.compare(kind.rank(news.status(), news.deleted()), kind.rank(held.status(), held.deleted()));
        return life != 0 ? life > 0 : held.eventId() != null && news.eventId().compareTo(held.eventId()) > 0;
    }

    private static Instant seconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS);
    }

    /**
     * What an event says.
     *
     * @param hasPayload false for a thin event
     * @param incomplete the payload may not tell all the mirror holds: it is written in an API version the hub does not
     *     know yet, or in one that leaves something out
     * @param deleted the object is gone
     */
    record News(
            String eventId,
            Instant createdAt,
            String status,
            boolean deleted,
            boolean hasPayload,
            boolean incomplete) {}
}
