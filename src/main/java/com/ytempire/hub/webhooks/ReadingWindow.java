package com.ytempire.hub.webhooks;

import java.time.Instant;

/**
 * Which part of a service's list of events is read in one go.
 *
 * @param askedAt by our clock
 */
public record ReadingWindow(Instant from, Instant askedAt) {}
