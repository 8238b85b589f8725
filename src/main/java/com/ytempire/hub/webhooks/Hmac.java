package com.ytempire.hub.webhooks;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Keyed hashes over raw bytes, compared in constant time. */
final class Hmac {

    private Hmac() {}

    static byte[] of(String algorithm, String secret, byte[]... parts) {
        return of(algorithm, secret.getBytes(StandardCharsets.UTF_8), parts);
    }

    static byte[] of(String algorithm, byte[] key, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(key, algorithm));
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(algorithm + " is part of every JDK", e);
        }
    }

    /** Whether the text is the hex form, in either case, of these bytes. */
    static boolean matches(byte[] expected, String hex) {
        return MessageDigest.isEqual(expected, bytes(hex));
    }

    /** Whether the text is the base64 form of these bytes. */
    static boolean matchesBase64(byte[] expected, String base64) {
        try {
            return MessageDigest.isEqual(expected, Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static byte[] bytes(String hex) {
        try {
            return HexFormat.of().parseHex(hex);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }
}
