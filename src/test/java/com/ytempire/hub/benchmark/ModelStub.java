package com.ytempire.hub.benchmark;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A server that speaks like OpenAI and has its answer ready, so that what is measured is all the way to it and back. It
 * speaks just enough HTTP for that, with a thread for each connection, because it shares the machine's processors with
 * what it stands behind.
 */
final class ModelStub {

    /** What it answers; who measures looks for it. */
    static final String TEXT = "Lighthouses and how they work";

    /** A model that is never well. */
    static final String DOWN = "the-model-that-is-down";

    private static final byte[] ANSWER = answer("200 OK", """
            {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"stub","choices":[{"index":0,
            "message":{"role":"assistant","content":"%s","refusal":null},"logprobs":null,"finish_reason":"stop"}],
            "usage":{"prompt_tokens":60,"completion_tokens":8,"total_tokens":68}}
            """.formatted(TEXT));

    private static final byte[] UNAVAILABLE = answer("503 Service Unavailable", "");

    private static final String LENGTH = "content-length:";

    private ModelStub() {}

    /** Ends with its standard input. */
    public static void main(String[] args) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress())) {
            daemon(() -> accept(server));
            System.out.println(ServerProcess.READY + server.getLocalPort());
            while (System.in.read() >= 0) {
                // until whoever started it ends
            }
        }
    }

    private static void accept(ServerSocket server) {
        while (!server.isClosed()) {
            try {
                Socket connection = server.accept();
                connection.setTcpNoDelay(true);
                daemon(() -> serve(connection));
            } catch (IOException e) {
                return; // it ends
            }
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        thread.start();
    }

    private static void serve(Socket connection) {
        try (connection;
                InputStream in = new BufferedInputStream(connection.getInputStream())) {
            for (String request = line(in); !request.isEmpty(); request = line(in)) {
                String body = body(in);
                connection.getOutputStream().write(body.contains(DOWN) ? UNAVAILABLE : ANSWER);
            }
        } catch (IOException e) {
            // whoever asked has gone
        }
    }

    /** @throws IllegalStateException when its length is not told before it */
    private static String body(InputStream in) throws IOException {
        int length = -1;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            if (header.toLowerCase(Locale.ROOT).startsWith(LENGTH)) {
                length = Integer.parseInt(header.substring(LENGTH.length()).strip());
            }
        }
        if (length < 0) {
            throw new IllegalStateException("a request without a length");
        }
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    /** @return empty at the end as well */
    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder(64);
        for (int c = in.read(); c != '\n' && c >= 0; c = in.read()) {
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    private static byte[] answer(String status, String body) {
        return ("HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                        + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII);
    }
}
