package com.ytempire.hub.content;

import com.ytempire.hub.platform.NodeClaims;
import com.ytempire.hub.platform.VendorStatus;
import com.ytempire.hub.spending.LinkDefinition;
import com.ytempire.hub.spending.LinkSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ContentSettings.class)
class ContentConfiguration {

    /** A link with a key is on, one without is off and says how to turn it on; one that calls nobody is always on. */
    @Bean
    LinkSource contentLinks(ContentSettings settings) {
        return () -> settings.links().entrySet().stream()
                .map(link -> new LinkDefinition(
                        link.getKey(),
                        link.getValue().capability(),
                        link.getValue().vendor(),
                        isOff(link.getValue()) ? "set " + link.getValue().keyName() : null,
                        link.getValue().allowed()))
                .toList();
    }

    private static boolean isOff(ContentSettings.Link link) {
        return link.keyName() != null && (link.key() == null || link.key().isBlank());
    }

    @Bean
    VendorStatus openAiStatus(ContentSettings settings) {
        return status(settings, "openai", "OPENAI_API_KEY");
    }

    @Bean
    VendorStatus stabilityStatus(ContentSettings settings) {
        return status(settings, "stability", "STABILITY_API_KEY");
    }

    static VendorStatus status(ContentSettings settings, String vendor, String keyName) {
        boolean on = settings.links().values().stream()
                .filter(link -> vendor.equals(link.vendor()))
                .anyMatch(link -> !isOff(link));
        return new VendorStatus(vendor, on, "set " + keyName);
    }

    /** What a node that died was making is free at once. */
    @Bean
    NodeClaims slotsTaken() {
        return NodeClaims.of("content.vendor_slot", "true");
    }

    @Bean
    NodeClaims partsBeingSpoken() {
        return NodeClaims.of("content.speech_part", "holder is not null");
    }

    @Bean
    NodeClaims thumbnailsBeingMade() {
        return NodeClaims.of("content.thumbnail_claim", "true");
    }
}
