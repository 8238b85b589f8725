package com.ytempire.hub.benchmark;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A server in a JVM of its own; hub and reference get the same options. */
final class ServerProcess implements AutoCloseable {

    /** What a server prints when it takes requests, followed by its port. */
    static final String READY = "benchmark server ready on port ";

    /** As the image has them, see {@code src/main/docker/Dockerfile}. */
    private static final List<String> JVM_OPTIONS =
            List.of("-XX:+UseParallelGC", "-XX:+UseTransparentHugePages", "-Xms512m", "-Xmx512m");

    private final Process process;
    private final Writer words;
    private final int port;

    private ServerProcess(Process process, int port) {
        this.process = process;
        this.words = process.outputWriter(StandardCharsets.UTF_8);
        this.port = port;
    }

    /**
     * @param folder its working directory; what it prints is in {@code log} there
     * @param jvm further options of its JVM
     */
    static ServerProcess start(
            Class<?> main, Path folder, List<String> jvm, Map<String, String> environment, String... arguments)
            throws Exception {
        Files.createDirectories(folder);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM_OPTIONS);
        command.addAll(jvm);
        command.addAll(List.of("-cp", absoluteClassPath(), main.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        CompletableFuture<Integer> port = new CompletableFuture<>();
        Path log = folder.resolve("log");
        Thread reader = new Thread(() -> copy(process, log, port), main.getSimpleName() + "-output");
        reader.setDaemon(true);
        reader.start();
        try {
            return new ServerProcess(process, port.get(5, TimeUnit.MINUTES));
        } catch (Exception e) {
            process.destroyForcibly();
            throw new IllegalStateException(main.getSimpleName() + " did not start, see " + log, e);
        }
    }

    private static void copy(Process process, Path log, CompletableFuture<Integer> port) {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
                Writer file = Files.newBufferedWriter(log)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                file.write(line + "\n");
                file.flush();
                if (line.startsWith(READY)) {
                    port.complete(Integer.valueOf(line.substring(READY.length())));
                }
            }
            port.completeExceptionally(new IOException("it ended"));
        } catch (IOException e) {
            port.completeExceptionally(e);
        }
    }

    private static String absoluteClassPath() {
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            entries.add(Path.of(entry).toAbsolutePath().toString());
        }
        return String.join(File.pathSeparator, entries);
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    /** The processor time this server has used since it started. */
    Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** What of it went into compiling itself, which ends when it has run for a while; zero where /proc is missing. */
    Duration compiling() throws IOException {
        return compiling(process.pid());
    }

    /** The same of any process. */
    static Duration compiling(long pid) throws IOException {
        Path threads = Path.of("/proc", String.valueOf(pid), "task");
        if (!Files.isDirectory(threads)) {
            return Duration.ZERO;
        }
        long ticks = 0;
        try (Stream<Path> all = Files.list(threads)) {
            for (Path thread : all.toList()) {
                ticks += compilerTicks(thread.resolve("stat"));
            }
        }
        return Duration.ofMillis(10 * ticks);
    }

    /** Name in brackets, then from field 3 on: user and system time are 14 and 15, in hundredths of a second. */
    private static long compilerTicks(Path statistics) {
        try {
            String text = Files.readString(statistics);
            String name = text.substring(text.indexOf('(') + 1, text.lastIndexOf(')'));
            String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
            return name.matches("C[12] Compiler.*") ? Long.parseLong(fields[11]) + Long.parseLong(fields[12]) : 0;
        } catch (IOException e) {
            return 0; // a thread that has ended
        }
    }

    void tell(String word) throws IOException {
        words.write(word + "\n");
        words.flush();
    }

    @Override
    public void close() throws IOException {
        words.close();
        try {
            if (!process.waitFor(40, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
