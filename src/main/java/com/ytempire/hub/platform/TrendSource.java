package com.ytempire.hub.platform;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Map;

/** An area with something worth a plot over days registers a bean: it becomes one on the operator's page. */
public interface TrendSource {

    /**
     * A plot.
     *
     * @param id for addresses, lower case
     * @param unit what is counted a day
     * @param counts by what is told apart, and by day in {@code hub.zone}; days without any may be left out
     */
    record Trend(String id, String title, String unit, Map<String, Map<LocalDate, BigDecimal>> counts) {}

    /** Of the days, both included. */
    Trend trend(LocalDate from, LocalDate to);
}
