package com.ytempire.hub.spending;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.UUID;

/**
 * A paid call that is about to be made.
 *
 * @param service whose bill it is, for instance {@code openai}
 * @param operation for instance {@code script}
 * @param link of the chain that makes it
 * @param model null when the vendor has only one
 * @param videoId what it is for; null when it is for no video
 * @param userId for whom; null for the fleet
 * @param cheapest whether it is of the cheapest level of its kind: those go on when only the soft limit is reached
 * @param bound US dollars it can cost at most
 */
public record Spend(
        String service,
        Kind kind,
        String operation,
        String link,
        String model,
        String videoId,
        UUID userId,
        boolean cheapest,
        BigDecimal bound) {

    /** What is bought; some kinds have limits of their own. */
    public enum Kind {
        TEXT,
        SPEECH,
        IMAGE,
        MEDIA;

        String column() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The same with another bound. */
    Spend withBound(BigDecimal other) {
        return new Spend(service, kind, operation, link, model, videoId, userId, cheapest, other);
    }

    /** @throws IllegalArgumentException when the bound is negative or finer than the ledger's six places */
    public Spend {
        if (bound.signum() < 0 || bound.stripTrailingZeros().scale() > Money.PLACES) {
            throw new IllegalArgumentException("a bound is not negative and has at most " + Money.PLACES + " places");
        }
    }
}
