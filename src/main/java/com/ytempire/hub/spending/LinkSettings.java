package com.ytempire.hub.spending;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * @param failures in a row after which a link is left alone
 * @param open for how long, then one call of one node tries
 * @param probe how long that one may take before another node tries
 */
@ConfigurationProperties("hub.links")
record LinkSettings(int failures, Duration open, Duration probe) {}
