package com.ytempire.hub.videos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class VideoTextTest {

    @Test
    void aTitleLosesWhatModelsAdd() {
        assertThat(VideoText.title("\n\"Why <b>cats</b> purr\"\nAnother one")).isEqualTo("Why bcats/b purr");
        assertThat(VideoText.title("**10 facts**")).isEqualTo("10 facts");
        assertThat(VideoText.title("🚀".repeat(80))).hasSize(100);
    }

    @Test
    void tagsAreSplitAndToldApart() {
        assertThat(VideoText.tags("#Cats, cats, - purring,, \"why\"\nsleep"))
                .containsExactly("cats", "purring", "why", "sleep");
    }

    @Test
    void aScriptIsWhatIsSpoken() {
        assertThat(ScriptText.spoken("# Hook\n[music]\n**Why** do _cats_ purr in my_house?\n\n\n\nThanks."))
                .isEqualTo("Why do cats purr in my_house?\n\nThanks.");
    }

    @Property(tries = 300)
    void whateverIsWrittenFitsYoutube(@ForAll String text) {
        assertThat(VideoText.title(text)).hasSizeLessThanOrEqualTo(100).doesNotContain("<", ">");
        assertThat(VideoText.description(text.repeat(40)).getBytes(StandardCharsets.UTF_8))
                .hasSizeLessThanOrEqualTo(5000);
        assertThat(String.join(",", VideoText.tags(text.repeat(20)))).hasSizeLessThanOrEqualTo(500);
    }
}
