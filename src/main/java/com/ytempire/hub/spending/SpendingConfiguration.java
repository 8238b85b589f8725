package com.ytempire.hub.spending;

import com.ytempire.hub.platform.NodeClaims;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({SpendingSettings.class, LinkSettings.class})
class SpendingConfiguration {

    /** The janitor clears what a node that died had reserved. */
    @Bean
    NodeClaims attemptsUnderWay() {
        return NodeClaims.of("spending.attempt", "state in ('reserved', 'sent')");
    }
}
