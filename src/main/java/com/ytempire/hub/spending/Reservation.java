package com.ytempire.hub.spending;

import java.time.LocalDate;
import java.util.UUID;

/**
 * Money that is set aside for one call.
 *
 * @param date the business date whose day and month it counts in
 */
public record Reservation(UUID id, Spend spend, LocalDate date) {}
