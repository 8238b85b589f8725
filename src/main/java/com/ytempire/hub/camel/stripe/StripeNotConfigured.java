package com.ytempire.hub.camel.stripe;

/** Stripe was called although no secret key is set. Nothing was sent; trying again does not help. */
public class StripeNotConfigured extends RuntimeException {

    public StripeNotConfigured() {
        super("No Stripe secret key: set STRIPE_SECRET_KEY, or apiKey of the stripe component or endpoint");
    }
}
