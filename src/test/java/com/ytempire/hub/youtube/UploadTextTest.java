package com.ytempire.hub.youtube;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

/** What goes to YouTube about a video is within YouTube's limits, whatever was written. */
class UploadTextTest {

    private static final String MARKER = "yte0123456789abcdef0123";

    @Test
    void whatFitsStaysAsItIs() {
        assertThat(UploadText.title("Six \"quiet\" towns 🌊 שלום")).isEqualTo("Six \"quiet\" towns 🌊 שלום");
        assertThat(UploadText.description("About them.", "Clip by A")).isEqualTo("About them.\n\nClip by A");
        assertThat(UploadText.description("About them.", null)).isEqualTo("About them.");
        assertThat(UploadText.description(null, "Clip by A")).isEqualTo("Clip by A");
        assertThat(UploadText.tags(List.of("sea", "old towns"), 0)).containsExactly("sea", "old towns");
    }

    @Test
    void angleBracketsAreLeftOutForYoutubeRefusesThem() {
        assertThat(UploadText.title("<b>Bold</b>\u0000")).isEqualTo("bBold/b");
        assertThat(UploadText.title("<>")).isEqualTo("…");
        assertThat(UploadText.description("a < b", "c > d")).isEqualTo("a  b\n\nc  d");
    }

    @Test
    void creditsAreKeptWhole() {
        String credits = "Clip by A".repeat(100);

        String description = UploadText.description("ä".repeat(4000), credits);

        assertThat(description).endsWith("…\n\n" + credits);
        assertThat(description.getBytes(UTF_8)).hasSizeBetween(4990, 5000);
        assertThat(UploadText.description("text", "x".repeat(6000)).getBytes(UTF_8))
                .hasSizeLessThanOrEqualTo(5000);
    }

    @Test
    void doubleTagsAreOneAndTheMarkerComesFirst() {
        assertThat(UploadText.tags(List.of("Sea", "sea", " ", "a,b", "\"q\""), 0))
                .containsExactly("Sea", "a b", "q");
        assertThat(UploadText.marked(List.of("sea"), MARKER)).containsExactly(MARKER, "sea");
    }

    @Property(tries = 300)
    void titlesAndDescriptionsFit(
            @ForAll @StringLength(max = 400) String title,
            @ForAll @StringLength(max = 400) String text,
            @ForAll @StringLength(max = 400) String credits,
            @ForAll @IntRange(min = 1, max = 20) int times) {
        String fitted = UploadText.title(title);
        assertThat(fitted.codePointCount(0, fitted.length())).isBetween(1, 100);
        assertThat(fitted).doesNotContain("<", ">");

        String description = UploadText.description(text.repeat(times), credits.repeat(times));
        assertThat(description.getBytes(UTF_8)).hasSizeLessThanOrEqualTo(5000);
        assertThat(description).doesNotContain("<", ">");
    }

    @Property(tries = 300)
    void tagsFitBesideTheMarker(@ForAll @Size(max = 60) List<@StringLength(max = 60) String> wanted) {
        List<String> tags = UploadText.marked(UploadText.tags(wanted, UploadText.length(MARKER)), MARKER);

        assertThat(tags.stream().mapToInt(UploadText::length).sum()).isLessThanOrEqualTo(500);
        assertThat(tags)
                .doesNotHaveDuplicates()
                .allSatisfy(tag -> assertThat(tag).isNotBlank().doesNotContain(",", "\"", "<", ">"));
    }
}
