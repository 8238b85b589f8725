package com.ytempire.hub.videos;

import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.videos.QualityScore.Part;
import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QualityScoreTest {

    private static final BigDecimal THRESHOLD = new BigDecimal("0.60");

    private static FilmFacts film(double seconds, int width, int height, Double loudness) {
        return new FilmFacts(
                BigDecimal.valueOf(seconds),
                width,
                height,
                "h264",
                "yuv420p",
                BigDecimal.valueOf(30),
                "aac",
                48_000,
                loudness == null ? null : BigDecimal.valueOf(loudness),
                loudness == null ? null : BigDecimal.valueOf(-2));
    }

    private static QualityScore score(
            FilmFacts film, double captions, int clips, String provider, String script, int speech) {
        return QualityScore.of(
                new QualityFacts(film, 60, BigDecimal.valueOf(captions), clips, provider, script, speech, "good"));
    }

    @Test
    void aGoodVideoHasWhatIsUsual() {
        QualityScore withClips = score(film(58, 1920, 1080, -14.1), 1, 5, "openai", "good", 85);
        QualityScore withThumbnail = score(film(66, 1080, 1920, -14.1), 1, 0, "openai", "good", 85);

        assertThat(withClips.score()).isBetween(new BigDecimal("0.85"), new BigDecimal("0.95"));
        assertThat(withThumbnail.score()).isBetween(new BigDecimal("0.82"), withClips.score());
    }

    @ParameterizedTest
    @CsvSource({
        "openai,excellent,0,", // no voice
        "hub,basic,95,-14.0", // a template
        "hub,basic,0,",
    })
    void whatSpoilsAllTheRestIsHeld(String provider, String quality, int speech, Double loudness) {
        QualityScore score = score(film(60, 1920, 1080, loudness), 1, 5, provider, quality, speech);

        assertThat(score.score()).isLessThan(THRESHOLD);
        assertThat(score.parts()).extracting(Part::most).anyMatch(most -> most != null);
    }

    @Test
    void eachPartSaysWhy() {
        QualityScore score = score(film(60, 640, 360, -14.0), 0.5, 0, "openai", "good", 70);

        assertThat(score.parts())
                .extracting(Part::name)
                .containsExactly("sound", "speech", "script", "length", "picture", "resolution", "captions");
        assertThat(score.parts())
                .extracting(Part::reason)
                .contains(
                        "It is -14.0 LUFS loud; -14 is wanted.",
                        "The quality of its voice is 70 of 100.",
                        "It lasts 60.0 s; 60 s were wanted.",
                        "640×360 pixels.",
                        "50 % of what is spoken can be read in the picture.");
        assertThat(score.parts().stream().map(Part::weight).reduce(BigDecimal.ZERO, BigDecimal::add))
                .isEqualByComparingTo("1");
    }

    @ParameterizedTest
    @CsvSource({"70,85", "85,95"})
    void aBetterVoiceIsAHigherScore(int worse, int better) {
        FilmFacts film = film(60, 1920, 1080, -14.0);

        assertThat(score(film, 1, 3, "openai", "good", worse).score())
                .isLessThan(score(film, 1, 3, "openai", "good", better).score());
    }

    @Property(tries = 300)
    void itIsTheSumOfItsPartsUnlessOneSetsALimit(
            @ForAll @DoubleRange(min = 0.1, max = 4000) double seconds,
            @ForAll @DoubleRange(min = -70, max = 0) double loudness,
            @ForAll @DoubleRange(min = 0, max = 1) double captions,
            @ForAll @IntRange(max = 12) int clips,
            @ForAll @IntRange(max = 100) int speech) {
        QualityScore score = score(film(seconds, 1280, 720, loudness), captions, clips, "openai", "good", speech);

        BigDecimal sum = score.parts().stream()
                .map(part -> part.weight().multiply(part.value()))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        List<BigDecimal> limits =
                score.parts().stream().map(Part::most).filter(Objects::nonNull).toList();
        assertThat(score.score()).isBetween(BigDecimal.ZERO, BigDecimal.ONE);
        assertThat(score.parts())
                .allSatisfy(part -> assertThat(part.value()).isBetween(BigDecimal.ZERO, BigDecimal.ONE));
        if (limits.isEmpty()) {
            assertThat(score.score().subtract(sum).abs()).isLessThanOrEqualTo(new BigDecimal("0.005"));
        } else {
            assertThat(score.score()).isLessThanOrEqualTo(limits.get(0));
        }
    }
}
