package com.ytempire.hub.youtube;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** The figures of {@code hub.youtube.analytics} in application.yml; each is explained there. */
@ConfigurationProperties("hub.youtube.analytics")
record AnalyticsSettings(int videos, Duration keep) {}
