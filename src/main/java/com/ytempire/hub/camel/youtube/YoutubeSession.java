package com.ytempire.hub.camel.youtube;

import java.net.URI;
import java.util.Objects;

/**
 * An open resumable upload. Whoever knows its address can write to it, so it is not shown as text.
 *
 * @param uri where chunks are sent; good for about a week
 */
public record YoutubeSession(URI uri) {

    public YoutubeSession {
        Objects.requireNonNull(uri);
    }

    /** Without the address. */
    @Override
    public String toString() {
        return "YoutubeSession[***]";
    }
}
