package com.ytempire.hub.webhooks;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Whether a signature holds, as pure functions of header, body, secrets and time. Each answers the secret that signed,
 * or null. Every secret is tried in the same way, so the time taken tells nothing of which one held.
 */
final class SignatureCheck {

    private static final byte[] DOT = {'.'};
    private static final Map<String, String> WEBSUB_METHODS =
            Map.of("sha1", "HmacSHA1", "sha256", "HmacSHA256", "sha384", "HmacSHA384", "sha512", "HmacSHA512");

    private SignatureCheck() {}

    /**
     * {@code Stripe-Signature: t=…,v1=…}: HMAC-SHA256 of {@code t.rawBody}. Several v1 are sent while a secret is
     * rolled; v0 is no proof (docs.stripe.com/webhooks#verify-manually). Stripe's own library lets a time in the
     * future pass; here the tolerance holds in both directions.
     */
    static EndpointSecret stripe(
            String header, byte[] body, List<EndpointSecret> secrets, Instant now, Duration tolerance) {
        String timestamp = null;
        List<String> candidates = new ArrayList<>(2);
        for (String part : header.split(",")) {
            int equals = part.indexOf('=');
            String name = equals < 0 ? "" : part.substring(0, equals).strip();
            if (name.equals("t")) {
                if (timestamp != null) {
                    return null;
                }
                timestamp = part.substring(equals + 1).strip();
            } else if (name.equals("v1")) {
                candidates.add(part.substring(equals + 1).strip());
            }
        }
        if (timestamp == null || !inTime(timestamp, now, tolerance)) {
            return null;
        }
        return signedBy(secrets, candidates, "HmacSHA256", timestamp.getBytes(StandardCharsets.US_ASCII), DOT, body);
    }

    /** {@code X-Hub-Signature: method=hex} over the raw body (W3C WebSub, section 7). */
    static boolean websub(String header, byte[] body, String secret) {
        int equals = header.indexOf('=');
        String algorithm = equals < 0
                ? null
                : WEBSUB_METHODS.get(header.substring(0, equals).strip().toLowerCase(Locale.ROOT));
        return algorithm != null
                && Hmac.matches(
                        Hmac.of(algorithm, secret, body),
                        header.substring(equals + 1).strip());
    }

    /** {@code X-N8N-Signature}: hex HMAC-SHA256 of the raw body, or of {@code timestamp.rawBody} when one is sent. */
    static EndpointSecret n8n(
            String signature,
            String timestamp,
            byte[] body,
            List<EndpointSecret> secrets,
            Instant now,
            Duration tolerance) {
        if (timestamp == null) {
            return signedBy(secrets, List.of(signature.strip()), "HmacSHA256", body);
        }
        if (!inTime(timestamp.strip(), now, tolerance)) {
            return null;
        }
        return signedBy(
                secrets,
                List.of(signature.strip()),
                "HmacSHA256",
                timestamp.strip().getBytes(StandardCharsets.US_ASCII),
                DOT,
                body);
    }

    /**
     * {@code svix-signature: v1,base64 v1,base64 …}: HMAC-SHA256 of {@code id.timestamp.rawBody} under the bytes that the
     * secret holds in base64 behind {@code whsec_} (docs.svix.com/receiving/verifying-payloads/how-manual). Several are
     * sent while a secret is rotated.
     */
    static EndpointSecret svix(
            String id,
            String timestamp,
            String header,
            byte[] body,
            List<EndpointSecret> secrets,
            Instant now,
            Duration tolerance) {
        if (!inTime(timestamp.strip(), now, tolerance)) {
            return null;
        }
        byte[] signed = (id + "." + timestamp.strip() + ".").getBytes(StandardCharsets.UTF_8);
        EndpointSecret signer = null;
        for (EndpointSecret secret : secrets) {
            byte[] expected = Hmac.of("HmacSHA256", svixKey(secret.value()), signed, body);
            for (String candidate : header.strip().split(" ")) {
                if (candidate.startsWith("v1,") && Hmac.matchesBase64(expected, candidate.substring(3))) {
                    signer = secret;
                }
            }
        }
        return signer;
    }

    /** A secret that is no base64 signs nothing that Svix could have sent, but it must not stop the others. */
    static byte[] svixKey(String secret) {
        try {
            byte[] key = Base64.getDecoder().decode(secret.replaceFirst("^whsec_", ""));
            return key.length == 0 ? DOT : key;
        } catch (IllegalArgumentException e) {
            return secret.getBytes(StandardCharsets.UTF_8);
        }
    }

    private static EndpointSecret signedBy(
            List<EndpointSecret> secrets, List<String> candidates, String algorithm, byte[]... parts) {
        EndpointSecret signer = null;
        for (EndpointSecret secret : secrets) {
            byte[] expected = Hmac.of(algorithm, secret.value(), parts);
            for (String candidate : candidates) {
                if (Hmac.matches(expected, candidate)) {
                    signer = secret;
                }
            }
        }
        return signer;
    }

    private static boolean inTime(String epochSeconds, Instant now, Duration tolerance) {
        try {
            long apart = Math.subtractExact(now.getEpochSecond(), Long.parseLong(epochSeconds));
            return Math.abs(apart) <= tolerance.toSeconds();
        } catch (NumberFormatException | ArithmeticException e) {
            return false;
        }
    }
}
