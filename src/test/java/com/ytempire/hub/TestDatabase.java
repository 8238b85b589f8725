package com.ytempire.hub;

import com.ytempire.hub.platform.TestPostgres;
import java.nio.file.Path;
import java.util.UUID;
import org.springframework.test.context.DynamicPropertyRegistry;

/**
 * Gives a Spring context of a test a migrated database of its own, on one server that all tests of the JVM share, and a
 * data folder of its own.
 */
public final class TestDatabase {

    /** 32 bytes; with a database that is given, the hub wants a key given as well. */
    public static final String ENCRYPTION_KEY = "dGhlIHRlc3RzIG5lZWQgYSBrZXkgb2YgMzIgYnl0ZXM=";

    /** The same for users' tokens. */
    public static final String JWT_KEY = "YW5kIGFub3RoZXIga2V5IG9mIGp1c3QgMzIgYnl0ZXM=";

    private TestDatabase() {}

    /** Sets {@code spring.datasource.*}, {@code hub.data}, {@code hub.encryption-key} and the key of users' tokens. */
    public static void register(DynamicPropertyRegistry registry) {
        TestPostgres postgres = TestPostgres.shared();
        String url = postgres.freshDatabase();
        Path data = Path.of("target/test-data", UUID.randomUUID().toString());
        registry.add("spring.datasource.url", () -> url);
        registry.add("spring.datasource.username", postgres::user);
        registry.add("spring.datasource.password", postgres::password);
        registry.add("hub.data", data::toString);
        registry.add("hub.encryption-key", () -> ENCRYPTION_KEY);
        registry.add("hub.accounts.jwt-secret-key", () -> JWT_KEY);
    }

    /** The server behind the databases, to be stopped or frozen; whoever does that brings it back. */
    public static TestPostgres server() {
        return TestPostgres.shared();
    }
}
