package com.ytempire.hub.sandbox;

import com.ytempire.hub.sandbox.Faults.Fault;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.ClientAbortException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.valves.ValveBase;
import org.apache.catalina.webresources.TomcatURLStreamHandlerFactory;
import org.apache.coyote.ActionCode;
import org.apache.tomcat.util.modeler.Registry;

/** The one HTTP server of all vendors: finds the vendor by the path, lets faults happen, notes what came. */
final class VendorServer implements AutoCloseable {

    /** A vendor's side of the server. */
    interface Vendor {
        String name();

        Answer answer(Received request);

        /** What is answered at once instead of letting the request in; empty lets it in. */
        default Optional<Answer> enter(Received request) {
            return Optional.empty();
        }

        /** A request that was let in has been answered, or its connection cut. */
        default void leave(Received request) {}

        /** How it may be told to behave; null: it has no moods. */
        default Moods<?> moods() {
            return null;
        }

        /** Whether the body goes into a file, which is deleted once the request is answered. */
        default boolean spools(String method, String path, String query) {
            return false;
        }

        /** How this vendor words a failure that was asked for. */
        default Answer failure(Received request, int status) {
            return Answer.text(status, "The sandbox was asked to answer " + status);
        }
    }

    /** Requests under this path are orders to the sandbox, neither noted nor made to fail. */
    static final String CONTROL = "/_sandbox";

    private final Map<String, Vendor> vendors = new TreeMap<>(Collections.reverseOrder());
    private final Tomcat tomcat = new Tomcat();
    private final Connector connector = new Connector();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Clock clock;
    private final Faults faults;
    private final Sent sent;

    VendorServer(Clock clock, Faults faults, Sent sent) {
        this.clock = clock;
        this.faults = faults;
        this.sent = sent;
    }

    /** @param prefix path under which the vendor answers; "" for the one at the root */
    void mount(String prefix, Vendor vendor) {
        vendors.put(prefix, vendor);
    }

    /** @throws IllegalStateException when the port is taken */
    void start(int port) {
        // both as Spring Boot does: there may be a second Tomcat in this JVM, the hub's
        TomcatURLStreamHandlerFactory.disable();
        Registry.disableRegistry();
        connector.setPort(port);
        connector.setThrowOnFailure(true);
        connector.setProperty("address", "127.0.0.1");
        connector.setProperty("maxKeepAliveRequests", "-1");
        connector.setProperty("tcpNoDelay", "true");
        // stripe-java writes created[gte] and expand[] without escaping the brackets
        connector.setProperty("relaxedQueryChars", "[]{}|");
        try {
            Path folder = Files.createTempDirectory("sandbox"); // Tomcat wants one and puts nothing into it
            folder.toFile().deleteOnExit();
            tomcat.setBaseDir(folder.toString());
            tomcat.getEngine().setName("sandbox");
            tomcat.setConnector(connector);
            tomcat.getHost();
            tomcat.getEngine().getPipeline().addValve(new Door());
            tomcat.start();
        } catch (LifecycleException e) {
            close();
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof BindException) {
                    throw new IllegalStateException("Port " + port + " of 127.0.0.1 is taken by another program", e);
                }
            }
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Each vendor behaves as usual. */
    void recover() {
        vendors.values().stream().map(Vendor::moods).filter(Objects::nonNull).forEach(Moods::clear);
    }

    int port() {
        return connector.getLocalPort();
    }

    @Override
    public void close() {
        closing.countDown();
        try {
            tomcat.stop();
            tomcat.destroy();
        } catch (LifecycleException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Takes requests before any servlet would: only here a connection can be cut without an answer. */
    private final class Door extends ValveBase {

        @Override
        public void invoke(Request request, Response response) throws IOException {
            Vendor vendor = vendorOf(request.getDecodedRequestURI());
            Received received = read(vendor, request);
            try {
                serve(vendor, received, response);
            } finally {
                if (received.file() != null) {
                    Files.deleteIfExists(received.file());
                }
            }
        }

        private void serve(Vendor vendor, Received received, Response response) throws IOException {
            boolean control = received.path().startsWith(CONTROL);
            Optional<Answer> outside = vendor.enter(received);
            Optional<Answer> answer;
            boolean torn = false;
            if (outside.isPresent()) {
                answer = outside;
            } else {
                try {
                    Optional<Fault> fault = control ? Optional.empty() : faults.next(vendor.name(), received);
                    answer = answer(vendor, received, fault);
                    torn = fault.filter(one -> one.kind() == Faults.Kind.TORN).isPresent();
                } finally {
                    vendor.leave(received);
                }
            }
            if (!control) {
                note(vendor, received, answer.map(Answer::status).orElse(0));
            }
            if (answer.isPresent() && torn) {
                begin(answer.get(), response);
                response.getCoyoteResponse().action(ActionCode.CLOSE_NOW, new IOException("torn by request"));
            } else if (answer.isPresent() && answer.get().status() != 0) {
                write(answer.get(), response);
            } else {
                response.getCoyoteResponse().action(ActionCode.CLOSE_NOW, new IOException("cut by request"));
            }
        }
    }

    Vendor named(String name) {
        return vendors.values().stream()
                .filter(vendor -> vendor.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private Vendor vendorOf(String path) {
        return vendors.entrySet().stream()
                .filter(entry -> path.equals(entry.getKey()) || path.startsWith(entry.getKey() + "/"))
                .findFirst()
                .orElseThrow()
                .getValue();
    }

    /** Empty: cut the connection. */
    private Optional<Answer> answer(Vendor vendor, Received request, Optional<Fault> planned) {
        if (planned.isEmpty()) {
            return Optional.of(vendor.answer(request));
        }
        Fault fault = planned.get();
        Answer usual = fault.done() ? vendor.answer(request) : null;
        return switch (fault.kind()) {
            case CUT -> Optional.empty();
            case TORN -> Optional.of(usual);
            case STATUS, RATE_LIMIT -> Optional.of(vendor.failure(request, fault.status()));
            case ECHO -> Optional.of(Echo.of(vendor.failure(request, fault.status()), request));
            case SLOW -> {
                try {
                    closing.await(fault.slowness().toMillis(), TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                yield Optional.of(usual);
            }
        };
    }

    private void note(Vendor vendor, Received request, int status) {
        Map<String, String> headers = new LinkedHashMap<>(request.headers());
        headers.computeIfPresent("authorization", (name, value) -> value.replaceAll("(?<=\\S{4})\\S+$", "…"));
        sent.add(new SentRequest(
                vendor.name(),
                clock.instant(),
                request.method(),
                request.path(),
                request.query(),
                headers,
                request.text(),
                status));
    }

    private static Received read(Vendor vendor, Request request) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String name : Collections.list(request.getHeaderNames())) {
            headers.put(name.toLowerCase(Locale.ROOT), String.join(",", Collections.list(request.getHeaders(name))));
        }
        String method = request.getMethod();
        String path = request.getDecodedRequestURI();
        String query = request.getQueryString() == null ? "" : request.getQueryString();
        try (InputStream in = request.getInputStream()) {
            if (vendor.spools(method, path, query)) {
                Path file = spool(in);
                byte[] told = ("(" + Files.size(file) + " bytes)").getBytes(StandardCharsets.UTF_8);
                return new Received(method, path, query, headers, told, file);
            }
            return new Received(method, path, query, headers, in.readAllBytes());
        }
    }

    /** What has come, even when the sender goes away in the middle. */
    private static Path spool(InputStream in) throws IOException {
        Path file = Files.createTempFile("sandbox", ".body");
        try (OutputStream out = Files.newOutputStream(file)) {
            in.transferTo(out);
        } catch (ClientAbortException | EOFException | SocketTimeoutException e) {
            // the vendor keeps what it has
        }
        return file;
    }

    private void write(Answer answer, Response response) throws IOException {
        head(answer, response);
        response.getOutputStream().write(answer.body());
        response.finishResponse();
    }

    /** As far as the middle of its body. */
    private void begin(Answer answer, Response response) throws IOException {
        head(answer, response);
        response.getOutputStream().write(answer.body(), 0, answer.body().length / 2);
        response.flushBuffer();
    }

    private void head(Answer answer, Response response) {
        response.setStatus(answer.status());
        // the sandbox's time, not the machine's
        response.setHeader(
                "Date",
                DateTimeFormatter.RFC_1123_DATE_TIME.format(clock.instant().atOffset(ZoneOffset.UTC)));
        answer.headers().forEach(response::setHeader);
        response.setContentLength(answer.body().length);
    }
}
