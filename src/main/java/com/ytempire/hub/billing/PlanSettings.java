package com.ytempire.hub.billing;

import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The table of plans, {@code hub.billing.plans} in application.yml.
 *
 * @param plans by name, in the order they are offered
 */
@ConfigurationProperties("hub.billing")
record PlanSettings(Map<String, Terms> plans) {

    /**
     * @param price Stripe's id of the price
     * @param amount a month, in the smallest unit of the currency
     * @param trialDays 0 without trial
     */
    record Terms(
            String price,
            long amount,
            String currency,
            int channels,
            int videosPerDay,
            int trialDays,
            List<String> features) {}
}
