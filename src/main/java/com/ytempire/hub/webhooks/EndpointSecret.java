package com.ytempire.hub.webhooks;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;

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
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((service + "\n").getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest(value.getBytes(StandardCharsets.UTF_8)), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every JDK", e);
        }
    }

    @Override
    public String toString() {
        return "secret " + id;
    }
}
