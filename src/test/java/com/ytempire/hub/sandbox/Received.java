package com.ytempire.hub.sandbox;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A request that reached a vendor.
 *
 * @param path decoded, without the query
 * @param query as sent, "" when there is none
 * @param headers names in lower case; several values joined by a comma
 */
record Received(String method, String path, String query, Map<String, String> headers, byte[] body) {

    /** Value of a header, or null. */
    String header(String name) {
        return headers.get(name);
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }
}
