package com.ytempire.hub.platform;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.util.function.SingletonSupplier;

/**
 * Who the operator is.
 *
 * @param lazyHash bcrypt of the password; of a clear one it is made at the first login, as it takes a tenth of a second
 */
record OperatorAccount(String username, Supplier<String> lazyHash) {

    /** The name under which the hash of a generated password is kept. */
    static final String SECRET = "OPERATOR_PASSWORD_BCRYPT";

    private static final String BCRYPT = "{bcrypt}";
    private static final int MOST_BYTES = 72; // bcrypt looks at no more
    private static final int GENERATED_BYTES = 18;

    /**
     * The account of the settings. Without a password there, one is generated at the first start, shown once on the
     * console, and kept as its hash.
     *
     * @param password clear, or its bcrypt hash behind {@code {bcrypt}}; empty for a generated one
     * @param keeper returns the hash it keeps; when it has none, keeps the one it is handed
     * @throws StartRefused when the password cannot be used
     */
    static OperatorAccount of(
            String username,
            String password,
            BCryptPasswordEncoder encoder,
            Function<Supplier<String>, String> keeper,
            PrintStream console) {
        if (password.startsWith(BCRYPT)) {
            return ofHash(username, password.substring(BCRYPT.length()));
        }
        if (password.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
            throw new StartRefused(
                    "HUB_OPERATOR_PASSWORD is longer than " + MOST_BYTES + " bytes.", "Choose a shorter one.");
        }
        if (!password.isEmpty()) {
            return new OperatorAccount(username, SingletonSupplier.of(() -> encoder.encode(password)));
        }
        AtomicReference<String> made = new AtomicReference<>();
        String hash = keeper.apply(() -> {
            made.set(random());
            return encoder.encode(made.get());
        });
        if (made.get() != null) {
            // the console, not the log: logs are kept and shipped
            console.printf(
                    "%n    Operator login: %s / %s%n    Shown once. To get another, delete the line %s in data/secrets and"
                            + " start again, or set HUB_OPERATOR_PASSWORD.%n%n",
                    username, made.get(), SECRET);
        }
        return ofHash(username, hash);
    }

    private static OperatorAccount ofHash(String username, String hash) {
        return new OperatorAccount(username, () -> hash);
    }

    String passwordHash() {
        return lazyHash.get();
    }

    private static String random() {
        byte[] random = new byte[GENERATED_BYTES];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }
}
