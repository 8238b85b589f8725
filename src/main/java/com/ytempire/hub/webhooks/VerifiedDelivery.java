package com.ytempire.hub.webhooks;

/**
 * A delivery whose signature holds.
 *
 * @param secretId which secret proved it
 */
record VerifiedDelivery(Delivery delivery, String secretId) {

    @Override
    public String toString() {
        return "verified " + delivery;
    }
}
