package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
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

    /** With what the hub sets, which is nothing: the defaults let a database be newer. */
    private Flyway of(String database, String... locations) {
        return Flyway.configure()
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
                .doesNotContain("ignore-migration-patterns", "validate-on-migrate");
    }
}
