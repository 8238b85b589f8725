package com.ytempire.hub.videos;

/** Who watches a film being made. */
@FunctionalInterface
interface AssemblyProgress {

    /**
     * Told about once a second, in the thread that makes the film; what is thrown here ends the work and reaches the
     * caller.
     *
     * @param percent 0 to 100, never less than before
     * @return whether to go on; false kills FFmpeg, and the film is given up
     */
    boolean at(int percent);
}
