package com.ytempire.hub.platform;

import java.time.Clock;
import org.springframework.context.annotation.*;

@Configuration
class StubConfiguration {
    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    NodeId nodeId() {
        return new NodeId("dev");
    }

    @Bean
    Vault vault() {
        return new Vault();
    }
}
