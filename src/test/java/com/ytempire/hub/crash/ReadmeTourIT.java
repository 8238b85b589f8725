package com.ytempire.hub.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.sandbox.SandboxHub;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.springframework.util.FileSystemUtils;

/**
 * The tour of the README and the run-books, as they stand there: their shell blocks run one after the other in one bash,
 * against hub and sandbox as {@code mvn spring-boot:test-run} starts them, and print what is written below each. In what is
 * written {@code …} stands for what differs from run to run, and on a line of its own for lines left out. Comments of the
 * run-books, which a reader does not see, break and mend the vendors and look at what the other side got.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
@OwnProcesses
class ReadmeTourIT {

    private static final Path FOLDER = Path.of("target", "readme-tour").toAbsolutePath();
    private static final String END = "--- the block has ended: ";

    /** So long a block that only reads is run again, as a reader would look again for what is under way. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Duration PAUSE = Duration.ofMillis(500);

    /** A block and what it prints. */
    private record Step(int line, String commands, String output) {

        /** May be run again without changing anything. */
        boolean onlyReads() {
            return !Pattern.compile(" -d | -X|\\w+=\\$\\(").matcher(commands).find();
        }
    }

    private final int port = HubProcess.freePort();
    private final int managementPort = HubProcess.freePort();
    private final int sandboxPort = HubProcess.freePort();
    private Process hub;
    private Process bash;
    private Writer commands;
    private BufferedReader output;

    @BeforeAll
    void start() throws IOException {
        FileSystemUtils.deleteRecursively(FOLDER);
        Files.createDirectories(FOLDER);
        hub = startHub();
        bash = new ProcessBuilder("bash", "--norc", "-s")
                .directory(FOLDER.toFile())
                .redirectErrorStream(true)
                .start();
        commands = bash.outputWriter(StandardCharsets.UTF_8);
        output = bash.inputReader(StandardCharsets.UTF_8);
        awaitReady();
    }

    @AfterAll
    void stop() throws InterruptedException {
        bash.destroyForcibly();
        hub.destroy();
        if (!hub.waitFor(30, TimeUnit.SECONDS)) {
            hub.destroyForcibly();
        }
    }

    @Test
    @Order(1)
    void theTourIsAsTheReadmeTellsIt() throws Exception {
        runAll(Path.of("README.md"), "## A tour", 10);
    }

    /** After the tour, whose words and whose customer they use. */
    @Test
    @Order(2)
    void theEmergenciesAreMendedAsTheRunBooksSay() throws Exception {
        runAll(Path.of("docs/runbooks.md"), "## ", 20);
    }

    private void runAll(Path document, String heading, int least) throws Exception {
        List<Step> steps = steps(Files.readAllLines(document), heading);
        assertThat(steps).as("blocks of " + document).hasSizeGreaterThan(least);
        List<String> lies = new ArrayList<>();
        for (Step step : steps) {
            run(document, step, lies);
        }
        assertThat(lies).as("what " + document + " tells and is not so").isEmpty();
    }

    private void run(Path document, Step step, List<String> lies) {
        String here = step.commands()
                .replace("localhost:8080", "localhost:" + port)
                .replace("localhost:8081", "localhost:" + managementPort)
                .replace("localhost:8090", "localhost:" + sandboxPort);
        long begun = System.nanoTime();
        AtomicReference<String> printed = new AtomicReference<>(execute(step, here));
        if (step.onlyReads() && !isTold(step, printed.get())) {
            try {
                Awaitility.await()
                        .pollInSameThread()
                        .pollDelay(PAUSE)
                        .pollInterval(PAUSE)
                        .atMost(PATIENCE)
                        .until(() -> isTold(step, printed.updateAndGet(before -> execute(step, here))));
            } catch (ConditionTimeoutException e) {
                // told below, with all the others
            }
        }
        if (isTold(step, printed.get())) {
            System.out.printf("%s:%d as told, %d ms%n", document, step.line(), (System.nanoTime() - begun) / 1_000_000);
        } else {
            lies.add("%s:%d%n%s%nprints%n%s%nnot%n%s%n"
                    .formatted(document, step.line(), here, printed.get(), step.output()));
        }
    }

    private String execute(Step step, String here) {
        try {
            commands.write(here + "\nprintf '\\n%s%d\\n' '" + END + "' $?\n");
            commands.flush();
            return untilEnd(step);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isTold(Step step, String printed) {
        return Pattern.compile(pattern(step.output())).matcher(printed + "\n").matches();
    }

    private String untilEnd(Step step) throws IOException {
        StringBuilder printed = new StringBuilder();
        while (true) {
            String line = output.readLine();
            if (line == null) {
                throw new IOException("The shell ended at line " + step.line() + ":\n" + printed);
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
        return pattern.toString();
    }

    /** The blocks of shell below such headings, and the text that follows each. */
    private static List<Step> steps(List<String> document, String heading) {
        List<Step> steps = new ArrayList<>();
        boolean wanted = false;
        String language = null; // of the block we are in
        boolean hidden = false;
        StringBuilder block = new StringBuilder();
        for (int i = 0; i < document.size(); i++) {
            String line = document.get(i);
            boolean fence = line.startsWith("```");
            if (language == null && line.startsWith("## ")) {
                wanted = line.startsWith(heading);
            } else if (language == null && (fence || line.equals("<!-- sh"))) {
                hidden = !fence;
                language = hidden ? "sh" : line.substring(3);
            } else if (language != null && (fence || hidden && (line.equals("text") || line.equals("-->")))) {
                if (wanted && language.equals("sh")) {
                    steps.add(new Step(i, block.toString(), ""));
                } else if (wanted && language.equals("text")) {
                    Step last = steps.remove(steps.size() - 1);
                    steps.add(new Step(last.line(), last.commands(), block.toString()));
                }
                block.setLength(0);
                language = line.equals("text") ? "text" : null;
            } else if (language != null) {
                block.append(line).append('\n');
            }
        }
        return steps;
    }

    private Process startHub() throws IOException {
        List<String> command = new ArrayList<>(HubProcess.NICE);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                SandboxHub.class.getName(),
                "--server.port=" + port,
                "--management.server.port=" + managementPort,
                "--hub.data=" + FOLDER.resolve("data")));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(FOLDER.resolve("hub.log").toFile());
        builder.environment().put("SANDBOX_PORT", String.valueOf(sandboxPort));
        builder.environment().put("HUB_VIDEO_SIZE", "360"); // a small film is made sooner
        builder.environment()
                .put("HUB_YOUTUBE_UPLOAD_WATCH", "1s, 2s, 5s"); // YouTube is asked sooner whether it is done
        builder.environment().put("HUB_ACCOUNTS_REQUESTS_PER_MINUTE", "600"); // we look more often than a reader
        return builder.start();
    }

    private void awaitReady() {
        URI readiness = URI.create("http://localhost:" + managementPort + "/actuator/health/readiness");
        Awaitility.await("hub and sandbox answer")
                .atMost(Duration.ofSeconds(180))
                .pollInterval(Duration.ofMillis(100))
                .failFast("they ended, see " + FOLDER.resolve("hub.log"), () -> !hub.isAlive())
                .ignoreExceptions()
                .until(() -> ((HttpURLConnection) readiness.toURL().openConnection()).getResponseCode() == 200);
    }
}
