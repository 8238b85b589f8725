package com.ytempire.hub.platform;

import java.io.IOException;
import java.io.InputStream;
import org.jolokia.server.core.restrictor.policy.PolicyRestrictor;
import org.jolokia.server.core.service.api.Restrictor;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.Resource;

/**
 * What may be done by JMX over HTTP. Jolokia would look for its policy by itself, but allows everything when it finds
 * none; as a bean, a policy that is missing or broken stops the start.
 */
@Configuration(proxyBeanMethods = false)
class JolokiaConfiguration {

    @Bean
    Restrictor jolokiaPolicy(@Value("classpath:jolokia-access.xml") Resource policy) throws IOException {
        try (InputStream xml = policy.getInputStream()) {
            return new PolicyRestrictor(xml);
        }
    }
}
