package com.ytempire.hub.billing;

import com.ytempire.hub.camel.stripe.StripeSettings;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import org.apache.camel.Body;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Asks Stripe for the state of single objects, without an event: those nobody could be sure of, and drifted ones. */
@Component("mirrorRefresh")
class MirrorRefresh {

    private static final Logger LOG = LoggerFactory.getLogger(MirrorRefresh.class);
    private static final int AT_ONCE = 100;

    private final MirrorTables tables;
    private final StripeSettings stripe;
    private final Clock clock;

    MirrorRefresh(MirrorTables tables, StripeSettings stripe, Clock clock) {
        this.tables = tables;
        this.stripe = stripe;
        this.clock = clock;
    }

    /** What is held but not certain, as far as Stripe can be asked. */
    public List<MirrorChange> unverified() {
        return stripe.configured()
                ? Arrays.stream(MirrorKind.values())
                        .flatMap(kind ->
                                tables.unverified(kind, AT_ONCE).stream().map(id -> wanted(kind, id)))
                        .toList()
                : List.of();
    }

    /** A subscription that is to be taken over from Stripe. */
    public MirrorChange subscription(@Body String id) {
        return wanted(MirrorKind.SUBSCRIPTION, id);
    }

    /** An invoice that is to be taken over from Stripe. */
    public MirrorChange invoice(@Body String id) {
        return wanted(MirrorKind.INVOICE, id);
    }

    /** An object that is to be taken over from Stripe. */
    MirrorChange wanted(MirrorKind kind, String id) {
        return new MirrorChange(
                null,
                kind,
                id,
                tables.held(kind, id),
                OrderingGuard.Decision.FETCH,
                null,
                clock.instant(),
                false,
                false);
    }

    /**
     * Takes what was fetched; when an event was faster, the event's state stays.
     *
     * @return the object that may have changed; null when it was left as it is
     */
    public Mirrored take(@Body MirrorChange change) {
        if (tables.put(change)) {
            return change.mirrored();
        }
        LOG.info("{} {} changed meanwhile and is left as it is", change.kind().table(), change.objectId());
        return null;
    }
}
