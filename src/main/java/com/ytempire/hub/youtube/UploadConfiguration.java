package com.ytempire.hub.youtube;

import com.ytempire.hub.platform.NodeClaims;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(UploadSettings.class)
class UploadConfiguration {

    /** An upload goes on at once where a node that died stopped. */
    @Bean
    NodeClaims uploadsUnderWay() {
        return NodeClaims.of("youtube.upload", "lease_until is not null");
    }
}
