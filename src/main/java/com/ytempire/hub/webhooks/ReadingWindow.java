package com.ytempire.hub.webhooks;

import java.time.Instant;

/** Which part of a service's list of events is read in one go. */
public record ReadingWindow(Instant from, Instant to) {}
