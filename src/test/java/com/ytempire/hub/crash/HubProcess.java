package com.ytempire.hub.crash;

import com.ytempire.hub.platform.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** The packaged jar as a process of its own, which can be killed and started again on the same data. */
final class HubProcess implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();

    /** As it was packaged. */
    static final Path JAR = Path.of(System.getProperty("hub.jar"));

    /** The tests beside it in this JVM, which have shorter bounds, go first where both want a processor. */
    static final List<String> NICE = List.of("nice", "-n", "2");

    private final String name;
    private final Path data;
    private final int port = freePort();
    private final int managementPort = freePort();
    private final Map<String, String> settings = new LinkedHashMap<>();
    private volatile Process process;

    HubProcess(String name, Path data) {
        this.name = name;
        this.data = data;
    }

    HubProcess with(String variable, String value) {
        settings.put(variable, value);
        return this;
    }

    /** On a server that it shares with other hubs and tests, all of which together get a hundred connections. */
    HubProcess on(TestPostgres server, String database) {
        return with("SPRING_DATASOURCE_URL", database)
                .with("SPRING_DATASOURCE_USERNAME", server.user())
                .with("SPRING_DATASOURCE_PASSWORD", server.password())
                .with("HUB_DATABASE_CONNECTIONS", "12");
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    Path data() {
        return data;
    }

    /** Its name among the nodes of its database, once it has started. */
    String nodeId() {
        try {
            return Files.readString(data.resolve("node-id")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All it has printed. */
    String log() throws IOException {
        return Files.readString(data.resolveSibling(name + ".log"));
    }

    /** Returns when the hub answers; it starts quickly, see {@link ClassArchive}. */
    HubProcess start() {
        return start(List.of(ClassArchive.option()));
    }

    /** The same with other options of the JVM. */
    HubProcess start(List<String> options) {
        try {
            Files.createDirectories(data);
            List<String> command = new ArrayList<>(NICE);
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(List.of("-Xmx384m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
            command.addAll(options);
            command.addAll(List.of(
                    "-jar",
                    JAR.toString(),
                    "--server.port=" + port,
                    "--management.server.port=" + managementPort,
                    "--hub.data=" + data));
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            data.resolveSibling(name + ".log").toFile()));
            // its own checks would pay and be told of by Stripe in between
            builder.environment().put("HUB_OPERATIONS_AUTOMATIC", "false");
            builder.environment().putAll(settings);
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Awaitility.await(name + " answers")
                .atMost(Duration.ofSeconds(240))
                .pollInterval(Duration.ofMillis(100))
                .failFast(name + " ended, see " + data.resolveSibling(name + ".log"), () -> !process.isAlive())
                .until(this::isReady);
        return this;
    }

    private boolean isReady() {
        try {
            return HTTP.send(
                                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort
                                                    + "/actuator/health/readiness"))
                                            .timeout(Duration.ofSeconds(2))
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** {@code kill -9}: nothing of it gets the chance to tidy up. */
    void kill() {
        process.destroyForcibly();
        waitForEnd();
    }

    /** {@code kill}: it ends what is under way and gives the rest back. */
    void stop() {
        process.destroy();
        waitForEnd();
    }

    private void waitForEnd() {
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException(name + " does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The status of the answer; 0 when there was none. */
    int post(String path, String header, String signature, String body) {
        return exchange(path, header, signature, body)
                .map(HttpResponse::statusCode)
                .orElse(0);
    }

    /** Empty when there was no answer. */
    Optional<HttpResponse<Void>> exchange(String path, String header, String signature, String body) {
        try {
            return Optional.of(send(path, header, signature, body, HttpResponse.BodyHandlers.discarding()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private <T> HttpResponse<T> send(
            String path, String header, String signature, String body, HttpResponse.BodyHandler<T> handler)
            throws IOException {
        try {
            return HTTP.send(
                    HttpRequest.newBuilder(URI.create(url() + path))
                            .timeout(Duration.ofSeconds(15))
                            .header(header, signature)
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    handler);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** The body of the answer. */
    String postForText(String path, String header, String signature, String body) throws IOException {
        return send(path, header, signature, body, HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /** The body of a page of the management port; with {@code name:password}, as the operator. */
    String management(String path, String login) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + path))
                .timeout(Duration.ofSeconds(10));
        if (login != null) {
            request.header(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)));
        }
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (process != null && process.isAlive()) {
            stop();
        }
    }
}
