package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

/** Several hubs that start on one database, of one version or of two. */
class MigrationsIT {

    /** The migrations of the released version alone, as its jar has them. */
    private static final Path BEFORE = Path.of("target", "migrations-before").toAbsolutePath();

    private final TestPostgres postgres = TestPostgres.shared();

    @BeforeAll
    static void theVersionBefore() throws IOException {
        FileSystemUtils.deleteRecursively(BEFORE);
        Files.createDirectories(BEFORE);
        for (String line : Files.readAllLines(Path.of("src/test/resources/db/released-migrations.txt"))) {
            if (!line.startsWith("#")) {
                String name = line.split(" ")[0];
                Files.copy(Path.of("src/main/resources/db/migration", name), BEFORE.resolve(name));
            }
        }
    }

    /** With what the hub sets; the defaults let a database be newer. */
    private Flyway of(String database, String... locations) {
        return Flyway.configure()
                .configuration(Map.of("flyway.postgresql.transactional.lock", "false"))
                .dataSource(database, postgres.user(), postgres.password())
                .locations(locations)
                .load();
    }

    private Flyway before(String database) {
        return of(database, "filesystem:" + BEFORE);
    }

    private Flyway now(String database) {
        return of(database, "classpath:db/migration");
    }

    @Test
    void nodesThatStartTogetherOnADatabaseOfTheVersionBeforeMigrateItOnce() {
        String database = postgres.emptyDatabase();
        before(database).migrate();
        int pending = now(database).info().pending().length;
        List<Integer> migrated = Stream.of(1, 2, 3)
                .map(node -> CompletableFuture.supplyAsync(() -> now(database).migrate().migrationsExecuted))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();
        assertThat(migrated.stream().mapToInt(Integer::intValue).sum()).isEqualTo(pending);
        assertThat(now(database).info().pending()).isEmpty();
    }

    @Test
    void nodesThatStartTogetherOnAnEmptyDatabaseMigrateItOnce() {
        String database = postgres.emptyDatabase();
        List<Integer> migrated = Stream.of(1, 2, 3)
                .map(node -> CompletableFuture.supplyAsync(() -> now(database).migrate().migrationsExecuted))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();
        assertThat(migrated.stream().mapToInt(Integer::intValue).sum())
                .isEqualTo(now(database).info().applied().length);
    }

    /** It is started again in the middle of a rolling upgrade, or the upgrade is taken back. */
    @Test
    void aNodeOfTheVersionBeforeStartsOnTheNewerDatabase() throws IOException {
        String database = postgres.freshDatabase();
        before(database).validate();
        assertThat(before(database).migrate().migrationsExecuted).isZero();
        assertThat(Files.readString(Path.of("src/main/resources/application.yml")))
                .as("the settings under which this holds")
                .doesNotContain("ignore-migration-patterns", "validate-on-migrate")
                .contains("transactional-lock: false");
    }

    /** As a later migration makes one of a large table: nobody waits for it, and two nodes make it once. */
    @Test
    void anIndexIsMadeWhileOthersWrite(@TempDir Path later) throws Exception {
        Files.writeString(
                later.resolve("V9001__operations_audit_who.sql"),
                "drop index concurrently if exists operations.audit_who;\n"
                        + "create index concurrently audit_who on operations.audit (who);\n");
        String database = postgres.freshDatabase();
        String write = "insert into operations.audit (at, who, source, action, outcome)"
                + " values (now(), 'somebody', 'api', 'test', 'done')";
        try (Connection one = DriverManager.getConnection(database, postgres.user(), postgres.password());
                Connection other = DriverManager.getConnection(database, postgres.user(), postgres.password())) {
            one.setAutoCommit(false);
            one.createStatement().execute(write);
            List<CompletableFuture<Integer>> nodes = Stream.of(1, 2)
                    .map(node -> CompletableFuture.supplyAsync(
                            () -> of(database, "classpath:db/migration", "filesystem:" + later)
                                    .migrate()
                                    .migrationsExecuted))
                    .toList();
            await().atMost(Duration.ofSeconds(10))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> isMakingIndex(other));
            other.createStatement().execute("set statement_timeout = '2s'");
            other.createStatement().execute(write);
            one.commit();
            assertThat(nodes.stream().mapToInt(CompletableFuture::join).sum()).isEqualTo(1);
        }
    }

    private static boolean isMakingIndex(Connection other) throws SQLException {
        try (ResultSet found = other.createStatement()
                .executeQuery("select exists (select from pg_stat_activity where datname = current_database()"
                        + " and wait_event_type = 'Lock' and query ilike 'create index concurrently%')")) {
            return found.next() && found.getBoolean(1);
        }
    }
}
