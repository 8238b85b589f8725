package com.ytempire.hub.videos;

import com.ytempire.hub.platform.FfmpegWork.Watcher;

/** Makes percents of what FFmpeg tells during several runs, and passes them on about once a second. */
final class PercentClock {

    private static final long A_SECOND = 1_000_000_000L;
    private static final int ALL = 100;

    private final AssemblyProgress told;
    private int percent;
    private long lastAt = System.nanoTime() - A_SECOND;
    private boolean goesOn = true;

    PercentClock(AssemblyProgress told) {
        this.told = told;
    }

    /** Watches a run that makes frames and takes the progress from one percentage to another. */
    Watcher frames(double from, double to, long all) {
        return progress -> at(from + (to - from) * Math.min(1, (double) progress.frames() / Math.max(1, all)));
    }

    /** Watches a short run. */
    Watcher standing(double at) {
        return progress -> at(at);
    }

    private boolean at(double value) {
        percent = Math.max(percent, Math.min(ALL, (int) value));
        if (goesOn && System.nanoTime() - lastAt >= A_SECOND) {
            lastAt = System.nanoTime();
            goesOn = told.at(percent);
        }
        return goesOn;
    }

    /** Tells the end, whenever the last was told. */
    boolean done() {
        percent = ALL;
        return goesOn && told.at(ALL);
    }
}
