package com.ytempire.hub.videos;

import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.videos.Captions.Sentence;
import com.ytempire.hub.videos.Shots.Clip;
import com.ytempire.hub.videos.Shots.Shot;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ShotsTest {

    private static final long SHORTEST = 75;
    private static final long LONGEST = 240;

    @Test
    void thePictureChangesWithTheSentences() {
        List<Sentence> sentences = List.of(
                new Sentence(0, 1000, "Short."),
                new Sentence(1000, 4000, "A longer one."),
                new Sentence(4000, 7000, "Another one."));

        List<Shot> shots = Shots.plan(sentences, 210, List.of(new Clip(0, 300), new Clip(1, 300)), SHORTEST, LONGEST);

        assertThat(shots).containsExactly(new Shot(0, 0, 0, 120), new Shot(1, 0, 120, 90));
    }

    @Test
    void aClipGoesOnWhereItStopped() {
        List<Sentence> sentences = List.of(new Sentence(0, 4000, "One."), new Sentence(4000, 8000, "Two."));

        List<Shot> shots = Shots.plan(sentences, 240, List.of(new Clip(0, 300)), SHORTEST, LONGEST);

        assertThat(shots).containsExactly(new Shot(0, 0, 0, 120), new Shot(0, 120, 120, 120));
    }

    @Property(tries = 500)
    void shotsFillTheFilmWithoutGapOrOverlap(
            @ForAll @Size(max = 20) List<@IntRange(min = 100, max = 20_000) Integer> lengths,
            @ForAll @Size(min = 1, max = 6) List<@LongRange(min = 0, max = 1500) Long> clipFrames,
            @ForAll @LongRange(min = 3, max = 20_000) long all) {
        List<Sentence> sentences = new ArrayList<>();
        long at = 0;
        for (int length : lengths) {
            sentences.add(new Sentence(at, at + length, "words"));
            at += length;
        }
        List<Clip> clips = new ArrayList<>();
        clipFrames.forEach(frames -> clips.add(new Clip(clips.size(), frames)));

        List<Shot> shots = Shots.plan(sentences, all, clips, SHORTEST, LONGEST);

        long next = 0;
        for (Shot shot : shots) {
            assertThat(shot.fromFrame()).isEqualTo(next);
            assertThat(shot.frames()).isBetween(Math.min(all, 1), LONGEST + SHORTEST);
            assertThat(shot.offset()).isGreaterThanOrEqualTo(0);
            next += shot.frames();
        }
        assertThat(next).isEqualTo(all);
        if (all >= SHORTEST) {
            assertThat(shots).allSatisfy(shot -> assertThat(shot.frames()).isGreaterThanOrEqualTo(SHORTEST));
        }
    }
}
