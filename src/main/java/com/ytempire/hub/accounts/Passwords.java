package com.ytempire.hub.accounts;

import com.ytempire.hub.platform.Problem;
import java.nio.charset.StandardCharsets;
import org.springframework.http.HttpStatus;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.stereotype.Component;

/** Hashes passwords with bcrypt. */
@Component
class Passwords {

    /** In characters; NIST SP 800-63B asks for eight at least. */
    static final int LEAST = 10;

    private static final int MOST_BYTES = 72; // bcrypt looks at no more

    private final BCryptPasswordEncoder encoder;
    private final String nobodys;

    Passwords(AccountsSettings settings) {
        encoder = new BCryptPasswordEncoder(settings.bcryptStrength());
        nobodys = nobodys(settings.bcryptStrength());
    }

    /** A hash that no password has, as slow to compare with as any other; made without hashing at each start. */
    static String nobodys(int strength) {
        return "$2a$%02d$".formatted(strength) + ".".repeat(53);
    }

    /** @throws Problem 422 for a password nobody should use */
    String hash(String password, String field) {
        if (password.codePointCount(0, password.length()) < LEAST) {
            throw refusal("A password has at least " + LEAST + " characters", field);
        }
        if (password.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
            throw refusal("A password has at most " + MOST_BYTES + " bytes", field);
        }
        return encoder.encode(password);
    }

    /**
     * Takes the same time whether there is something to compare with or not.
     *
     * @param hash null: never
     */
    boolean isRight(String password, String hash) {
        boolean matches = password.getBytes(StandardCharsets.UTF_8).length <= MOST_BYTES
                && encoder.matches(password, hash == null ? nobodys : hash);
        return matches && hash != null;
    }

    private static Problem refusal(String detail, String field) {
        return new Problem(HttpStatus.UNPROCESSABLE_ENTITY, "validation_failed", detail, field);
    }
}
