package com.ytempire.hub.webhooks;

import java.time.Instant;
import java.util.List;

/**
 * The state of one service's endpoint, as an operator sees it.
 *
 * @param closed who closed it, when and why; null while it is open
 * @param secrets the secrets that count now, by fingerprint
 */
public record Endpoint(String service, boolean open, Closed closed, List<Secret> secrets) {

    /** Who closed it, when and why. */
    public record Closed(String reason, String by, Instant at) {}

    /**
     * A secret by its fingerprint.
     *
     * @param endsAt when it stops counting; null for never
     */
    public record Secret(String id, Instant endsAt) {}
}
