package com.ytempire.hub.spending;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;

/** An area that pays a vendor registers a bean: its prices are shown to operators, who may set others. */
public interface PriceSource {

    /**
     * A price of the settings.
     *
     * @param name stable: {@code text-standard.input}
     * @param title what is paid for
     * @param unit of what the price is: {@code a million tokens}
     * @param usual by the day from which it holds, rising
     */
    record Price(String name, String title, String unit, List<From> usual) {

        public Price {
            usual = List.copyOf(usual);
        }
    }

    /** @param amount US dollars */
    record From(LocalDate day, BigDecimal amount) {}

    /** In the order in which they are shown. */
    List<Price> prices();
}
