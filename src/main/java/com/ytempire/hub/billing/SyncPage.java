package com.ytempire.hub.billing;

import java.time.Instant;
import java.util.Optional;

/**
 * One page of one of Stripe's lists.
 *
 * @param after the last object of the page before; null for the first page
 * @param askedAt by our clock
 */
record SyncPage(long run, MirrorKind kind, String after, Instant askedAt) {

    /** The operation of the {@code stripe:} component that reads it. */
    public String operation() {
        return kind.operation();
    }

    Optional<MirrorKind> nextKind() {
        int next = MirrorSync.KINDS.indexOf(kind) + 1;
        return next < MirrorSync.KINDS.size() ? Optional.of(MirrorSync.KINDS.get(next)) : Optional.empty();
    }
}
