package com.ytempire.hub.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.unit.DataSize;

/**
 * The PostgreSQL server that comes along when no other is given. What it promises: what was committed survives any
 * crash (fsync on), and only who can read the data folder gets in (loopback, password for everybody, no sockets in the
 * file system).
 *
 * <p>The server outlives a killed hub, for PostgreSQL is not the hub's to lose. Whoever holds the {@link DataFolder} next
 * stops the one left behind and starts anew, so that the settings are always the present ones.
 */
public final class EmbeddedPostgres implements AutoCloseable {

    /** Owns the database {@link #DATABASE}, and nothing else. */
    static final String USER = "hub";

    static final String DATABASE = "hub";

    /** May do everything; used only to make role and database. */
    static final String ADMIN = "postgres";

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);
    private static final String HOST = "127.0.0.1";
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
    private static final int LOG_TAIL_LINES = 20;

    /** With less PostgreSQL, which writes its log in files of 16 MB, would end again before it is ready. */
    private static final DataSize ROOM = DataSize.ofMegabytes(64);

    private final DataFolder folder;
    private final Path cluster;
    private final Path log;
    private final PostgresPrograms programs;
    private final PostgresCluster files;
    private final int wantedPort;
    private final Duration startLimit;

    private int port;

    private EmbeddedPostgres(DataFolder folder, PostgresPrograms programs, int wantedPort, Duration startLimit) {
        this.folder = folder;
        this.cluster = folder.path().resolve("postgres");
        this.log = folder.path().resolve("postgres.log");
        this.programs = programs;
        this.files = new PostgresCluster(folder, cluster, programs, startLimit);
        this.wantedPort = wantedPort;
        this.startLimit = startLimit;
    }

    /**
     * Starts a server on the data folder, making the database when there is none.
     *
     * @throws StartRefused when the data are another major version's, or the server does not get ready in time
     */
    static EmbeddedPostgres start(DataFolder folder, DatabaseSettings settings) {
        try {
            Path binaries = settings.binaries() == null
                    ? folder.path().resolve("postgres-binaries")
                    : settings.binaries().toAbsolutePath();
            PostgresPrograms programs = new PostgresPrograms(PostgresBinaries.unpackInto(binaries), folder.path());
            EmbeddedPostgres postgres = new EmbeddedPostgres(folder, programs, settings.port(), settings.startLimit());
            postgres.start();
            return postgres;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the hub's database is, without user and password. */
    public String url() {
        return urlOf(DATABASE);
    }

    String urlOf(String database) {
        return "jdbc:postgresql://" + HOST + ":" + port + "/" + database;
    }

    public String user() {
        return USER;
    }

    public String password() {
        return folder.secret("POSTGRES_PASSWORD").orElseThrow();
    }

    String adminPassword() {
        return folder.secret("POSTGRES_ADMIN_PASSWORD").orElseThrow();
    }

    /** Starts the server again after {@link #close}, on the same port. */
    void start() throws IOException {
        long begin = System.nanoTime();
        refuseFullDisk();
        String version = programs.majorVersion();
        if (Files.exists(cluster)) {
            files.refuseOtherVersion(version);
            files.refuseLostPassword();
            stopServerLeftBehind();
        } else {
            files.make();
        }
        launch();
        try {
            createRoleAndDatabase();
        } catch (SQLException | RuntimeException e) {
            close();
            throw new StartRefused(
                    "The embedded PostgreSQL in " + cluster + " does not let the hub in: " + e.getMessage(),
                    "Put back the file secrets that belongs to this data folder.");
        }
        LOG.info(
                "PostgreSQL {} runs on port {}, data in {} ({} ms)",
                version,
                port,
                cluster,
                (System.nanoTime() - begin) / 1_000_000);
    }

    /**
     * Starts a server again that has ended by itself, with the settings and at the port it had: what was committed is
     * there, and connections of the pool are replaced as they are found broken. One that takes long to put its data in
     * order is left to it.
     *
     * @throws StartRefused when it has ended again, or the disk is still full
     */
    void startAgain() throws IOException {
        refuseFullDisk();
        stopServerLeftBehind();
        if (!pgCtl(startLimit, "start", "--log=" + log).succeeded() && hasEnded()) {
            throw PostgresPrograms.failed("It has ended again. The end of " + log + ":\n" + tailOfLog());
        }
    }

    /** Whether no server serves these data, though nobody has stopped it. One that takes connections has not ended. */
    boolean hasEnded() {
        try {
            return !servesThisCluster(pid()) && !takesConnections();
        } catch (IOException e) {
            return !takesConnections(); // it has taken its file away
        }
    }

    private boolean takesConnections() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(HOST, port), 1_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** A server on a full disk gives up in the middle of its work, with messages nobody would connect with that. */
    private void refuseFullDisk() throws IOException {
        DataSize free = DataSize.ofBytes(Files.getFileStore(folder.path()).getUsableSpace());
        if (free.compareTo(ROOM) < 0) {
            throw new StartRefused(
                    "The disk of the data folder " + folder.path() + " is full: " + free.toMegabytes()
                            + " MB are left, PostgreSQL needs " + ROOM.toMegabytes() + " MB to start.",
                    "Make room there; nothing that was committed is lost.");
        }
    }

    private void launch() throws IOException {
        boolean chooses = port == 0 && wantedPort == 0;
        if (port == 0) {
            port = wantedPort == 0 ? freePort() : wantedPort;
        }
        files.writeSettings(HOST, port);
        if (Files.exists(log)) {
            Files.move(log, log.resolveSibling("postgres.log.1"), StandardCopyOption.REPLACE_EXISTING);
        }
        PostgresPrograms.Result started = pgCtl(startLimit, "start", "--log=" + log);
        if (!started.succeeded()) {
            String tail = tailOfLog();
            pgCtl(Duration.ofSeconds(5), "stop", "--mode=immediate");
            if (chooses && tail.contains("could not bind")) { // somebody took the free port meanwhile
                port = 0;
                launch();
                return;
            }
            throw PostgresPrograms.failed("The embedded PostgreSQL was not ready within " + startLimit.toSeconds()
                    + " s. The end of " + log + ":\n" + tail);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return socket.getLocalPort();
        }
    }

    private String tailOfLog() throws IOException {
        if (!Files.exists(log)) {
            return "(empty)";
        }
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
    }

    private void createRoleAndDatabase() throws SQLException {
        String password = folder.secret("POSTGRES_PASSWORD", PostgresCluster::newPassword);
        try (Connection connection = connectAsAdmin();
                Statement statement = connection.createStatement()) {
            if (!exists(statement, "select 1 from pg_roles where rolname = '" + USER + "'")) {
                statement.execute("create role " + USER + " login");
            }
            // at every start, so that whoever wants another password takes the old one's line out of the secrets
            statement.execute("alter role " + USER + " password '" + password + "'");
            if (!exists(statement, "select 1 from pg_database where datname = '" + DATABASE + "'")) {
                statement.execute("create database " + DATABASE + " owner " + USER);
            }
        }
    }

    private static boolean exists(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            return rows.next();
        }
    }

    Connection connectAsAdmin() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", ADMIN);
        properties.setProperty("password", adminPassword());
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("socketTimeout", "30");
        return DriverManager.getConnection(urlOf("postgres"), properties);
    }

    /** The lock on the data folder is ours, so a server that still works on it has lost its hub. */
    private void stopServerLeftBehind() throws IOException {
        Path pidFile = cluster.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return;
        }
        long pid = pid();
        if (servesThisCluster(pid)) {
            LOG.info("Stopping the PostgreSQL server (process {}) that an earlier hub left behind", pid);
            stop();
        } else if (ProcessHandle.of(pid).isPresent()) {
            // Another program got the dead server's number, which would keep PostgreSQL from starting. The shared
            // memory, found by the folder's inode, still protects the data from a second server.
            Files.delete(pidFile);
        }
    }

    /** The server's process: first line of postmaster.pid. */
    long pid() throws IOException {
        return Long.parseLong(
                Files.readAllLines(cluster.resolve("postmaster.pid")).get(0).strip());
    }

    /** The number alone proves nothing: it may be another process's by now. */
    private boolean servesThisCluster(long pid) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/" + pid + "/cwd")).equals(cluster);
        } catch (IOException e) {
            return ProcessHandle.of(pid)
                    .flatMap(process -> process.info().arguments())
                    .map(arguments -> List.of(arguments).contains(cluster.toString()))
                    .orElse(false);
        }
    }

    /** Stops the server: open transactions are rolled back, everything committed is on disk. */
    @Override
    public void close() {
        try {
            if (Files.exists(cluster.resolve("postmaster.pid"))) {
                stop();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void stop() throws IOException {
        if (!pgCtl(STOP_LIMIT, "stop", "--mode=fast").succeeded()
                && !pgCtl(STOP_LIMIT, "stop", "--mode=immediate").succeeded()) {
            throw new StartRefused(
                    "The PostgreSQL server on " + cluster + " does not stop.",
                    "Stop process " + pid() + " yourself, then start the hub again.");
        }
    }

    /** pg_ctl puts the server into a session of its own, so that Ctrl-C in a terminal reaches the hub alone. */
    private PostgresPrograms.Result pgCtl(Duration limit, String action, String... options) throws IOException {
        List<String> arguments = new ArrayList<>(
                List.of(action, "--pgdata=" + cluster, "--wait", "--timeout=" + limit.toSeconds(), "--silent"));
        arguments.addAll(List.of(options));
        return programs.run(limit.plusSeconds(2), "pg_ctl", arguments.toArray(String[]::new));
    }
}
