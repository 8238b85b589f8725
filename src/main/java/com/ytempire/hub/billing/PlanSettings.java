package com.ytempire.hub.billing;

import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

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
     * @param sold whether it can be bought; who has it keeps it in any case
     */
    record Terms(
            String price,
            long amount,
            String currency,
            int channels,
            int videosPerDay,
            int trialDays,
            List<String> features,
            @DefaultValue("true") boolean sold) {}
}
