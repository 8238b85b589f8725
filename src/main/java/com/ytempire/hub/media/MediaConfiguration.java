package com.ytempire.hub.media;

import com.ytempire.hub.platform.NodeClaims;
import com.ytempire.hub.platform.VendorStatus;
import com.ytempire.hub.spending.LinkDefinition;
import com.ytempire.hub.spending.LinkSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(MediaSettings.class)
class MediaConfiguration {

    /** A link with a key is on, one without is off and says how to turn it on; one that calls nobody is always on. */
    @Bean
    LinkSource mediaLinks(MediaSettings settings, StockAllowances allowances) {
        return () -> settings.links().entrySet().stream()
                .map(link -> new LinkDefinition(
                        link.getKey(),
                        link.getValue().capability(),
                        link.getValue().vendor(),
                        link.getValue().isOff() ? "set " + link.getValue().keyName() : null,
                        allowances.of(link.getValue().vendor())))
                .toList();
    }

    @Bean
    VendorStatus pexelsStatus(MediaSettings settings) {
        return status(settings, "pexels");
    }

    @Bean
    VendorStatus pixabayStatus(MediaSettings settings) {
        return status(settings, "pixabay");
    }

    @Bean
    VendorStatus shutterstockStatus(MediaSettings settings) {
        return status(settings, "shutterstock");
    }

    /** On when all its links are; else the variable of the first that is not. */
    private static VendorStatus status(MediaSettings settings, String vendor) {
        return settings.links().values().stream()
                .filter(link -> vendor.equals(link.vendor()) && link.isOff())
                .findFirst()
                .map(link -> new VendorStatus(vendor, false, "set " + link.keyName()))
                .orElseGet(() -> new VendorStatus(vendor, true, null));
    }

    /** A purchase goes on at once where a node that died stopped; whether it was made is looked up first. */
    @Bean
    NodeClaims purchasesUnderWay() {
        return new NodeClaims("media.licence", "state = 'open'", "claimed_by", "claimed_until");
    }
}
