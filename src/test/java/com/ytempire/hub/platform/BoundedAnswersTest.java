package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.zip.GZIPOutputStream;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Servers that never come to an end, over a real connection. */
@Timeout(10)
class BoundedAnswersTest {

    private static final int LARGEST = 100_000;

    private final BoundedAnswers bounds = new BoundedAnswers(LARGEST, Duration.ofMillis(1500));
    private final CloseableHttpClient client = HttpClients.custom()
            .disableAutomaticRetries()
            .addExecInterceptorFirst("bounded", bounds)
            .build();
    private ServerSocket server;

    @FunctionalInterface
    private interface Answering {
        void write(OutputStream out) throws IOException, InterruptedException;
    }

    private HttpGet answeredWith(Answering answer) throws IOException {
        server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(() -> {
            try (Socket socket = server.accept()) {
                socket.getInputStream().read(new byte[8192]);
                answer.write(socket.getOutputStream());
                socket.getOutputStream().flush();
            } catch (IOException e) {
                // the client has had enough
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        thread.setDaemon(true);
        thread.start();
        return new HttpGet("http://127.0.0.1:" + server.getLocalPort() + "/");
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        bounds.close();
        server.close();
    }

    private static void text(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static void withoutEnd(OutputStream out) throws IOException {
        text(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        while (true) {
            text(out, "400\r\n" + "x".repeat(0x400) + "\r\n");
        }
    }

    @Test
    void whatFitsIsReadAsItIs() throws IOException {
        HttpGet request = answeredWith(out -> text(out, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"));
        try (ClassicHttpResponse answer = client.executeOpen(null, request, null)) {
            assertThat(answer.getEntity().getContent().readAllBytes())
                    .asString()
                    .isEqualTo("hello");
        }
    }

    @Test
    void anAnswerWithoutEndIsBrokenOff() throws IOException {
        HttpGet request = answeredWith(BoundedAnswersTest::withoutEnd);
        try (ClassicHttpResponse answer = client.executeOpen(null, request, null);
                InputStream in = answer.getEntity().getContent()) {
            assertThatThrownBy(in::readAllBytes).isInstanceOf(IOException.class).hasMessageContaining("too large");
        }
    }

    @Test
    void oneNobodyReadsIsLeftAlone() throws IOException {
        HttpGet request = answeredWith(BoundedAnswersTest::withoutEnd);
        ClassicHttpResponse answer = client.executeOpen(null, request, null);
        long begun = System.nanoTime();
        EntityUtils.consume(answer.getEntity()); // as Camel does with what its route has not read
        assertThat(System.nanoTime() - begun).isLessThan(Duration.ofSeconds(1).toNanos());
    }

    @Test
    void aFewBytesThatUnpackToMillionsAreBrokenOff() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            for (int i = 0; i < 1000; i++) {
                out.write(new byte[10_000]);
            }
        }
        assertThat(packed.size()).isLessThan(LARGEST);
        HttpGet request = answeredWith(out -> {
            text(out, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " + packed.size() + "\r\n\r\n");
            packed.writeTo(out);
        });
        try (ClassicHttpResponse answer = client.executeOpen(null, request, null);
                InputStream in = answer.getEntity().getContent()) {
            assertThatThrownBy(in::readAllBytes).isInstanceOf(IOException.class).hasMessageContaining("too large");
        }
    }

    @Test
    void aHeaderThatDripsEndsWithTheCall() throws IOException {
        HttpGet request = answeredWith(out -> {
            text(out, "HTTP/1.1 200 OK\r\nX-Slow: ");
            while (true) {
                text(out, "x");
                out.flush();
                Thread.sleep(50);
            }
        });
        long begun = System.nanoTime();
        assertThatThrownBy(() -> client.executeOpen(null, request, null)).isInstanceOf(IOException.class);
        assertThat(System.nanoTime() - begun).isBetween(1_400_000_000L, 4_000_000_000L);
    }

    @Test
    void aCallsOwnDeadlineCountsForTheWholeOfIt() throws IOException {
        HttpGet request = answeredWith(out -> {
            text(out, "HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n");
            while (true) {
                text(out, "x");
                out.flush();
                Thread.sleep(20);
            }
        });
        request.setHeader(com.ytempire.hub.platform.HttpClients.WITHIN, "200");
        long begun = System.nanoTime();
        try (ClassicHttpResponse answer = client.executeOpen(null, request, null)) {
            assertThatThrownBy(() -> answer.getEntity().getContent().readAllBytes())
                    .isInstanceOf(IOException.class);
        }
        assertThat(System.nanoTime() - begun).isBetween(1_100_000_000L, 4_000_000_000L);
    }
}
