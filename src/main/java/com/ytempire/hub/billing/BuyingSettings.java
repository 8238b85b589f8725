package com.ytempire.hub.billing;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How customers pay, {@code hub.billing.buying} in application.yml.
 *
 * @param publishableKey Stripe's, for the browser
 * @param promotionCodes whether checkout pages take them
 * @param automaticTax whether Stripe computes and adds tax
 * @param portalReturn where the customer portal leads back to, below the hub's base address
 * @param comeAgain seconds after which it is worth trying again while Stripe is away
 * @param mostAtOnce largest quantity of one payment
 * @param previewHolds how long a change of plan can be had at the price of its preview
 */
@ConfigurationProperties("hub.billing.buying")
record BuyingSettings(
        String publishableKey,
        boolean promotionCodes,
        boolean automaticTax,
        String portalReturn,
        int comeAgain,
        int mostAtOnce,
        Duration previewHolds) {}
