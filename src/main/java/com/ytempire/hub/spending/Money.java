package com.ytempire.hub.spending;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Amounts of the cost ledger: US dollars with six places. */
public final class Money {

    /** Places after the point. */
    public static final int PLACES = 6;

    /** The ledger's currency. */
    public static final String CURRENCY = "usd";

    private Money() {}

    /** Rounded up, so that a bound never lies below what is billed. */
    public static BigDecimal up(BigDecimal amount) {
        return amount.setScale(PLACES, RoundingMode.CEILING);
    }
}
