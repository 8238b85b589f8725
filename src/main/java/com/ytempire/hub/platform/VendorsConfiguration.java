package com.ytempire.hub.platform;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.health.CompositeHealthContributor;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthContributor;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

/** Tells which vendors are off. Off is a state an operator chose, not a failure: it never makes the hub unhealthy. */
@Configuration(proxyBeanMethods = false)
class VendorsConfiguration {

    private static final Logger LOG = LoggerFactory.getLogger(VendorsConfiguration.class);

    private final List<VendorStatus> vendors;

    VendorsConfiguration(ObjectProvider<VendorStatus> vendors) {
        this.vendors = vendors.orderedStream().toList();
    }

    @EventListener(ApplicationReadyEvent.class)
    void tellWhatIsOff() {
        vendors.stream()
                .filter(vendor -> !vendor.configured())
                .forEach(vendor -> LOG.info("{} is off: {}", vendor.name(), vendor.howToTurnOn()));
    }

    @Bean("vendors")
    HealthContributor vendorsHealth() {
        Map<String, HealthContributor> states = new LinkedHashMap<>();
        vendors.forEach(vendor -> states.put(vendor.name(), (HealthIndicator) () -> health(vendor)));
        return CompositeHealthContributor.fromMap(states);
    }

    private static Health health(VendorStatus vendor) {
        return vendor.configured()
                ? Health.up().withDetail("state", "on").build()
                : Health.unknown()
                        .withDetail("state", "off")
                        .withDetail("turn_on", vendor.howToTurnOn())
                        .build();
    }
}
