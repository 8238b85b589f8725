package com.ytempire.hub.camel.stripe;

/** Keeps requests in mass below the vendor's limit; endpoints with {@code paced=true} wait for it. */
@FunctionalInterface
public interface StripePace {

    /**
     * Returns when one request may be sent.
     *
     * @throws InterruptedException when the thread is interrupted while it waits
     */
    void await() throws InterruptedException;
}
