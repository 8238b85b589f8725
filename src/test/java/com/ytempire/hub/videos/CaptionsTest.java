package com.ytempire.hub.videos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.ytempire.hub.platform.Fonts;
import com.ytempire.hub.videos.Captions.Cue;
import com.ytempire.hub.videos.Captions.Sentence;
import com.ytempire.hub.videos.FilmProbe.Pause;
import java.io.IOException;
import java.io.InputStream;
import java.text.Normalizer;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class CaptionsTest {

    private static final Fonts FONTS = new Fonts(List.of());

    @Test
    void aSentenceTakesAsLongAsItIs() {
        List<Sentence> sentences =
                Captions.sentences("Yes. A sentence of exactly 45 letters, more or less!", 6000, List.of());

        assertThat(sentences)
                .extracting(Sentence::text)
                .containsExactly("Yes.", "A sentence of exactly 45 letters, more or less!");
        assertThat(sentences.get(0).toMillis())
                .isBetween(700L, 1000L)
                .isEqualTo(sentences.get(1).fromMillis());
        assertThat(sentences.get(1).toMillis()).isEqualTo(6000);
    }

    @Test
    void aSentenceEndsWhereTheVoicePauses() {
        String text = "Half of it is said. Half of it is said. Half of it is said.";
        List<Pause> pauses = List.of(
                new Pause(100, 700), // too far from any end
                new Pause(1500, 1800), // a comma
                new Pause(2300, 2900), // the end of the first one
                new Pause(5000, 5400)); // of the second

        assertThat(Captions.sentences(text, 9000, pauses))
                .extracting(Sentence::fromMillis, Sentence::toMillis)
                .containsExactly(tuple(0L, 2900L), tuple(2900L, 5400L), tuple(5400L, 9000L));
        assertThat(Captions.sentences(text, 9000, List.of()))
                .extracting(Sentence::toMillis)
                .containsExactly(3000L, 6000L, 9000L);
    }

    @Test
    void aLongSentenceIsReadInPartsThatEndWithAClause() {
        List<Cue> cues = Captions.cues(
                Captions.sentences(
                        "Every lighthouse has a rhythm of its own, so that sailors can tell in the middle of the night which"
                                + " one they are looking at, and where the rocks begin!",
                        9000,
                        List.of()),
                42);

        assertThat(cues)
                .extracting(Cue::text)
                .containsExactly(
                        "Every lighthouse has a rhythm of its own,",
                        "so that sailors can tell in the middle of the night which one they are looking at,",
                        "and where the rocks begin!");
        assertThat(cues).allSatisfy(cue -> assertThat(cue.lines()).hasSizeLessThanOrEqualTo(2));
    }

    @Test
    void aBookWithoutAFullStopIsDividedAsWell() {
        List<Cue> cues = Captions.cues(Captions.sentences("words without end ".repeat(500), 600_000, List.of()), 22);

        assertThat(cues)
                .hasSizeBetween(210, 500)
                .allSatisfy(cue -> assertThat(cue.lines()).hasSizeLessThanOrEqualTo(2));
    }

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> words = Arbitraries.of(
                "a",
                "word",
                "lighthouses",
                "100%",
                "{b}",
                "-->",
                "\\N",
                "…",
                "שלום",
                "عالم",
                "中文字幕",
                "😀",
                "👩‍🚀",
                "Donaudampfschifffahrtsgesellschaftskapitän",
                "e\u0301",
                "\u202E",
                "\u0000",
                "\n\n",
                ",",
                ".",
                "!",
                "?");
        return words.list().ofMaxSize(60).map(list -> String.join(" ", list));
    }

    @Property(tries = 300)
    void cuesFollowEachOtherAndNothingIsLost(
            @ForAll("texts") String text,
            @ForAll @LongRange(min = 1000, max = 3_600_000) long millis,
            @ForAll @IntRange(min = 12, max = 42) int columns) {
        List<Sentence> sentences = Captions.sentences(text, millis, List.of());
        List<Cue> cues = Captions.cues(sentences, columns);

        long at = 0;
        StringBuilder read = new StringBuilder();
        for (Cue cue : cues) {
            assertThat(cue.fromMillis()).isEqualTo(at);
            assertThat(cue.toMillis()).isGreaterThanOrEqualTo(at);
            at = cue.toMillis();
            assertThat(cue.lines())
                    .isNotEmpty()
                    .allSatisfy(line -> assertThat(Captions.width(line)).isBetween(1, columns));
            read.append(cue.text());
        }
        assertThat(at).isEqualTo(cues.isEmpty() ? 0 : millis);
        assertThat(read.toString().replaceAll("\\s", ""))
                .isEqualTo(Normalizer.normalize(text, Normalizer.Form.NFC).replaceAll("[\\s\u202E\u0000]", ""));
    }

    @Property(tries = 200)
    void noTextIsTakenForAnInstruction(@ForAll("texts") String text) {
        CaptionLook look = new CaptionLook(FONTS, Aspect.WIDE, false);
        String ass = look.write(Captions.cues(Captions.sentences(text, 10_000, List.of()), 42));

        assertThat(ass.lines().dropWhile(line -> !line.equals("[Events]")).skip(2))
                .allSatisfy(line -> {
                    assertThat(line).startsWith("Dialogue: 0,");
                    // what is left when fonts, escapes and line breaks are taken away gives no orders
                    String rest = line.replaceAll("\\{\\\\fn[A-Za-z ]+}", "")
                            .replaceAll("\\\\[{}]", "")
                            .replaceAll("\\\\\u2060", "")
                            .replace("\\N", "");
                    assertThat(rest).doesNotContain("{", "}", "\\");
                });
    }

    @Test
    void srtHasNoSecondArrowInIt() {
        String srt = Captions.srt(Captions.cues(Captions.sentences("Left --> right. Done", 61_500, List.of()), 42));

        assertThat(srt)
                .startsWith("1\n00:00:00,000 --> 00:00:")
                .contains("Left → right.")
                .endsWith("00:01:01,500\nDone\n\n");
    }

    @Test
    void theFontOfEmojiLeadsToAllItsCharacters() throws IOException {
        try (InputStream in = CaptionsTest.class.getResourceAsStream("/fonts/NotoEmoji-Bold.ttf")) {
            byte[] before = in.readAllBytes();
            byte[] after = CaptionLook.withOneMap(before.clone());

            assertThat(after).hasSameSizeAs(before);
            int changed = 0;
            for (int i = 0; i < after.length; i++) {
                changed += after[i] == before[i] ? 0 : 1;
            }
            assertThat(changed).isBetween(1, 4);
        }
    }
}
