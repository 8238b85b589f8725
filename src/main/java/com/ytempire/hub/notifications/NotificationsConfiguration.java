package com.ytempire.hub.notifications;

import com.ytempire.hub.platform.NodeClaims;
import com.ytempire.hub.platform.PublicAddressesOnly;
import com.ytempire.hub.platform.SealedColumn;
import com.ytempire.hub.platform.VendorStatus;
import com.ytempire.hub.webhooks.EventHandler;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.util.Set;
import java.util.UUID;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.core5.util.Timeout;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(NotificationSettings.class)
class NotificationsConfiguration {

    @Bean
    VendorStatus resend(NotificationSettings settings) {
        return new VendorStatus(
                "resend",
                settings.isConfigured(Channel.MAIL),
                "set RESEND_API_KEY and RESEND_FROM; until then mails wait, and are dropped at "
                        + settings.mail().keep().toDays() + " days");
    }

    @Bean
    VendorStatus mixpanel(NotificationSettings settings) {
        return new VendorStatus(
                "mixpanel",
                settings.isConfigured(Channel.MIXPANEL),
                "set MIXPANEL_TOKEN and MIXPANEL_PROJECT_ID; the hub keeps every event itself as well");
    }

    @Bean
    VendorStatus amplitude(NotificationSettings settings) {
        return new VendorStatus(
                "amplitude",
                settings.isConfigured(Channel.AMPLITUDE),
                "set AMPLITUDE_API_KEY; the hub keeps every event itself as well");
    }

    @Bean
    SealedColumn userWebhookSecrets() {
        return new SealedColumn(
                "notifications.webhook_endpoint",
                "secret",
                "id::text",
                endpoint -> WebhookEndpoints.context(UUID.fromString(endpoint)));
    }

    @Bean
    EventHandler resendHandler() {
        return new EventHandler("resend", ResendEvents.TYPES, "notifications-resend");
    }

    @Bean
    CircuitBreaker resendBreaker(NotificationSettings settings) {
        return breaker("resend", settings.breaker());
    }

    @Bean
    CircuitBreaker mixpanelBreaker(NotificationSettings settings) {
        return breaker("mixpanel", settings.breaker());
    }

    @Bean
    CircuitBreaker amplitudeBreaker(NotificationSettings settings) {
        return breaker("amplitude", settings.breaker());
    }

    /** Connections to users' endpoints: never to a machine beside the hub, unless somebody only tries the hub out. */
    @Bean(destroyMethod = "close")
    HttpClientConnectionManager publicConnections(
            NotificationSettings settings,
            @Value("${hub.notifications.connect-timeout}") long connectMillis,
            @Value("${hub.notifications.response-timeout}") long responseMillis) {
        return PoolingHttpClientConnectionManagerBuilder.create()
                .setDnsResolver(
                        settings.webhooks().privateAddresses()
                                ? SystemDefaultDnsResolver.INSTANCE
                                : new PublicAddressesOnly(Set.of()))
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(Timeout.ofMilliseconds(connectMillis))
                        .setSocketTimeout(Timeout.ofMilliseconds(responseMillis))
                        .build())
                .build();
    }

    /** Opens after so many failures in a row; what a vendor refuses for a good reason shows that it is there. */
    private static CircuitBreaker breaker(String vendor, NotificationSettings.Breaker settings) {
        return CircuitBreaker.of(
                vendor,
                CircuitBreakerConfig.custom()
                        .slidingWindowType(SlidingWindowType.COUNT_BASED)
                        .slidingWindowSize(settings.failures())
                        .minimumNumberOfCalls(settings.failures())
                        .failureRateThreshold(100)
                        .waitDurationInOpenState(settings.open())
                        .permittedNumberOfCallsInHalfOpenState(1)
                        .automaticTransitionFromOpenToHalfOpenEnabled(false)
                        .recordException(VendorAnswers::isVendorsFailure)
                        .build());
    }

    /** What a node that died was sending goes out at once. */
    @Bean
    NodeClaims messagesUnderWay() {
        return NodeClaims.of("notifications.outbox", "state = 'sending'");
    }
}
