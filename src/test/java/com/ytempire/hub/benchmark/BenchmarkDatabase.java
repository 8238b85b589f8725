package com.ytempire.hub.benchmark;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.stream.Stream;

/** A fresh PostgreSQL that writes what it commits, with a database for the hub and one for the reference. */
final class BenchmarkDatabase implements AutoCloseable {

    private final EmbeddedPostgres server;
    private final Path folder;

    private BenchmarkDatabase(EmbeddedPostgres server, Path folder) {
        this.server = server;
        this.folder = folder;
    }

    /** @param counting whether the server counts statements, which costs it some time */
    static BenchmarkDatabase start(Path folder, boolean counting) throws IOException, SQLException {
        BenchmarkDatabase database = new BenchmarkDatabase(
                EmbeddedPostgres.builder()
                        .setServerConfig("shared_preload_libraries", counting ? "pg_stat_statements" : "")
                        .setServerConfig("pg_stat_statements.track_planning", "on")
                        .setDataDirectory(folder)
                        .setCleanDataDirectory(true)
                        // the library starts servers that do not; the last word counts
                        .setServerConfig("fsync", "on")
                        .setServerConfig("synchronous_commit", "on")
                        .setServerConfig("full_page_writes", "on")
                        .setServerConfig("shared_buffers", "256MB")
                        .setServerConfig("max_wal_size", "4GB")
                        // files of the log that a checkpoint frees are used again, as they are once a server has run a
                        // while
                        .setServerConfig("min_wal_size", "2GB")
                        .start(),
                folder);
        database.run("postgres", "create database hub");
        if (counting) {
            database.run("hub", "create extension pg_stat_statements");
        }
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

    /** How the disk its files are on answers from now on. */
    DiskProbe probe() throws IOException {
        return new DiskProbe(folder);
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

    /** The processor time of the server and all its processes, those that have ended too; zero where /proc is missing. */
    Duration cpu() throws IOException {
        Path pidFile = folder.resolve("postmaster.pid");
        ProcessHandle server = ProcessHandle.of(
                        Long.parseLong(Files.readAllLines(pidFile).get(0).strip()))
                .orElseThrow();
        Path statistics = Path.of("/proc", String.valueOf(server.pid()), "stat");
        if (!Files.isReadable(statistics)) {
            return Duration.ZERO;
        }
        // behind the name in brackets: state is field 3, user and system time of ended children are 16 and 17
        String[] fields =
                Files.readString(statistics).replaceFirst("(?s)^.*\\) ", "").split(" ");
        Duration ended = Duration.ofMillis(10 * (Long.parseLong(fields[13]) + Long.parseLong(fields[14])));
        return Stream.concat(Stream.of(server), server.children())
                .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
                .reduce(ended, Duration::plus);
    }

    void forgetStatements() throws SQLException {
        run("hub", "select pg_stat_statements_reset()");
    }

    /**
     * What a database was asked since {@link #forgetStatements}, the most frequent first.
     *
     * @param times by which calls and times are divided; what was asked less often than for every 50th is left out
     */
    String statements(String name, int times) throws SQLException {
        return text("hub", """
                select string_agg(format('    %%s  %%s µs planned %%s µs  %%s', to_char(calls / %1$d.0, '90.99'),
                                         to_char(total_exec_time * 1000 / %1$d, '9990'),
                                         to_char(total_plan_time * 1000 / %1$d, '9990'), query), E'
' order by calls desc)
                  from (select calls, total_exec_time, total_plan_time,
                               left(regexp_replace(query, '\s+', ' ', 'g'), 120) as query
                          from pg_stat_statements
                         where calls > %1$d / 50 and dbid = (select oid from pg_database where datname = '%2$s')) as asked
                """.formatted(times, name));
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
