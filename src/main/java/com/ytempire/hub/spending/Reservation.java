package com.ytempire.hub.spending;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.UUID;

/**
 * Money that is set aside for one call.
 *
 * @param spend with the bound that is set aside
 * @param date the business date whose day and month it counts in
 * @param estimate US dollars: the bound before it was corrected because such calls have cost more than theirs
 */
public record Reservation(UUID id, Spend spend, LocalDate date, BigDecimal estimate) {

    /** One whose bound is as it was estimated. */
    public Reservation(UUID id, Spend spend, LocalDate date) {
        this(id, spend, date, spend.bound());
    }

    /** Whether it was made for such a call. */
    public boolean isFor(Spend estimated) {
        return spend.withBound(estimate).equals(estimated);
    }
}
