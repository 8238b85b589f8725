package com.ytempire.hub.videos;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * How good a video is, by what can be measured. Its parts add up by their weights; a part that spoils all the rest, such
 * as silence, also sets a limit. 0.85 is usual.
 *
 * @param score 0 to 1, two places
 * @param parts what it is made of
 */
record QualityScore(BigDecimal score, List<Part> parts) {

    private static final double LOUDNESS = -14;

    /** So far from what is wanted nobody hears a difference, in LU. */
    private static final double NOT_HEARD = 2;

    /** So far from it a video is as good as without sound. */
    private static final double HARDLY_HEARD = 20;

    private static final double LONG_ENOUGH = 0.1;
    private static final double QUITE_ANOTHER_LENGTH = 0.6;
    private static final int FULL = 1080;
    private static final BigDecimal HELD = new BigDecimal("0.50");
    private static final int PLACES = 2;

    /**
     * One thing that was measured.
     *
     * @param name of the part
     * @param weight its share of the score, 0 to 1; all together are 1
     * @param value 0 to 1
     * @param most the score is no higher, because of this part; null when it sets no limit
     * @param reason in a sentence
     */
    record Part(String name, BigDecimal weight, BigDecimal value, BigDecimal most, String reason) {

        private static Part of(String name, double weight, double value, boolean spoils, String reason) {
            double within = Math.max(0, Math.min(1, value));
            return new Part(
                    name,
                    BigDecimal.valueOf(weight),
                    BigDecimal.valueOf(within).setScale(PLACES, RoundingMode.HALF_UP),
                    spoils ? HELD : null,
                    reason);
        }
    }

    static QualityScore of(QualityFacts facts) {
        List<Part> parts = List.of(
                sound(facts),
                speech(facts),
                script(facts),
                length(facts),
                picture(facts),
                resolution(facts),
                captions(facts));
        BigDecimal sum = parts.stream()
                .map(part -> part.weight().multiply(part.value()))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        BigDecimal most =
                parts.stream().map(Part::most).filter(Objects::nonNull).reduce(BigDecimal.ONE, BigDecimal::min);
        return new QualityScore(sum.min(most).setScale(PLACES, RoundingMode.HALF_UP), parts);
    }

    private static Part sound(QualityFacts facts) {
        FilmFacts film = facts.about();
        if (film.audio() == null || film.loudness() == null) {
            return Part.of("sound", 0.15, 0, true, film.audio() == null ? "It has no sound." : "It is silent.");
        }
        double away = Math.abs(film.loudness().doubleValue() - LOUDNESS);
        return Part.of(
                "sound",
                0.15,
                falling(away, NOT_HEARD, HARDLY_HEARD),
                away >= HARDLY_HEARD,
                "It is " + film.loudness().toPlainString() + " LUFS loud; " + (int) LOUDNESS + " is wanted.");
    }

    private static Part speech(QualityFacts facts) {
        boolean spoken = facts.speechQuality() > 0;
        return Part.of(
                "speech",
                0.25,
                facts.speechQuality() / 100.0,
                !spoken,
                spoken
                        ? "The quality of its voice is " + facts.speechQuality() + " of 100."
                        : "Nobody speaks: no voice was to be had.");
    }

    private static Part script(QualityFacts facts) {
        boolean template = "hub".equals(facts.scriptProvider());
        String quality = String.valueOf(facts.scriptQuality()).toLowerCase(Locale.ROOT);
        double value = template ? 0 : byName(quality, 0.95, 0.85, 0.65);
        return Part.of(
                "script",
                0.25,
                value,
                template,
                template
                        ? "Its text is a template, for no model could be asked."
                        : "Its text comes from " + facts.scriptProvider() + ", at the level " + quality + ".");
    }

    private static Part length(QualityFacts facts) {
        double wanted = Math.max(1, facts.wantedSeconds());
        double away = Math.abs(facts.about().seconds().doubleValue() / wanted - 1);
        return Part.of(
                "length",
                0.10,
                falling(away, LONG_ENOUGH, QUITE_ANOTHER_LENGTH),
                false,
                String.format(
                        Locale.ROOT,
                        "It lasts %.1f s; %d s were wanted.",
                        facts.about().seconds().doubleValue(),
                        facts.wantedSeconds()));
    }

    private static Part picture(QualityFacts facts) {
        if (facts.clipsShown() > 0) {
            return Part.of(
                    "picture",
                    0.10,
                    0.75 + 0.05 * Math.min(5, facts.clipsShown()),
                    false,
                    facts.clipsShown() == 1
                            ? "A clip is shown with the words."
                            : facts.clipsShown() + " clips are shown with the words.");
        }
        String quality = String.valueOf(facts.thumbnailQuality()).toLowerCase(Locale.ROOT);
        return Part.of(
                "picture",
                0.10,
                byName(quality, 0.6, 0.55, 0.4),
                false,
                "No clip is shown but the thumbnail, which is " + quality + ".");
    }

    private static Part resolution(QualityFacts facts) {
        FilmFacts film = facts.about();
        int shortSide = Math.min(film.width(), film.height());
        return Part.of(
                "resolution", 0.05, (double) shortSide / FULL, false, film.width() + "×" + film.height() + " pixels.");
    }

    private static Part captions(QualityFacts facts) {
        double share = facts.captionCoverage().doubleValue();
        return Part.of(
                "captions",
                0.10,
                share,
                false,
                Math.round(100 * share) + " % of what is spoken can be read in the picture.");
    }

    private static double byName(String quality, double excellent, double good, double basic) {
        return switch (quality) {
            case "excellent" -> excellent;
            case "good" -> good;
            default -> basic;
        };
    }

    /** 1 up to one border, 0 from the other one. */
    private static double falling(double value, double best, double worst) {
        return (worst - value) / (worst - best);
    }
}
