package com.ytempire.hub.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.ytempire.hub.sandbox.SandboxHub;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.util.FileSystemUtils;

/**
 * The tour of the README, as it stands there: its shell blocks run one after the other in one bash, against hub and
 * sandbox as {@code mvn spring-boot:test-run} starts them, and print what the README says. In what it says {@code …}
 * stands for what differs from run to run, and on a line of its own for lines left out.
 */
class ReadmeTourIT {

    private static final Path FOLDER = Path.of("target", "readme-tour").toAbsolutePath();
    private static final String END = "--- the block has ended: ";

    /** So long a block that only reads is run again, as a reader would look again for what is under way. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** A block and what it prints. */
    private record Step(int line, String commands, String output) {

        /** May be run again without changing anything. */
        boolean onlyReads() {
            return !Pattern.compile(" -d | -X|\\w+=\\$\\(").matcher(commands).find();
        }
    }

    @Test
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void theReadmeTellsTheTruth() throws Exception {
        FileSystemUtils.deleteRecursively(FOLDER);
        Files.createDirectories(FOLDER);
        int hub = HubProcess.freePort();
        int management = HubProcess.freePort();
        int sandbox = HubProcess.freePort();
        Process process = start(hub, management, sandbox);
        Process bash = new ProcessBuilder("bash", "--norc", "-s")
                .directory(FOLDER.toFile())
                .redirectErrorStream(true)
                .start();
        try (Writer commands = bash.outputWriter(StandardCharsets.UTF_8);
                BufferedReader output = bash.inputReader(StandardCharsets.UTF_8)) {
            awaitReady(process, management);
            List<Step> steps = steps(Files.readAllLines(Path.of("README.md")));
            assertThat(steps).as("blocks of the tour").hasSizeGreaterThan(8);
            for (Step step : steps) {
                String here = step.commands()
                        .replace("localhost:8080", "localhost:" + hub)
                        .replace("localhost:8081", "localhost:" + management)
                        .replace("localhost:8090", "localhost:" + sandbox);
                run(step, here, commands, output);
            }
        } finally {
            bash.destroyForcibly();
            process.destroy();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }

    private static void run(Step step, String here, Writer commands, BufferedReader output) throws Exception {
        long until = System.nanoTime() + PATIENCE.toNanos();
        long begun = System.nanoTime();
        while (true) {
            commands.write(here + "\nprintf '\\n%s%d\\n' '" + END + "' $?\n");
            commands.flush();
            String printed = untilEnd(step, output);
            if (Pattern.compile(pattern(step.output())).matcher(printed).matches()) {
                System.out.printf("README.md:%d as told, %d ms%n", step.line(), (System.nanoTime() - begun) / 1_000_000);
                return;
            }
            if (!step.onlyReads() || System.nanoTime() > until) {
                fail("README.md:%d%n%s%nprints%n%s%nnot%n%s", step.line(), here, printed, step.output());
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    private static String untilEnd(Step step, BufferedReader output) throws IOException {
        StringBuilder printed = new StringBuilder();
        while (true) {
            String line = output.readLine();
            if (line == null) {
                throw new IOException("The shell ended at README.md:" + step.line() + ":\n" + printed);
            }
            if (line.startsWith(END)) {
                return tidy(printed.toString());
            }
            printed.append(line).append('\n');
        }
    }

    /** Blanks at the ends of lines, and empty lines, are not to be seen. */
    private static String tidy(String text) {
        return text.replaceAll("[ \t\r]+\n", "\n").replaceAll("\n{2,}", "\n").strip();
    }

    private static String pattern(String told) {
        StringBuilder pattern = new StringBuilder();
        for (String line : tidy(told).split("\n")) {
            if (line.equals("…")) {
                pattern.append("(?:.*\n)*?");
            } else {
                for (String piece : line.split("(?<=…)|(?=…)")) {
                    pattern.append(piece.equals("…") ? ".+?" : Pattern.quote(piece));
                }
                pattern.append('\n');
            }
        }
        return pattern.toString().replaceFirst("\n$", "");
    }

    private static List<Step> steps(List<String> readme) {
        List<Step> steps = new ArrayList<>();
        boolean tour = false;
        String language = null;
        StringBuilder block = new StringBuilder();
        int begin = 0;
        for (int i = 0; i < readme.size(); i++) {
            String line = readme.get(i);
            if (language == null && line.startsWith("## ")) {
                tour = line.startsWith("## A tour");
            } else if (language == null && line.startsWith("```")) {
                language = line.substring(3);
                begin = i + 1;
                block.setLength(0);
            } else if (line.equals("```")) {
                if (tour && language.equals("sh")) {
                    steps.add(new Step(begin, block.toString(), ""));
                } else if (tour && language.equals("text")) {
                    Step last = steps.remove(steps.size() - 1);
                    steps.add(new Step(last.line(), last.commands(), block.toString()));
                }
                language = null;
            } else if (language != null) {
                block.append(line).append('\n');
            }
        }
        return steps;
    }

    private static Process start(int hub, int management, int sandbox) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SandboxHub.class.getName(),
                        "--server.port=" + hub,
                        "--management.server.port=" + management,
                        "--hub.data=" + FOLDER.resolve("data"))
                .redirectErrorStream(true)
                .redirectOutput(FOLDER.resolve("hub.log").toFile());
        builder.environment().put("SANDBOX_PORT", String.valueOf(sandbox));
        builder.environment().put("HUB_VIDEO_SIZE", "360"); // a small film is made sooner
        return builder.start();
    }

    private static void awaitReady(Process process, int management) {
        URI readiness = URI.create("http://localhost:" + management + "/actuator/health/readiness");
        Awaitility.await("hub and sandbox answer")
                .atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofMillis(100))
                .failFast("they ended, see " + FOLDER.resolve("hub.log"), () -> !process.isAlive())
                .ignoreExceptions()
                .until(() -> ((HttpURLConnection) readiness.toURL().openConnection()).getResponseCode() == 200);
    }
}
