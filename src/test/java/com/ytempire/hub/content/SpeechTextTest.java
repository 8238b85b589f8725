package com.ytempire.hub.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Texts are cut where a listener does not hear it, and nothing of them is lost. */
class SpeechTextTest {

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.of(
                        "Lighthouses stand. ",
                        "Why? ",
                        "A long sentence, with many words in it. ",
                        "word ",
                        "🌋",
                        "שלום ",
                        "naïve ",
                        "。",
                        "火山は",
                        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                        "\n\n",
                        "e\u0301")
                .list()
                .ofMaxSize(40)
                .map(words -> String.join("", words));
    }

    @Property(tries = 300)
    void noPartIsTooLargeAndNothingIsLost(@ForAll("texts") String text, @ForAll @IntRange(min = 8, max = 60) int most) {
        List<String> parts = SpeechText.split(text, SpeechText::bytes, most);

        assertThat(String.join("", parts).replaceAll("\\s", "")).isEqualTo(text.replaceAll("\\s", ""));
        assertThat(parts).allSatisfy(part -> {
            assertThat(SpeechText.bytes(part)).isBetween(1, most);
            assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(part)).isTrue();
            assertThat(part).isEqualTo(part.strip());
        });
    }

    @Test
    void itIsCutBetweenSentencesAsLongAsTheyFit() {
        assertThat(SpeechText.split("One is here. Two is there. Three is away.", SpeechText::bytes, 27))
                .containsExactly("One is here. Two is there.", "Three is away.");
    }

    @Test
    void aSentenceTooLongIsCutBetweenWords() {
        assertThat(SpeechText.split("This one goes on and on. Short.", SpeechText::bytes, 14))
                .containsExactly("This one goes", "on and on.", "Short.");
    }

    @Test
    void aWordTooLongIsCutBetweenCharacters() {
        assertThat(SpeechText.split("🌋🌋🌋🌋", SpeechText::bytes, 10)).containsExactly("🌋🌋", "🌋🌋");
    }

    @Test
    void silenceLastsAsLongAsSpeaking() {
        assertThat(SpeechText.millis("x".repeat(900), 15)).isEqualTo(60_000);
        assertThat(SpeechText.millis("火".repeat(300), 15)).isEqualTo(60_000);
        assertThat(SpeechText.millis("Hi", 15)).isEqualTo(1000);
    }

    @Test
    void aPhraseSoundsTheSameHoweverItIsWritten() {
        assertThat(SpeechText.heard(" Let’s  dive in! ")).isEqualTo(SpeechText.heard("let's dive in"));
        assertThat(SpeechText.heard("Dive in?")).isNotEqualTo(SpeechText.heard("Dive in"));
    }

    @Test
    void onlyWhatHasLettersCanBeSpoken() {
        assertThat(SpeechText.canBeSpoken(" … 🌋 !")).isFalse();
        assertThat(SpeechText.canBeSpoken("火")).isTrue();
    }
}
