package com.ytempire.hub.webhooks;

import com.ytempire.hub.platform.ClaimLoop;
import com.ytempire.hub.platform.Hands;
import com.ytempire.hub.platform.Leases;
import com.ytempire.hub.platform.NodeId;
import com.ytempire.hub.platform.NodeRole;
import com.ytempire.hub.platform.SealedColumn;
import com.ytempire.hub.platform.TableLeases;
import com.ytempire.hub.platform.VendorStatus;
import com.ytempire.hub.platform.WakeUp;
import java.util.List;
import org.apache.camel.ProducerTemplate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.EnableScheduling;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(WebhookSettings.class)
@EnableScheduling
class WebhookConfiguration {

    @Bean
    Leases<ClaimedEvent> eventLeases(JdbcClient jdbc, NodeId node, WebhookSettings settings) {
        return new TableLeases<>(
                jdbc,
                node,
                settings.work().lease(),
                new TableLeases.Table(
                        "webhooks.work",
                        "event_no",
                        "bigint",
                        "state = 'processing'",
                        "state = case when failures > 0 then 'retrying' else 'received' end"),
                ClaimedEvent::eventNo,
                ClaimedEvent::attempt);
    }

    /** Raised when an event was stored or is to be replayed. */
    @Bean
    WakeUp eventsWait() {
        return new WakeUp();
    }

    @Bean
    ClaimLoop<ClaimedEvent> eventLoop(
            WorkClaims claims,
            Leases<ClaimedEvent> leases,
            WakeUp eventsWait,
            ProducerTemplate routes,
            WebhookSettings settings,
            NodeRole role) {
        WebhookSettings.Work work = settings.work();
        return new ClaimLoop<>(
                new ClaimLoop.Plan("events", "direct:webhooks-work", work.poll(), work.renew()),
                leases,
                List.of(new Hands<>("webhooks-work", work.threads(), claims::claim)),
                event -> {}, // it is soon done
                routes,
                eventsWait,
                role);
    }

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
