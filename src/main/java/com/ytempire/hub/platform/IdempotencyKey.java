package com.ytempire.hub.platform;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.apache.commons.codec.digest.DigestUtils;
import org.springframework.http.HttpStatus;

/**
 * The header {@code Idempotency-Key}, by which a caller may ask the same again and gets the same answer. What is remembered
 * under a key is a matter of the areas; what a key is, and what it may not be used for, is the same for all.
 */
public final class IdempotencyKey {

    /** The name of the header. */
    public static final String HEADER = "Idempotency-Key";

    private static final int LONGEST = 255;

    private IdempotencyKey() {}

    /** @throws Problem 422 unless it has 1 to 255 characters */
    public static void check(String key) {
        if (key.isBlank() || key.length() > LONGEST) {
            throw refused("validation_failed", "An idempotency key has 1 to " + LONGEST + " characters");
        }
    }

    /**
     * What a key stands for; two requests with one key must agree in it.
     *
     * @param operation what is asked for, with the ids in the path
     * @param body the request's, as JSON in UTF-8, written in always the same way: other versions read the hash
     */
    public static String hash(String operation, byte[] body) {
        MessageDigest digest = DigestUtils.getSha256Digest();
        digest.update((operation + "\n").getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest.digest(body));
    }

    /** The key stands for another request: 422. */
    public static Problem reused() {
        return refused("idempotency_key_reused", "This idempotency key was used for another request");
    }

    /** The first request takes longer than anybody waits: 409. */
    public static Problem inProgress() {
        return new Problem(
                        HttpStatus.CONFLICT,
                        "request_in_progress",
                        "The first request with this key has not been answered yet")
                .retryAfter(1);
    }

    private static Problem refused(String code, String detail) {
        return new Problem(HttpStatus.UNPROCESSABLE_ENTITY, code, detail, HEADER);
    }
}
