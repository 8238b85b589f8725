package com.ytempire.hub.platform;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;
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
    private final Path home;
    private final int wantedPort;
    private final Duration startLimit;

    private int port;

    private EmbeddedPostgres(DataFolder folder, Path home, int wantedPort, Duration startLimit) {
        this.folder = folder;
        this.cluster = folder.path().resolve("postgres");
        this.log = folder.path().resolve("postgres.log");
        this.home = home;
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
            EmbeddedPostgres postgres = new EmbeddedPostgres(
                    folder, PostgresBinaries.unpackInto(binaries), settings.port(), settings.startLimit());
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
        String version = majorVersion();
        if (Files.exists(cluster)) {
            refuseOtherVersion(version);
            refuseLostPassword();
            stopServerLeftBehind();
        } else {
            initialize();
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
     * there, and connections of the pool are replaced as they are found broken.
     *
     * @throws StartRefused when it does not get ready, for example because the disk is still full
     */
    void startAgain() throws IOException {
        refuseFullDisk();
        stopServerLeftBehind();
        launch();
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

    private void refuseOtherVersion(String ours) throws IOException {
        String found = Files.readString(cluster.resolve("PG_VERSION")).strip();
        if (!found.equals(ours)) {
            throw new StartRefused(
                    "The database in " + cluster + " was made by PostgreSQL " + found + ", this hub brings PostgreSQL "
                            + ours + ". Nothing was changed.",
                    """
                    Move the data by a dump:
                    1. Start the release of the hub that ran here before; it logs the port of its database.
                    2. pg_dump -Fc -h 127.0.0.1 -p <port> -U hub -f hub.dump hub
                       (pg_dump %s or newer; the password is POSTGRES_PASSWORD in %s)
                    3. Stop it and put the folder aside: mv %s %s-%s
                    4. Start this release once, so that it makes an empty database, and note its port.
                       Start it with HUB_ROLE=receive and without traffic.
                    5. pg_restore --clean --if-exists -h 127.0.0.1 -p <port> -U hub -d hub hub.dump
                    6. Restart the hub.""".formatted(ours, folder.path().resolve("secrets"), cluster, cluster, found));
        }
    }

    private void refuseLostPassword() {
        if (folder.secret("POSTGRES_ADMIN_PASSWORD").isEmpty()) {
            throw new StartRefused(
                    "There is a database in " + cluster + ", but its password is not in "
                            + folder.path().resolve("secrets") + ".",
                    "Put back the file secrets that belongs to this data folder.");
        }
    }

    private String majorVersion() throws IOException {
        String version = run(STOP_LIMIT, "postgres", "--version").output();
        return version.replaceFirst("(?s)^.*\\) (\\d+).*$", "$1");
    }

    /** Under another name until it is complete, so that a crash in between leaves nothing half made. */
    private void initialize() throws IOException {
        Path unfinished = folder.path().resolve("postgres.new");
        Path passwordFile = folder.path().resolve("postgres.password");
        FileSystemUtils.deleteRecursively(unfinished);
        Files.deleteIfExists(passwordFile);
        try {
            Files.createFile(
                    passwordFile, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(passwordFile, folder.secret("POSTGRES_ADMIN_PASSWORD", EmbeddedPostgres::newPassword));
            Result made = run(
                    startLimit,
                    "initdb",
                    "--pgdata=" + unfinished,
                    "--username=" + ADMIN,
                    "--pwfile=" + passwordFile,
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale=C",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8");
            if (!made.succeeded()) {
                throw failed("PostgreSQL could not make its database:\n" + made.output());
            }
        } finally {
            Files.deleteIfExists(passwordFile);
        }
        Files.writeString(
                unfinished.resolve("pg_hba.conf"),
                "# Everybody needs the password, and comes from this machine.\n"
                        + "host all all 127.0.0.1/32 scram-sha-256\n");
        Files.writeString(
                unfinished.resolve("postgresql.conf"),
                "# All settings are the hub's, written at each start.\ninclude = 'hub.conf'\n");
        Files.move(unfinished, cluster, StandardCopyOption.ATOMIC_MOVE);
    }

    private void writeSettings() throws IOException {
        Files.writeString(cluster.resolve("hub.conf"), """
                # Written by the hub at each start.
                listen_addresses = '%s'
                port = %d
                unix_socket_directories = ''
                password_encryption = 'scram-sha-256'
                max_connections = 100
                # what was committed survives
                fsync = on
                full_page_writes = on
                synchronous_commit = on
                # many small commits
                shared_buffers = 128MB
                wal_compression = on
                max_wal_size = 1GB
                jit = off
                timezone = 'UTC'
                log_timezone = 'UTC'
                # values and statements may be personal data: neither reaches the log
                log_error_verbosity = terse
                log_min_error_statement = panic
                log_checkpoints = off
                """.formatted(HOST, port));
    }

    private void launch() throws IOException {
        boolean chooses = port == 0 && wantedPort == 0;
        if (port == 0) {
            port = wantedPort == 0 ? freePort() : wantedPort;
        }
        writeSettings();
        if (Files.exists(log)) {
            Files.move(log, log.resolveSibling("postgres.log.1"), StandardCopyOption.REPLACE_EXISTING);
        }
        Result started = pgCtl(startLimit, "start", "--log=" + log);
        if (!started.succeeded()) {
            String tail = tailOfLog();
            pgCtl(Duration.ofSeconds(5), "stop", "--mode=immediate");
            if (chooses && tail.contains("could not bind")) { // somebody took the free port meanwhile
                port = 0;
                launch();
                return;
            }
            throw failed("The embedded PostgreSQL was not ready within " + startLimit.toSeconds() + " s. The end of "
                    + log + ":\n" + tail);
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

    private static StartRefused failed(String problem) {
        return new StartRefused(
                problem,
                problem.contains("cannot be run as root") || problem.contains("execution of the PostgreSQL server")
                        ? "PostgreSQL does not run as root, and this machine does not allow root to leave its rights"
                                + " behind (unshare -U). Run the hub as an ordinary user."
                        : "Remove the cause, or set SPRING_DATASOURCE_URL to another PostgreSQL server.");
    }

    private void createRoleAndDatabase() throws SQLException {
        String password = folder.secret("POSTGRES_PASSWORD", EmbeddedPostgres::newPassword);
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

    private static String newPassword() {
        byte[] bytes = new byte[24];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
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
    private Result pgCtl(Duration limit, String action, String... options) throws IOException {
        List<String> arguments = new ArrayList<>(
                List.of(action, "--pgdata=" + cluster, "--wait", "--timeout=" + limit.toSeconds(), "--silent"));
        arguments.addAll(List.of(options));
        return run(limit.plusSeconds(2), "pg_ctl", arguments.toArray(String[]::new));
    }

    private record Result(boolean succeeded, String output) {}

    private Result run(Duration limit, String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (LinuxUtils.isUnshareAvailable()) { // we are root, and PostgreSQL refuses to be: give up root's rights
            command.addAll(List.of("unshare", "-U"));
        }
        command.add(home.resolve("bin").resolve(program).toString());
        command.addAll(List.of(arguments));
        Path output = folder.path().resolve("postgres.out");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.path().toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            // The server needs none of the hub's secrets, and no PG... variable may change what it does.
            builder.environment().keySet().retainAll(Set.of("PATH"));
            builder.environment().put("LC_ALL", "C");
            Process process = builder.start();
            boolean ended = process.waitFor(limit.toMillis(), MILLISECONDS);
            if (!ended) {
                process.destroyForcibly().waitFor(5, SECONDS);
            }
            return new Result(ended && process.exitValue() == 0, Files.readString(output));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while " + program + " ran", e);
        } finally {
            Files.deleteIfExists(output);
        }
    }
}
