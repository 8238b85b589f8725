package com.ytempire.hub.spending;

import java.math.BigDecimal;

/** An area whose links can be tried with the smallest real call registers one bean for them; it costs a little. */
public interface LinkTrial {

    /** Whether this link can be tried by itself. */
    boolean knows(String link);

    /** What a trial costs at the most, in US dollars. */
    BigDecimal bound(String link);

    /** Calls the vendor, within the limits of spending. */
    Tried tryOut(String link);

    /**
     * What came of it.
     *
     * @param cost US dollars
     * @param detail who answered instead and why, or how long it took; for people, without secrets
     */
    record Tried(boolean answered, BigDecimal cost, String detail) {}
}
