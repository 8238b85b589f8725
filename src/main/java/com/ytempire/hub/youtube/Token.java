package com.ytempire.hub.youtube;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import org.apache.commons.codec.digest.DigestUtils;

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
        return DigestUtils.sha256(value);
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
