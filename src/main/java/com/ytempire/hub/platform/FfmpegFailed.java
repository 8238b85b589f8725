package com.ytempire.hub.platform;

import java.io.IOException;

/** FFmpeg did not make what it was asked for. */
public class FfmpegFailed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private static final String NO_ROOM = "No space left on device";

    /** Why it did not. */
    public enum Kind {
        /** There is no FFmpeg that can be run. */
        MISSING,
        /** It ended with an error of its own. */
        FAILED,
        /** The system or a person killed it; what it worked on need not be the reason. */
        KILLED,
        /** It took longer than it may. */
        TOO_LONG,
        /** It made more than it may. */
        TOO_LARGE,
        /** No room is left on the disk. */
        DISK_FULL,
        /** Whoever watched it wanted no more of it. */
        CANCELLED,
        /** The hub is being stopped. */
        STOPPED
    }

    private final Kind kind;

    FfmpegFailed(Kind kind, String message) {
        this(kind, message, null);
    }

    FfmpegFailed(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** @param otherwise when the disk is not full */
    static FfmpegFailed of(Kind otherwise, String message, IOException cause) {
        return tellsOfNoRoom(cause.getMessage())
                ? new FfmpegFailed(Kind.DISK_FULL, "no room is left on the disk", cause)
                : new FfmpegFailed(otherwise, message + ": " + cause.getMessage(), cause);
    }

    /** Whether a program or the system says that the disk is full. */
    public static boolean tellsOfNoRoom(String text) {
        return text != null && text.contains(NO_ROOM);
    }

    public Kind kind() {
        return kind;
    }
}
