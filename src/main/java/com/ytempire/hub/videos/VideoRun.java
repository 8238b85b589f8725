package com.ytempire.hub.videos;

import com.ytempire.hub.content.TextAnswer;
import com.ytempire.hub.content.TextRequest;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One claim's way through the steps of a video. Belongs to one exchange. */
final class VideoRun {

    private static final int WORTH_TELLING = 5; // percent

    private final Set<Step> done = EnumSet.noneOf(Step.class);
    private final List<ClipSource> clips = new ArrayList<>();
    private final Map<TextRequest.Type, TextAnswer> texts = new EnumMap<>(TextRequest.Type.class);
    private Video video;
    private Step step;
    private BigDecimal cost = BigDecimal.ZERO;
    private int round;
    private int told;
    private boolean stopped;

    VideoRun(Video video) {
        this.video = video;
    }

    Video video() {
        return video;
    }

    /** The video has changed by this run. */
    void video(Video changed) {
        video = changed;
    }

    boolean isDone(Step one) {
        return done.contains(one);
    }

    /** The step under way; null before the first. */
    Step step() {
        return step;
    }

    void begun(Step one) {
        cost = BigDecimal.ZERO;
        told = 0;
        step = one;
    }

    /** How often the step under way is made: more than once when what was made before was not wanted. */
    int round() {
        return round;
    }

    void round(int number) {
        round = number;
    }

    /** Whether so much is worth telling: not every second of a long step is. */
    boolean tells(int percent) {
        if (percent < told + WORTH_TELLING && (percent < 100 || told == 100)) {
            return false;
        }
        told = percent;
        return true;
    }

    void done(Step one) {
        done.add(one);
    }

    /** Done by earlier runs. */
    void done(Set<Step> before) {
        done.addAll(before);
    }

    boolean isStopped() {
        return stopped;
    }

    /** No further step is made in this run. */
    void stop() {
        stopped = true;
    }

    /** Clips under licence, in the order they are shown. */
    List<ClipSource> clips() {
        return clips;
    }

    /** US dollars of the step under way, where it is made of several parts. */
    BigDecimal cost() {
        return cost;
    }

    /** The step has cost so much more. */
    void cost(BigDecimal more) {
        cost = cost.add(more);
    }

    /** Title, description and tags, as far as they are there. */
    Map<TextRequest.Type, TextAnswer> texts() {
        return texts;
    }

    @Override
    public String toString() {
        return video.toString();
    }
}
