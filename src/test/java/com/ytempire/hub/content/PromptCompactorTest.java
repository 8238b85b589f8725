package com.ytempire.hub.content;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptCompactorTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "Please tell me about bees|tell me about bees",
                "Could you explain tides|explain tides",
                "I would like a story|a story",
                "Create a YouTube video script about bees|YouTube script about bees",
                "approximately 500 words|~500 words",
                "between 5 and 10 points|5-10 points",
                "between 1,000 and 2.5 points|1,000-2.5 points",
                "between friends and foes|between friends and foes",
                "Please quote \"Please wait between 5 and 10\" twice|quote \"Please wait between 5 and 10\" twice",
                "Explain 'Could you be loved' please do|Explain 'Could you be loved' do",
                "don't say Please at Bob's place|don't say at Bob's place"
            })
    void shortensWhatIsNotQuoted(String prompt, String compacted) {
        assertThat(PromptCompactor.compact(prompt)).isEqualTo(compacted);
    }

    @Test
    void aTopicIsTheFirstSentenceCutBetweenWords() {
        assertThat(TextTemplates.topic("How bees talk. And much more.")).isEqualTo("How bees talk");
        assertThat(TextTemplates.topic("word ".repeat(40)))
                .hasSizeLessThanOrEqualTo(70)
                .endsWith("word");
        assertThat(TextTemplates.topic("🌋".repeat(100)).codePointCount(0, 140)).isEqualTo(70);
    }
}
