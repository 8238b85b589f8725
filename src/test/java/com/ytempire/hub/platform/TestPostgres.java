package com.ytempire.hub.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;

/** The hub's embedded PostgreSQL for tests, which can also be stopped and frozen. Its folder may be used again. */
public final class TestPostgres implements AutoCloseable {

    /** The server's programs, unpacked once for all tests. */
    public static final Path BINARIES = Path.of("target/postgres-binaries").toAbsolutePath();

    private static final String TEMPLATE = "migrated";

    private final DataFolder folder;
    private final EmbeddedPostgres server;
    private final AtomicInteger databases = new AtomicInteger();

    private TestPostgres(DataFolder folder) {
        this.folder = folder;
        this.server = EmbeddedPostgres.start(folder, new DatabaseSettings(0, Duration.ofSeconds(30), BINARIES));
    }

    /** A server of its own for a test, on the given data folder. */
    public static TestPostgres on(Path data) {
        return new TestPostgres(DataFolder.open(data));
    }

    /** The server all tests of this JVM share; stopped when the JVM ends. */
    public static TestPostgres shared() {
        return Shared.SERVER;
    }

    private static final class Shared {
        static final TestPostgres SERVER = start();

        /** Another JVM, such as a second test run, may have the first folder. */
        private static TestPostgres start() {
            StartRefused refused = null;
            for (int i = 0; i < 20; i++) {
                DataFolder folder;
                try {
                    folder = DataFolder.open(Path.of("target/test-database-" + i));
                } catch (StartRefused e) {
                    refused = e;
                    continue;
                }
                TestPostgres started = new TestPostgres(folder);
                started.makeTemplate();
                Runtime.getRuntime().addShutdownHook(new Thread(started::close));
                return started;
            }
            throw refused;
        }
    }

    /** Removes what an earlier run left, and migrates a database to copy from. */
    private void makeTemplate() {
        for (String old : names("select datname from pg_database where datname ~ '^(test|" + TEMPLATE + ")'")) {
            execute("drop database " + old + " with (force)");
        }
        execute("create database " + TEMPLATE + " owner " + EmbeddedPostgres.USER);
        Flyway.configure()
                .dataSource(server.urlOf(TEMPLATE), user(), password())
                .load()
                .migrate();
    }

    /** A new database with all migrations done, as a JDBC URL; only for the shared server. */
    public String freshDatabase() {
        String name = "test" + databases.incrementAndGet();
        execute("create database " + name + " template " + TEMPLATE + " owner " + EmbeddedPostgres.USER);
        return server.urlOf(name);
    }

    /** A new database with nothing in it; only for the shared server. */
    public String emptyDatabase() {
        String name = "test" + databases.incrementAndGet();
        execute("create database " + name + " owner " + EmbeddedPostgres.USER);
        return server.urlOf(name);
    }

    /** The hub's own database on this server, empty at first. */
    public String url() {
        return server.url();
    }

    public String user() {
        return server.user();
    }

    public String password() {
        return server.password();
    }

    /** Stops the server cleanly; connections are cut. */
    public void stop() {
        server.close();
    }

    /** Starts it again on the same port. */
    public void start() {
        try {
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All its processes stand still: connections stay open and nothing answers. */
    public void freeze() {
        signal("-STOP");
    }

    public void unfreeze() {
        signal("-CONT");
    }

    private void signal(String signal) {
        try {
            ProcessHandle postmaster = ProcessHandle.of(server.pid()).orElseThrow();
            List<String> command = new ArrayList<>(List.of("kill", signal));
            Stream.concat(Stream.of(postmaster), postmaster.descendants())
                    .map(process -> Long.toString(process.pid()))
                    .forEach(command::add);
            new ProcessBuilder(command).inheritIO().start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<String> names(String query) {
        try (Connection connection = server.connectAsAdmin();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            List<String> names = new ArrayList<>();
            while (rows.next()) {
                names.add(rows.getString(1));
            }
            return names;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void execute(String sql) {
        try (Connection connection = server.connectAsAdmin();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.close();
        folder.close();
    }
}
