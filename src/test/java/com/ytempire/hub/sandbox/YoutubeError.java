package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** A refusal in YouTube's words. */
final class YoutubeError extends RuntimeException {

    private final transient Answer answer;

    private YoutubeError(Answer answer, String message) {
        super(message);
        this.answer = answer;
    }

    static YoutubeError of(int status, String domain, String reason, String message) {
        ObjectNode body = Json.object();
        ObjectNode error = body.putObject("error").put("code", status).put("message", message);
        error.putArray("errors")
                .addObject()
                .put("message", message)
                .put("domain", domain)
                .put("reason", reason);
        Answer answer = Answer.json(status, body);
        return new YoutubeError(
                status == 401 ? answer.with("WWW-Authenticate", "Bearer realm=\"Google\"") : answer, reason);
    }

    static YoutubeError bad(String reason, String message) {
        return of(400, "youtube.video", reason, message);
    }

    /** What the JSON parser of all Google APIs says. */
    static YoutubeError malformed(String message) {
        return of(400, "global", "badRequest", message);
    }

    static YoutubeError quota() {
        return of(
                403,
                "youtube.quota",
                "quotaExceeded",
                "The request cannot be completed because you have exceeded your quota.");
    }

    static YoutubeError missing(String reason, String what) {
        return of(404, "youtube." + what, reason, "The " + what + " that you are looking for cannot be found.");
    }

    Answer answer() {
        return answer;
    }
}
