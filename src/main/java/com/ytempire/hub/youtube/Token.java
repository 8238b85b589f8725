package com.ytempire.hub.youtube;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/** What nobody can guess: 256 random bits as text that may stand in a URL. It shows itself to nobody by accident. */
record Token(String value) {

    static final String PATH = "/api/v1/webhooks/youtube/";

    private static final int BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    static Token random() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return new Token(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** By this the database knows the token, so that a copy of the database gives none away. */
    byte[] hash() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /** What {@link com.ytempire.hub.platform.Vault} binds a sealed value of this token's subscription to. */
    static String context(byte[] hash, String what) {
        return context(HexFormat.of().formatHex(hash), what);
    }

    static String context(String hash, String what) {
        return "youtube.subscription/" + hash + "/" + what;
    }

    @Override
    public String toString() {
        return "****";
    }
}
