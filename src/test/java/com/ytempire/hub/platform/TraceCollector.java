package com.ytempire.hub.platform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Takes traces by OTLP over HTTP in JSON, as a collector would, and keeps them. */
public final class TraceCollector implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Queue<Received> spans = new ConcurrentLinkedQueue<>();
    private final HttpServer server;

    /** @param node the hub that sent it */
    public record Received(String node, JsonNode span) {

        public String trace() {
            return span.path("traceId").asText();
        }

        public String name() {
            return span.path("name").asText();
        }
    }

    public TraceCollector() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/v1/traces", exchange -> {
            JsonNode sent = JSON.readTree(exchange.getRequestBody()).at("/resourceSpans/0");
            String node = sent.at("/resource/attributes")
                    .findValuesAsText("stringValue")
                    .get(1);
            sent.at("/scopeSpans/0/spans").forEach(span -> spans.add(new Received(node, span)));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1/traces";
    }

    /** All that came in so far. */
    public List<Received> all() {
        return List.copyOf(spans);
    }

    /** Those of one trace. */
    public List<Received> of(String trace) {
        return spans.stream().filter(each -> each.trace().equals(trace)).toList();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
