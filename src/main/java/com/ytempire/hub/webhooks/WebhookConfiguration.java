package com.ytempire.hub.webhooks;

import com.ytempire.hub.platform.SealedColumn;
import com.ytempire.hub.platform.VendorStatus;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(WebhookSettings.class)
@EnableScheduling
class WebhookConfiguration {

    @Bean
    SealedColumn webhookSecrets() {
        return new SealedColumn("webhooks.secret", "sealed", "service", EndpointRegistry::context);
    }

    @Bean
    VendorStatus stripeWebhooks(EndpointRegistry endpoints) {
        return webhooksOf("stripe", endpoints);
    }

    @Bean
    VendorStatus n8nWebhooks(EndpointRegistry endpoints) {
        return webhooksOf("n8n", endpoints);
    }

    @Bean
    VendorStatus resendWebhooks(EndpointRegistry endpoints) {
        return webhooksOf("resend", endpoints);
    }

    private static VendorStatus webhooksOf(String service, EndpointRegistry endpoints) {
        return new VendorStatus(
                service + "-webhooks",
                !endpoints.secrets(service).isEmpty(),
                EndpointRegistry.howToSet(service) + "; until then they are answered 503");
    }
}
