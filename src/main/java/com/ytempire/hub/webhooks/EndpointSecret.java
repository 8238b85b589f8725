package com.ytempire.hub.webhooks;

import java.time.Instant;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * A key that a service signs with.
 *
 * @param id a fingerprint: the same secret has the same id wherever it comes from, so a revoked one stays revoked
 * @param endsAt when it stops counting; null for never
 */
record EndpointSecret(String id, String value, Instant endsAt) {

    static EndpointSecret of(String service, String value, Instant endsAt) {
        return new EndpointSecret(fingerprint(service, value), value, endsAt);
    }

    boolean activeAt(Instant now) {
        return endsAt == null || now.isBefore(endsAt);
    }

    private static String fingerprint(String service, String value) {
        return DigestUtils.sha256Hex(service + "\n" + value).substring(0, 16);
    }

    @Override
    public String toString() {
        return "secret " + id;
    }
}
