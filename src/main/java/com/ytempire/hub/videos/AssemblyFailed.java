package com.ytempire.hub.videos;

/** A film was not made. Nothing of it is left. */
class AssemblyFailed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Why, and whether the same order may succeed later. */
    enum Kind {
        /** There is no FFmpeg that can be run. */
        MISSING(true),
        /** FFmpeg ended with an error of its own. */
        FAILED(true),
        /** It took longer than is allowed. */
        TOO_LONG(true),
        /** The film became larger than is allowed. */
        TOO_LARGE(false),
        /** No room is left where films are made or kept. */
        DISK_FULL(true),
        /** The narration, or all that was to be shown, cannot be used. */
        BAD_INPUT(false),
        /** Whoever watched it wanted no more of it. */
        CANCELLED(false),
        /** The hub is being stopped; no fault of the order. */
        STOPPED(true);

        private final boolean passing;

        Kind(boolean passing) {
            this.passing = passing;
        }
    }

    private final Kind kind;

    AssemblyFailed(Kind kind, String reason) {
        this(kind, reason, null);
    }

    AssemblyFailed(Kind kind, String reason, Throwable cause) {
        super(reason, cause);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }

    /** Whether the same order may succeed later. */
    boolean isPassing() {
        return kind.passing;
    }
}
