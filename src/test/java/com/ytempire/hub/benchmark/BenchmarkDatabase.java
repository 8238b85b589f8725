package com.ytempire.hub.benchmark;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A fresh PostgreSQL that writes what it commits, with a database for the hub and one for the reference. */
final class BenchmarkDatabase implements AutoCloseable {

    private final EmbeddedPostgres server;

    private BenchmarkDatabase(EmbeddedPostgres server) {
        this.server = server;
    }

    static BenchmarkDatabase start(Path folder) throws IOException, SQLException {
        BenchmarkDatabase database = new BenchmarkDatabase(EmbeddedPostgres.builder()
                .setDataDirectory(folder)
                .setCleanDataDirectory(true)
                // the library starts servers that do not; the last word counts
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("shared_buffers", "256MB")
                .setServerConfig("max_wal_size", "4GB")
                .start());
        database.run("postgres", "create database hub");
        database.run("postgres", "create database reference");
        try (InputStream migration = BenchmarkDatabase.class.getResourceAsStream("/db/migration/V01__webhooks.sql")) {
            database.run("reference", new String(migration.readAllBytes(), StandardCharsets.UTF_8));
        }
        for (String setting : new String[] {"fsync", "synchronous_commit", "full_page_writes"}) {
            if (!database.text("hub", "show " + setting).equals("on")) {
                throw new IllegalStateException(setting + " is off: the figures would mean nothing");
            }
        }
        return database;
    }

    String url(String name) {
        return "jdbc:postgresql://127.0.0.1:%d/%s?user=postgres".formatted(server.getPort(), name);
    }

    void run(String name, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(name));
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    String text(String name, String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(name));
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getString(1) : "";
        }
    }

    long number(String name, String query) throws SQLException {
        return Long.parseLong(text(name, query));
    }

    double fraction(String name, String query) throws SQLException {
        return Double.parseDouble(text(name, query));
    }

    /** Every round begins alike: no events, and nothing left to write. */
    void empty(String name) throws SQLException {
        run(name, "truncate webhooks.event restart identity cascade");
        run(name, "checkpoint");
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
