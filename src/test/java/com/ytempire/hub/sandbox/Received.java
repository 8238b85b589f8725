package com.ytempire.hub.sandbox;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * A request that reached a vendor.
 *
 * @param path decoded, without the query
 * @param query as sent, "" when there is none
 * @param headers names in lower case; several values joined by a comma
 * @param file where the body is instead, when it may be too long for memory; null otherwise
 */
record Received(String method, String path, String query, Map<String, String> headers, byte[] body, Path file) {

    Received(String method, String path, String query, Map<String, String> headers, byte[] body) {
        this(method, path, query, headers, body, null);
    }

    /** Value of a header, or null. */
    String header(String name) {
        return headers.get(name);
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }
}
