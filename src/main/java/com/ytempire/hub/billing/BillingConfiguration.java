package com.ytempire.hub.billing;

import com.ytempire.hub.camel.stripe.StripeFailures;
import com.ytempire.hub.platform.NodeClaims;
import com.ytempire.hub.webhooks.EventHandler;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({CommandSettings.class, BuyingSettings.class, DunningSettings.class, PlanSettings.class})
class BillingConfiguration {

    private static final List<String> HANDLED = List.of(
            "checkout.session.completed",
            "checkout.session.expired",
            "checkout.session.async_payment_succeeded",
            "checkout.session.async_payment_failed",
            "customer.created",
            "customer.updated",
            "customer.deleted",
            "customer.subscription.created",
            "customer.subscription.updated",
            "customer.subscription.deleted",
            "customer.subscription.paused",
            "customer.subscription.resumed",
            "customer.subscription.trial_will_end",
            "invoice.created",
            "invoice.finalized",
            "invoice.updated",
            "invoice.paid",
            "invoice.payment_succeeded",
            "invoice.payment_failed",
            "invoice.payment_action_required",
            "invoice.voided",
            "invoice.marked_uncollectible",
            "payment_intent.succeeded",
            "payment_intent.payment_failed",
            "payment_intent.processing",
            "payment_intent.requires_action",
            "payment_intent.canceled",
            "payment_method.attached",
            "payment_method.updated",
            "payment_method.detached",
            "setup_intent.succeeded",
            "charge.refunded",
            "refund.created",
            "refund.updated",
            "refund.failed",
            "charge.dispute.created",
            "charge.dispute.updated",
            "charge.dispute.closed",
            "credit_note.created",
            "credit_note.updated",
            "credit_note.voided",
            "product.created",
            "product.updated",
            "product.deleted",
            "price.created",
            "price.updated",
            "price.deleted");

    /** Snapshot events by their type, thin ones by the same behind {@code v1.}. */
    @Bean
    EventHandler stripeMirrorHandler() {
        return new EventHandler(
                "stripe",
                Stream.concat(HANDLED.stream(), HANDLED.stream().map(type -> "v1." + type))
                        .toList(),
                "billing-mirror");
    }

    /**
     * Opens after so many failures in a row. What Stripe refuses for a good reason shows that it is there, and counts
     * as a success; a fault of our own shows nothing.
     */
    @Bean
    CircuitBreaker stripeBreaker(
            @Value("${hub.billing.breaker.failures}") int failures,
            @Value("${hub.billing.breaker.open}") Duration open) {
        return CircuitBreaker.of(
                "stripe",
                CircuitBreakerConfig.custom()
                        .slidingWindowType(SlidingWindowType.COUNT_BASED)
                        .slidingWindowSize(failures)
                        .minimumNumberOfCalls(failures)
                        .failureRateThreshold(100)
                        .waitDurationInOpenState(open)
                        .permittedNumberOfCallsInHalfOpenState(1)
                        .automaticTransitionFromOpenToHalfOpenEnabled(false)
                        .ignoreException(failure -> StripeFailures.kind(failure) == StripeFailures.Kind.OTHER)
                        .recordException(StripeFailures::isTemporary)
                        .build());
    }

    /** What a node that died was about is free at once; what it had sent is looked up first, as ever. */
    @Bean
    NodeClaims commandsUnderWay() {
        return NodeClaims.of("billing.command", "state = 'sending'");
    }

    @Bean
    NodeClaims billingRequestsUnderWay() {
        return NodeClaims.of("billing.request", "command_id is null and answer_status is null");
    }

    @Bean
    NodeClaims syncsUnderWay() {
        return NodeClaims.of("billing.sync_run", "state = 'running'");
    }
}
