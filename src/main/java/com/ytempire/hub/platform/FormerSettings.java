package com.ytempire.hub.platform;

import java.util.Map;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Settings that were called otherwise before. Whoever still sets one would be ignored without a word, so the hub does not
 * start. Variables of the environment are spelt alike for both names, and are not looked at.
 */
@Configuration(proxyBeanMethods = false)
class FormerSettings {

    private static final Map<String, String> NOW = Map.of(
            "hub.operations.thresholds.alerts-by-mail", "hub.operations.alerts.by-mail",
            "hub.operations.thresholds.alerts-by-webhook", "hub.operations.alerts.by-webhook",
            "hub.operations.thresholds.alerts-webhook", "hub.operations.alerts.webhook",
            "hub.operations.retention-at", "hub.operations.retention.at",
            "hub.media.retention-at", "hub.media.retention.at");

    /** @throws StartRefused that names the setting and what it is called now */
    FormerSettings(ConfigurableEnvironment environment) {
        environment.getPropertySources().stream()
                .filter(source -> source instanceof EnumerablePropertySource
                        && !(source instanceof SystemEnvironmentPropertySource))
                .forEach(source -> NOW.forEach((former, now) -> {
                    if (source.containsProperty(former)) {
                        throw new StartRefused("The setting " + former + " is " + now + " now.", "Set " + now + ".");
                    }
                }));
    }
}
