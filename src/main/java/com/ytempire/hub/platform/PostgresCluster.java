package com.ytempire.hub.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import org.springframework.util.FileSystemUtils;

/** The files of the embedded PostgreSQL: who may use them, how they are made, and the settings a server starts with. */
final class PostgresCluster {

    private final DataFolder folder;
    private final Path cluster;
    private final PostgresPrograms programs;
    private final Duration limit;

    /** @param limit how long making them may take */
    PostgresCluster(DataFolder folder, Path cluster, PostgresPrograms programs, Duration limit) {
        this.folder = folder;
        this.cluster = cluster;
        this.programs = programs;
        this.limit = limit;
    }

    /** @throws StartRefused when another major version made them */
    void refuseOtherVersion(String ours) throws IOException {
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

    /** @throws StartRefused when nobody could get in */
    void refuseLostPassword() {
        if (folder.secret("POSTGRES_ADMIN_PASSWORD").isEmpty()) {
            throw new StartRefused(
                    "There is a database in " + cluster + ", but its password is not in "
                            + folder.path().resolve("secrets") + ".",
                    "Put back the file secrets that belongs to this data folder.");
        }
    }

    /** Under another name until it is complete, so that a crash in between leaves nothing half made. */
    void make() throws IOException {
        Path unfinished = folder.path().resolve("postgres.new");
        Path passwordFile = folder.path().resolve("postgres.password");
        FileSystemUtils.deleteRecursively(unfinished);
        Files.deleteIfExists(passwordFile);
        try {
            Files.createFile(
                    passwordFile, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(passwordFile, folder.secret("POSTGRES_ADMIN_PASSWORD", PostgresCluster::newPassword));
            PostgresPrograms.Result made = programs.run(
                    limit,
                    "initdb",
                    "--pgdata=" + unfinished,
                    "--username=" + EmbeddedPostgres.ADMIN,
                    "--pwfile=" + passwordFile,
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale=C",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8");
            if (!made.succeeded()) {
                throw PostgresPrograms.failed("PostgreSQL could not make its database:\n" + made.output());
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

    /** They are the present hub's at each start. */
    void writeSettings(String host, int port) throws IOException {
        Files.writeString(cluster.resolve("hub.conf"), """
                # Written by the hub at each start.
                listen_addresses = '%s'
                port = %d
                unix_socket_directories = ''
                password_encryption = 'scram-sha-256'
                # many iterations protect passwords that can be guessed; ours are 192 random bits, and each connection pays
                scram_iterations = 1
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
                """.formatted(host, port));
    }

    /** 192 random bits, in hexadecimal digits. */
    static String newPassword() {
        byte[] bytes = new byte[24];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
