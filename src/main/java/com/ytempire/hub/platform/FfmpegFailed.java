package com.ytempire.hub.platform;

/** FFmpeg did not make what it was asked for. */
public class FfmpegFailed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    FfmpegFailed(String message) {
        super(message);
    }

    FfmpegFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
