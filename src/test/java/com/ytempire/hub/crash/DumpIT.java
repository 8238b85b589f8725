package com.ytempire.hub.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.springframework.util.FileSystemUtils;

/**
 * Backup and restore by {@code pg_dump} and {@code pg_restore}, as docs/runbooks.md has them, of a PostgreSQL server of
 * one's own: the one of the machine, on Debian 12 the oldest the hub promises to run on.
 */
@OwnProcesses
class DumpIT {

    private static final Path FOLDER = Path.of("target", "dump").toAbsolutePath();
    private static final String SECRET = "n8n_secret_an_operator_added";
    private static final String EVENT = "{\"execution_id\":\"dumped\",\"workflow_id\":\"w\",\"status\":\"success\"}";

    private final int port = HubProcess.freePort();

    /** The newest PostgreSQL whose server and client programs are both here. */
    private static Optional<Path> programs() throws IOException {
        Path all = Path.of("/usr/lib/postgresql");
        if (!Files.isDirectory(all)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(all)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Stream.of("initdb", "pg_ctl", "pg_dump", "pg_restore")
                            .allMatch(program -> Files.isExecutable(bin.resolve(program))))
                    .max(Comparator.comparing(bin ->
                            Integer.parseInt(bin.getParent().getFileName().toString())));
        }
    }

    private static void run(String... command) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            words.addAll(List.of("unshare", "-U")); // PostgreSQL refuses to run as root
        }
        words.addAll(List.of(command));
        Path output = FOLDER.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(FOLDER.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("PGPASSWORD", "hub");
        Process process = builder.start();
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        assertThat(ended && process.exitValue() == 0)
                .as(String.join(" ", command) + "\n" + Files.readString(output, StandardCharsets.UTF_8))
                .isTrue();
    }

    private HubProcess hub(String name, String database) {
        return new HubProcess(name, FOLDER.resolve(name))
                .with("N8N_WEBHOOK_SECRET", "n8n_secret_of_the_environment")
                .with("HUB_OPERATOR_PASSWORD", "operator-of-the-dump")
                .with("HUB_ENCRYPTION_KEY", TestDatabase.ENCRYPTION_KEY)
                .with("JWT_SECRET_KEY", TestDatabase.JWT_KEY)
                .with("SPRING_DATASOURCE_URL", "jdbc:postgresql://127.0.0.1:" + port + "/" + database)
                .with("SPRING_DATASOURCE_USERNAME", "hub")
                .with("SPRING_DATASOURCE_PASSWORD", "hub");
    }

    private static String post(HubProcess hub) throws IOException {
        return hub.postForText("/api/v1/webhooks/n8n", "X-N8N-Signature", CrashIT.hmac(SECRET, EVENT), EVENT);
    }

    @Test
    void aDumpTakenWhileTheHubRunsComesBackInAnEmptyDatabase() throws Exception {
        Path bin = programs().orElse(null);
        Assumptions.assumeTrue(bin != null, "there is no PostgreSQL server's program on this machine");
        FileSystemUtils.deleteRecursively(FOLDER);
        Files.createDirectories(FOLDER);
        Files.writeString(FOLDER.resolve("password"), "hub");
        String cluster = FOLDER.resolve("cluster").toString();
        run(
                bin.resolve("initdb") + "",
                "-D",
                cluster,
                "-U",
                "hub",
                "--pwfile=password",
                "-A",
                "scram-sha-256",
                "-E",
                "UTF8",
                "--locale=C");
        run(
                bin.resolve("pg_ctl") + "",
                "-D",
                cluster,
                "-w",
                "-l",
                FOLDER.resolve("server.log") + "",
                "-o",
                "-p " + port + " -c listen_addresses=127.0.0.1 -c unix_socket_directories=''",
                "start");
        String[] connection = {"-h", "127.0.0.1", "-p", String.valueOf(port), "-U", "hub"};
        try {
            run(with(bin.resolve("createdb"), connection, "hub"));
            run(with(bin.resolve("createdb"), connection, "restored"));
            try (HubProcess hub = hub("dumped", "hub").start()) {
                assertThat(hub.post(
                                "/api/v1/webhooks/endpoints/n8n/secrets",
                                "Authorization",
                                RecoveryIT.operator("operator-of-the-dump"),
                                "{\"secret\":\"" + SECRET + "\"}"))
                        .isEqualTo(201);
                assertThat(post(hub)).contains("accepted");
                run(with(bin.resolve("pg_dump"), connection, "-Fc", "-f", "hub.dump", "hub"));
            }
            run(with(
                    bin.resolve("pg_restore"),
                    connection,
                    "-d",
                    "restored",
                    "--no-owner",
                    "--exit-on-error",
                    "hub.dump"));
            try (HubProcess hub = hub("restored", "restored").start()) {
                assertThat(post(hub))
                        .as("its secret is read, and the event known")
                        .contains("duplicate");
            }
        } finally {
            run(bin.resolve("pg_ctl") + "", "-D", cluster, "-w", "-m", "fast", "stop");
        }
    }

    private static String[] with(Path program, String[] connection, String... more) {
        return Stream.of(Stream.of(program.toString()), Stream.of(connection), Stream.of(more))
                .flatMap(words -> words)
                .toArray(String[]::new);
    }
}
