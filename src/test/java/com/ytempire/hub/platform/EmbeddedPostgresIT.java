package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresIT {

    private static final Duration A_WHILE = Duration.ofSeconds(60);

    @TempDir
    Path data;

    private final List<AutoCloseable> started = new ArrayList<>();

    @AfterEach
    void stopAll() throws Exception {
        for (AutoCloseable each : started) {
            each.close();
        }
    }

    @Test
    void whatIsCommittedIsOnDisk() throws Exception {
        EmbeddedPostgres postgres = start();

        assertThat(ask(postgres, "show fsync")).containsExactly("on");
        assertThat(ask(postgres, "show full_page_writes")).containsExactly("on");
        assertThat(ask(postgres, "show synchronous_commit")).containsExactly("on");
        assertThat(ask(postgres, "show data_checksums")).containsExactly("on");
    }

    @Test
    void nobodyGetsInWithoutThePassword() throws Exception {
        EmbeddedPostgres postgres = start();

        for (String user : new String[] {EmbeddedPostgres.USER, EmbeddedPostgres.ADMIN}) {
            assertThatThrownBy(() -> DriverManager.getConnection(postgres.url(), user, "wrong"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("password authentication failed");
            assertThatThrownBy(() -> DriverManager.getConnection(postgres.url(), user, ""))
                    .isInstanceOf(SQLException.class);
        }
        try (Connection admin = postgres.connectAsAdmin()) {
            assertThat(ask(admin, "show unix_socket_directories")).containsExactly("");
            assertThat(ask(admin, "select distinct auth_method from pg_hba_file_rules"))
                    .containsExactly("scram-sha-256");
            assertThat(ask(admin, "select rolname from pg_roles where rolcanlogin and not rolsuper"))
                    .containsExactly("hub");
            assertThat(ask(admin, "select split_part(rolpassword, ':', 1) from pg_authid where rolname = 'hub'"))
                    .containsExactly("SCRAM-SHA-256$1");
        }
        assertThat(Files.getPosixFilePermissions(data.resolve("secrets")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(Files.getPosixFilePermissions(data.resolve("postgres")))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void onlyThisMachineReachesIt() throws Exception {
        EmbeddedPostgres postgres = start();
        int port = URI.create(postgres.url().substring("jdbc:".length())).getPort();

        assertThat(ask(postgres, "show listen_addresses")).containsExactly("127.0.0.1");
        for (NetworkInterface network : NetworkInterface.networkInterfaces().toList()) {
            for (InetAddress address : network.inetAddresses()
                    .filter(each -> !each.isLoopbackAddress())
                    .toList()) {
                assertThatThrownBy(() -> new Socket(address, port).close()).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void dataSurviveARestart() throws Exception {
        EmbeddedPostgres postgres = start();
        ask(postgres, "create table kept as select 'one' as value");
        stopAll();
        started.clear();

        assertThat(ask(start(), "select value from kept")).containsExactly("one");
        assertThat(data.resolve("postgres.log.1")).exists();
    }

    @Test
    void dataSurviveAKilledHubAndTheServerLeftBehindIsReplaced() throws Exception {
        Process owner = startOwner("first");
        long left = committed(owner);
        assertThatThrownBy(() -> DataFolder.open(data))
                .as("the owner lives")
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("running");

        owner.destroyForcibly().waitFor();
        assertThat(ProcessHandle.of(left)).as("the server outlives the hub").isPresent();
        Process second = startOwner("second");
        long alsoLeft = committed(second);
        await().atMost(A_WHILE).until(() -> !isServer(left));
        second.destroyForcibly().waitFor();

        EmbeddedPostgres postgres = start();
        assertThat(ask(postgres, "select value from kept order by 1")).containsExactly("first", "second");
        await().atMost(A_WHILE).until(() -> !isServer(alsoLeft));
        assertThat(ProcessHandle.allProcesses().filter(process -> isServer(process.pid())))
                .extracting(ProcessHandle::pid)
                .containsExactly(postgres.pid());
    }

    @Test
    void dataSurviveHubAndServerKilledTogether() throws Exception {
        Process owner = startOwner("first");
        long server = committed(owner);
        owner.destroyForcibly().waitFor();
        ProcessHandle postmaster = ProcessHandle.of(server).orElseThrow();
        List<ProcessHandle> all = new ArrayList<>(postmaster.descendants().toList());
        all.add(postmaster);
        all.forEach(ProcessHandle::destroyForcibly);
        await().atMost(A_WHILE).until(() -> all.stream().noneMatch(each -> isServer(each.pid())));

        assertThat(ask(start(), "select value from kept")).containsExactly("first");
    }

    /** As PostgreSQL does when it can no longer write its log. */
    @Test
    void aServerThatEndsByItselfIsStartedAgain_asItWas() throws Exception {
        EmbeddedPostgres postgres = start();
        ask(postgres, "create table kept as select 'one' as value");
        String url = postgres.url();
        try (EmbeddedPostgresWatch watch = new EmbeddedPostgresWatch(postgres, Duration.ofMillis(50))) {
            ProcessHandle server = ProcessHandle.of(postgres.pid()).orElseThrow();
            List<ProcessHandle> all = new ArrayList<>(server.descendants().toList());
            all.add(server);
            all.forEach(ProcessHandle::destroyForcibly);

            await().atMost(A_WHILE).ignoreExceptions().untilAsserted(() -> {
                assertThat(postgres.pid()).isNotEqualTo(server.pid());
                assertThat(ask(postgres, "select value from kept")).containsExactly("one");
            });
        }
        assertThat(postgres.url()).isEqualTo(url);
        assertThat(postgres.hasEnded()).isFalse();
    }

    @Test
    void aDeadServersNumberInAnotherProgramsHandsDoesNotMatter() throws Exception {
        start();
        stopAll();
        started.clear();
        Files.writeString(
                data.resolve("postgres/postmaster.pid"),
                ProcessHandle.current().pid() + "\n" + data.resolve("postgres") + "\n1\n5432\n\n127.0.0.1\n\nready\n");

        assertThat(ask(start(), "select 1")).containsExactly("1");
    }

    @Test
    void anotherMajorVersionStopsTheStartAndSaysHowToMove() throws Exception {
        start();
        stopAll();
        started.clear();
        Files.writeString(data.resolve("postgres/PG_VERSION"), "16\n");

        assertThatThrownBy(this::start).isInstanceOfSatisfying(StartRefused.class, refused -> {
            assertThat(refused).hasMessageContaining("PostgreSQL 16");
            assertThat(refused.action()).contains("pg_dump", "pg_restore");
        });
        assertThat(data.resolve("postgres/postmaster.pid")).doesNotExist();
    }

    @Test
    void lostSecretsStopTheStart() throws Exception {
        start();
        stopAll();
        started.clear();
        Files.delete(data.resolve("secrets"));

        assertThatThrownBy(this::start).isInstanceOf(StartRefused.class).hasMessageContaining("secrets");
        assertThat(data.resolve("secrets")).doesNotExist();
    }

    @Test
    void aServerThatDoesNotStartShowsTheEndOfItsLog() throws Exception {
        start();
        stopAll();
        started.clear();
        Files.writeString(data.resolve("postgres/postgresql.conf"), "\nno_such_setting = 1\n");

        assertThatThrownBy(this::start).isInstanceOf(StartRefused.class).hasMessageContaining("no_such_setting");
    }

    @Test
    void aDatabaseHalfMadeIsMadeAgain() throws Exception {
        Files.createDirectories(data.resolve("postgres.new/base"));
        Files.writeString(data.resolve("postgres.password"), "old");

        assertThat(ask(start(), "select 1")).containsExactly("1");
        assertThat(data.resolve("postgres.new")).doesNotExist();
        assertThat(data.resolve("postgres.password")).doesNotExist();
    }

    @Test
    void standsStillAndGoesOnForTests() throws Exception {
        try (TestPostgres postgres = TestPostgres.on(data)) {
            postgres.freeze();
            assertThatThrownBy(() -> DriverManager.getConnection(
                            postgres.url() + "?connectTimeout=1&socketTimeout=1&loginTimeout=2",
                            postgres.user(),
                            postgres.password()))
                    .isInstanceOf(SQLException.class);
            postgres.unfreeze();
            DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password())
                    .close();
            postgres.stop();
            assertThatThrownBy(() -> DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password()))
                    .isInstanceOf(SQLException.class);
            postgres.start();
            DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password())
                    .close();
        }
    }

    private EmbeddedPostgres start() {
        DataFolder folder = DataFolder.open(data);
        EmbeddedPostgres postgres;
        try {
            postgres = EmbeddedPostgres.start(
                    folder, new DatabaseSettings(0, Duration.ofSeconds(30), TestPostgres.BINARIES));
        } catch (RuntimeException e) {
            folder.close();
            throw e;
        }
        started.add(postgres);
        started.add(folder);
        return postgres;
    }

    private Process startOwner(String row) throws IOException {
        Process owner = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        EmbeddedPostgresOwner.class.getName(),
                        data.toString(),
                        row)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        started.add(owner::destroyForcibly);
        return owner;
    }

    /** The server's process, as soon as the owner's row is committed. */
    private static long committed(Process owner) throws IOException {
        BufferedReader output = owner.inputReader();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith("committed ")) {
                return Long.parseLong(line.substring("committed ".length()));
            }
        }
        throw new AssertionError("the owner ended before it committed");
    }

    /** Whether the process is the main one of a server on our data; a zombie has no arguments. */
    private boolean isServer(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().arguments())
                .map(arguments ->
                        List.of(arguments).contains(data.resolve("postgres").toString()))
                .orElse(false);
    }

    private static List<String> ask(EmbeddedPostgres postgres, String sql) throws SQLException {
        try (Connection connection =
                DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password())) {
            return ask(connection, sql);
        }
    }

    private static List<String> ask(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            List<String> values = new ArrayList<>();
            if (statement.execute(sql)) {
                ResultSet rows = statement.getResultSet();
                while (rows.next()) {
                    values.add(rows.getString(1));
                }
            }
            return values;
        }
    }
}
