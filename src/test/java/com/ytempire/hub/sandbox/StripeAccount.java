package com.ytempire.hub.sandbox;

/** What the account's owner has set in the dashboard. Not thread-safe: {@link StripeVendor} holds its lock. */
final class StripeAccount {

    private boolean smartRetries;
    private String afterRetries = "past_due";

    /** Whether Stripe tries a refused renewal again by itself. */
    boolean smartRetries() {
        return smartRetries;
    }

    void smartRetries(boolean on) {
        smartRetries = on;
    }

    /** What a subscription becomes when the last try has failed: past_due, unpaid or canceled. */
    String afterRetries() {
        return afterRetries;
    }

    void afterRetries(String status) {
        afterRetries = status;
    }
}
