package com.ytempire.hub.spending;

import java.math.BigDecimal;

/**
 * What a call has cost by the vendor's own figures.
 *
 * @param amount US dollars, six places
 * @param units how many of {@code unit} were used
 * @param unit for instance {@code tokens}
 */
public record Usage(BigDecimal amount, BigDecimal units, String unit) {}
