package com.ytempire.hub.camel.youtube;

/**
 * An OAuth client of a Google Cloud project.
 *
 * @param id begins with the project's number
 */
public record YoutubeClient(String id, String secret) {

    /** Without the secret. */
    @Override
    public String toString() {
        return "YoutubeClient[id=" + id + "]";
    }
}
