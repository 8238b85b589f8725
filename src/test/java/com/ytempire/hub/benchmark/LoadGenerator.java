package com.ytempire.hub.benchmark;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends prepared requests over connections that are kept alive, usually 32. It speaks just enough HTTP for that over plain
 * sockets, because it shares the machine's processors with what it measures.
 */
final class LoadGenerator {

    static final int CONNECTIONS = 32;

    private final int port;
    private final int connections;
    private final String expected;

    /** For webhooks and payments. */
    LoadGenerator(int port) {
        this(port, CONNECTIONS, null);
    }

    /** @param expected part of the body of every answer */
    LoadGenerator(int port, int connections, String expected) {
        this.port = port;
        this.connections = connections;
        this.expected = expected;
    }

    /** As fast as the answers come. */
    Load send(byte[][] requests) {
        return send(requests, 0);
    }

    /**
     * Each request at its time, whatever became of those before. An answer's time counts from when its request was due,
     * also when no connection was free; when its sender merely woke up late, from when it was sent.
     *
     * @param perSecond 0 for as fast as the answers come
     */
    Load send(byte[][] requests, int perSecond) {
        ExecutorService threads = Executors.newFixedThreadPool(connections);
        AtomicInteger next = new AtomicInteger();
        long[] nanos = new long[requests.length];
        long[] waited = new long[requests.length];
        long begin = System.nanoTime();
        try {
            List<Future<?>> senders = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                senders.add(threads.submit(() -> sendFrom(next, requests, perSecond, begin, nanos, waited)));
            }
            for (Future<?> sender : senders) {
                sender.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("the load broke off", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            threads.shutdownNow();
        }
        return Load.of(System.nanoTime() - begin, nanos, waited);
    }

    private void sendFrom(
            AtomicInteger next, byte[][] requests, int perSecond, long begin, long[] nanos, long[] waited) {
        try (Connection connection = new Connection(port, expected)) {
            for (int i = next.getAndIncrement(); i < requests.length; i = next.getAndIncrement()) {
                long start = System.nanoTime();
                if (perSecond > 0) {
                    start = atItsTime(begin + i * 1_000_000_000L / perSecond);
                }
                waited[i] = connection.exchange(requests[i]);
                nanos[i] = System.nanoTime() - start;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @return when it began: at {@code due} when this is called too late */
    private static long atItsTime(long due) {
        if (System.nanoTime() >= due) {
            return due;
        }
        for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
            LockSupport.parkNanos(wait);
        }
        return System.nanoTime();
    }

    /** Opened again when the server ends it, as servers do after so many requests. */
    private static final class Connection implements AutoCloseable {

        private final int port;
        private final String expected;
        private Socket socket;
        private InputStream in;

        Connection(int port, String expected) {
            this.port = port;
            this.expected = expected;
        }

        /** @return nanoseconds the answer says it had to wait for a vendor, see {@link VendorWaits} */
        long exchange(byte[] request) throws IOException {
            if (socket == null) {
                socket = new Socket(InetAddress.getLoopbackAddress(), port);
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(30_000);
                in = new BufferedInputStream(socket.getInputStream());
            }
            socket.getOutputStream().write(request);
            String status = line();
            int length = -1;
            boolean chunked = false;
            boolean close = false;
            long waited = 0;
            for (String header = line(); !header.isEmpty(); header = line()) {
                String lower = header.toLowerCase(Locale.ROOT);
                if (lower.startsWith("content-length:")) {
                    length = Integer.parseInt(
                            lower.substring("content-length:".length()).strip());
                }
                chunked |= lower.startsWith("transfer-encoding:") && lower.contains("chunked");
                close |= lower.startsWith("connection:") && lower.contains("close");
                waited += VendorWaits.nanos(lower);
            }
            String body = chunked ? chunks() : read(Math.max(length, 0));
            if (!isWanted(status, body)) {
                throw new IOException("not accepted: " + status + " " + body);
            }
            if (close) {
                close();
            }
            return waited;
        }

        private boolean isWanted(String status, String body) {
            if (expected != null) {
                return status.startsWith("HTTP/1.1 200") && body.contains(expected);
            }
            boolean accepted = status.startsWith("HTTP/1.1 200") && body.contains("accepted");
            boolean created = status.startsWith("HTTP/1.1 201") || body.contains("\"payment_intent\"");
            return accepted || created;
        }

        private String chunks() throws IOException {
            StringBuilder body = new StringBuilder();
            for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
                body.append(read(size));
                line();
            }
            line();
            return body.toString();
        }

        private String read(int bytes) throws IOException {
            return new String(in.readNBytes(bytes), StandardCharsets.UTF_8);
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder(64);
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0) {
                    throw new IOException("the server ended the connection");
                }
                if (c != '\r') {
                    line.append((char) c);
                }
            }
            return line.toString();
        }

        @Override
        public void close() throws IOException {
            if (socket != null) {
                socket.close();
                socket = null;
            }
        }
    }
}
