package com.ytempire.hub.platform;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Runs the programs of the PostgreSQL that comes along: as a user it accepts, with nothing of the hub's surroundings. */
final class PostgresPrograms {

    private static final Duration VERSION_LIMIT = Duration.ofSeconds(20);

    private final Path home;
    private final Path folder;

    /**
     * @param home has the programs in {@code bin}
     * @param folder where they run and what they print is kept for the moment
     */
    PostgresPrograms(Path home, Path folder) {
        this.home = home;
        this.folder = folder;
    }

    /** Such as 18. */
    String majorVersion() throws IOException {
        String version = run(VERSION_LIMIT, "postgres", "--version").output();
        return version.replaceFirst("(?s)^.*\\) (\\d+).*$", "$1");
    }

    /** Why the hub does not start, with what can be done about it. */
    static StartRefused failed(String problem) {
        return new StartRefused(
                problem,
                problem.contains("cannot be run as root") || problem.contains("execution of the PostgreSQL server")
                        ? "PostgreSQL does not run as root, and this machine does not allow root to leave its rights"
                                + " behind (unshare -U). Run the hub as an ordinary user."
                        : "Remove the cause, or set SPRING_DATASOURCE_URL to another PostgreSQL server.");
    }

    /** @param succeeded it has ended, and with 0 */
    record Result(boolean succeeded, String output) {}

    /** Returns when the program has ended, or was killed because it took longer. */
    Result run(Duration limit, String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (LinuxUtils.isUnshareAvailable()) { // we are root, and PostgreSQL refuses to be: give up root's rights
            command.addAll(List.of("unshare", "-U"));
        }
        command.add(home.resolve("bin").resolve(program).toString());
        command.addAll(List.of(arguments));
        Path output = folder.resolve("postgres.out");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
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
