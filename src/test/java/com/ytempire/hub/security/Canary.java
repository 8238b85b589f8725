package com.ytempire.hub.security;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** A server beside the hub that notes who came, and answers as a stranger would. */
final class Canary implements AutoCloseable {

    /** What is written to whoever came, until it is too much for him. */
    @FunctionalInterface
    interface Song {
        void sing(OutputStream out) throws IOException;
    }

    private final ServerSocket server;
    private final AtomicInteger visits = new AtomicInteger();

    Canary(Song song) {
        try {
            server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread(() -> {
            while (!server.isClosed()) {
                try {
                    Socket visitor = server.accept();
                    visits.incrementAndGet();
                    thread(() -> answer(visitor, song));
                } catch (IOException e) {
                    return; // closed
                }
            }
        });
    }

    static Canary answering(String answer) {
        return new Canary(out -> out.write(answer.getBytes(StandardCharsets.US_ASCII)));
    }

    /** Says yes, and then goes on for ever. */
    static Canary endless() {
        return new Canary(out -> {
            out.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] chunk = ("400\r\n" + "x".repeat(0x400) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            while (true) {
                out.write(chunk);
            }
        });
    }

    private static void answer(Socket visitor, Song song) {
        try (visitor) {
            visitor.getInputStream().read(new byte[65_536]);
            song.sing(visitor.getOutputStream());
            visitor.getOutputStream().flush();
        } catch (IOException e) {
            // he went away
        }
    }

    private static void thread(Runnable work) {
        Thread thread = new Thread(work, "canary");
        thread.setDaemon(true);
        thread.start();
    }

    String url(String host) {
        return "http://" + host + ":" + server.getLocalPort() + "/";
    }

    int visits() {
        return visits.get();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
