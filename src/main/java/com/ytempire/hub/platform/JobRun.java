package com.ytempire.hub.platform;

import java.time.LocalDate;

/** One run of a dated job, held by this node. */
public record JobRun(String job, LocalDate businessDate) {}
