package com.ytempire.hub.videos;

import com.ytempire.hub.videos.Captions.Sentence;
import java.util.ArrayList;
import java.util.List;

/**
 * Which clip is seen when. The picture changes with the sentences; short ones share a clip, long ones see several. Clips
 * take turns, and each goes on where it stopped the last time, until it is used up.
 */
final class Shots {

    static final int FRAMES_A_SECOND = 30;

    private static final int MILLIS = 1000;

    private Shots() {}

    /**
     * A clip that can be shown.
     *
     * @param frames it lasts; 0 for a photo, which lasts as long as it is wanted
     */
    record Clip(int number, long frames) {}

    /**
     * A stretch without a cut.
     *
     * @param clip its number
     * @param offset of the clip's first frame that is seen
     */
    record Shot(int clip, long offset, long fromFrame, long frames) {}

    /** Frames that last at least so long. */
    static long frames(long millis) {
        return (millis * FRAMES_A_SECOND + MILLIS - 1) / MILLIS;
    }

    /**
     * A plan for the whole narration: its shots follow each other without gap or overlap.
     *
     * @param all frames of the film
     * @param clips at least one
     * @param shortest frames of a shot, unless the film is shorter
     * @param longest frames of a shot
     */
    static List<Shot> plan(List<Sentence> sentences, long all, List<Clip> clips, long shortest, long longest) {
        List<Shot> shots = new ArrayList<>();
        long[] seen = new long[clips.size()];
        int next = 0;
        long from = 0;
        for (long to : cuts(sentences, all, shortest, longest)) {
            while (from < to) {
                Clip clip = clips.get(next);
                long left = clip.frames() == 0 ? to - from : clip.frames() - seen[next];
                if (left < Math.min(shortest, to - from)) {
                    seen[next] = 0;
                    left = clip.frames();
                }
                long frames = Math.min(to - from, Math.max(left, shortest)); // one that is too short begins again
                if (to - from - frames < shortest) {
                    frames = to - from;
                }
                shots.add(new Shot(clip.number(), seen[next], from, frames));
                seen[next] += frames;
                from += frames;
                next = (next + 1) % clips.size();
            }
        }
        return shots;
    }

    /** The frames at which the picture changes, the last one included. */
    private static List<Long> cuts(List<Sentence> sentences, long all, long shortest, long longest) {
        List<Long> ends = new ArrayList<>();
        long from = 0;
        for (Sentence sentence : sentences) {
            long to = Math.min(all, sentence.toMillis() * FRAMES_A_SECOND / MILLIS);
            if (to - from >= shortest && (all - to >= shortest || to == all)) {
                add(ends, from, to, longest);
                from = to;
            }
        }
        if (from < all) {
            add(ends, from, all, longest);
        }
        return ends;
    }

    /** In equal parts when it is too long. */
    private static void add(List<Long> ends, long from, long to, long longest) {
        long parts = (to - from + longest - 1) / longest;
        for (long part = 1; part <= parts; part++) {
            ends.add(from + (to - from) * part / parts);
        }
    }
}
