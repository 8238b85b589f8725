package com.ytempire.hub.platform;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals what the hub keeps secret in the database: AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce for each
 * text. A sealed text opens only under the key and for the context it was sealed with, and only unchanged. Of several
 * keys the first seals and all open, so that one can be followed by another.
 *
 * <p>Safe for concurrent use. Sealed: {@code v1.<key id>.<base64url of nonce, ciphertext and tag>}. The key id tells
 * which key is needed and nothing about it.
 */
public final class Vault {

    /** A sealed text that cannot be opened. The message contains neither the text nor the key. */
    public static final class Unreadable extends RuntimeException {
        Unreadable(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Length of the key in bytes. */
    public static final int KEY_BYTES = 32;

    /** Regular expression of how every sealed text begins, whatever its key. */
    static final String SEALED = "^v1\\.[0-9a-f]{8}\\.";

    private static final String VERSION = "v1";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecureRandom random = new SecureRandom();
    private final Map<String, SecretKeySpec> keys = new LinkedHashMap<>();
    private final String keyId;

    /**
     * @param key {@value #KEY_BYTES} random bytes
     * @throws IllegalArgumentException when the key has another length
     */
    public Vault(byte[] key) {
        this(List.of(key));
    }

    /**
     * @param keys {@value #KEY_BYTES} random bytes each; the first seals, all open
     * @throws IllegalArgumentException when a key has another length, or there is none
     */
    public Vault(List<byte[]> keys) {
        for (byte[] key : keys) {
            if (key.length != KEY_BYTES) {
                throw new IllegalArgumentException("A vault's key has " + KEY_BYTES + " bytes");
            }
            this.keys.putIfAbsent(idOf(key), new SecretKeySpec(key, "AES"));
        }
        this.keyId = this.keys.keySet().stream()
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("A vault needs a key"));
    }

    /** How every text begins that is sealed under the key that seals now. */
    String sealedNow() {
        return VERSION + "." + keyId + ".";
    }

    /**
     * @param context what the text belongs to, such as {@code webhooks.secret/17}; needed again to open it
     * @param plain what is to be kept secret
     */
    public String seal(String context, String plain) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        String prefix = sealedNow();
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, keys.get(keyId), nonce, prefix + context)
                    .doFinal(plain.getBytes(UTF_8));
            byte[] all = ByteBuffer.allocate(NONCE_BYTES + sealed.length)
                    .put(nonce)
                    .put(sealed)
                    .array();
            return prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(all);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM is not to be had in this Java", e);
        }
    }

    /**
     * @param context the one given to {@link #seal}
     * @throws Unreadable when the text was changed, belongs to another context or was sealed under another key
     */
    public String open(String context, String sealed) {
        String[] parts = sealed.split("\\.", -1);
        if (parts.length != 3 || !parts[0].equals(VERSION)) {
            throw new Unreadable("Not a text sealed by this version of the hub", null);
        }
        SecretKeySpec key = keys.get(parts[1]);
        if (key == null) {
            throw new Unreadable(
                    "Sealed under another HUB_ENCRYPTION_KEY: its id is " + parts[1] + ", given is "
                            + String.join(", ", keys.keySet()),
                    null);
        }
        try {
            byte[] all = Base64.getUrlDecoder().decode(parts[2]);
            if (all.length < NONCE_BYTES + TAG_BITS / 8) {
                throw new Unreadable("The sealed text is cut short", null);
            }
            String prefix = VERSION + "." + parts[1] + ".";
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, key, Arrays.copyOf(all, NONCE_BYTES), prefix + context);
            return new String(cipher.doFinal(all, NONCE_BYTES, all.length - NONCE_BYTES), UTF_8);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new Unreadable("The sealed text was changed or belongs elsewhere", e);
        }
    }

    private static Cipher cipher(int mode, SecretKeySpec key, byte[] nonce, String associated)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(associated.getBytes(UTF_8));
        return cipher;
    }

    private static String idOf(byte[] key) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update("hub vault key id".getBytes(UTF_8));
            return HexFormat.of().formatHex(Arrays.copyOf(digest.digest(key), 4));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("SHA-256 is not to be had in this Java", e);
        }
    }
}
