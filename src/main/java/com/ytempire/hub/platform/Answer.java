package com.ytempire.hub.platform;

import java.util.Map;

/**
 * What a route answers to an HTTP request.
 *
 * @param status the HTTP status
 * @param contentType of the body
 * @param headers further headers; nothing of the request is among them
 * @param body the text
 */
public record Answer(int status, String contentType, Map<String, String> headers, String body) {

    public static Answer json(int status, String body) {
        return new Answer(status, "application/json", Map.of(), body);
    }

    public static Answer text(int status, String body) {
        return new Answer(status, "text/plain;charset=UTF-8", Map.of(), body);
    }
}
