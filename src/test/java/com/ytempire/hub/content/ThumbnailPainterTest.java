package com.ytempire.hub.content;

import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.content.ThumbnailPainter.Drawing;
import com.ytempire.hub.content.ThumbnailPainter.Emphasis;
import com.ytempire.hub.platform.Fonts;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures the hub draws: measured for what makes them fit to be published, with no font but the hub's own. */
class ThumbnailPainterTest {

    /** WCAG 2.2, 1.4.3 asks 3 of large text and 4.5 of small; a thumbnail is seen small. */
    private static final double LEAST_CONTRAST = 4.5;

    private static final Fonts FONTS = new Fonts(List.of());
    private static final ThumbnailPainter PAINTER = new ThumbnailPainter(FONTS);

    private static final Rectangle PICTURE = new Rectangle(1280, 720);

    private static final List<String> TITLES = List.of(
            "10 Habits That Will Change Your Life in 30 Days",
            "How Volcanoes Really Work",
            "Wow",
            "🔥 I Tried EVERY Noodle 🍜 in Tokyo 😱",
            "כך בניתי בית חכם ב-7 ימים",
            "أفضل 10 أماكن للسفر في العالم",
            "Почему вымерли динозавры?",
            "Το μυστικό της Ακρόπολης",
            "हिन्दी में सीखें पायथन",
            "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft erklärt",
            "x".repeat(300),
            "word ".repeat(60));

    static Stream<String> styles() {
        return Stream.of("educational", "listicle", "story", "tech", "food", "news");
    }

    @Test
    void theStylesShowEveryLook() {
        Set<ThumbnailLook> looks =
                styles().map(style -> ThumbnailLook.of(style, "x")).collect(Collectors.toSet());

        assertThat(looks).containsExactlyInAnyOrderElementsOf(ThumbnailLook.all());
    }

    @ParameterizedTest
    @MethodSource("styles")
    void everyLetterIsReadableWhereverItStands(String style) {
        for (String title : TITLES) {
            Drawing drawing = PAINTER.draw(title, style);
            Raster letters = covered(List.of(new Emphasis(drawing.written().outline(), PICTURE)));
            Raster emphasized = covered(drawing.written().emphasis());
            double least = 21;
            for (int y = 0; y < letters.getHeight(); y++) {
                for (int x = 0; x < letters.getWidth(); x++) {
                    if (letters.getSample(x, y, 0) != 0) {
                        Color colour = emphasized.getSample(x, y, 0) != 0
                                ? drawing.look().accent()
                                : Color.WHITE;
                        least = Math.min(
                                least,
                                contrast(colour, new Color(drawing.ground().getRGB(x, y))));
                    }
                }
            }
            assertThat(least).as("%s, %s", style, title).isGreaterThanOrEqualTo(LEAST_CONTRAST);
        }
    }

    /** The pixels whose middle lies in one of the parts; to ask an outline for each of them takes seconds. */
    private static Raster covered(List<Emphasis> parts) {
        BufferedImage mask = new BufferedImage(PICTURE.width, PICTURE.height, BufferedImage.TYPE_BYTE_BINARY);
        Graphics2D drawn = mask.createGraphics();
        for (Emphasis part : parts) {
            drawn.setClip(part.box());
            drawn.fill(part.line());
        }
        drawn.dispose();
        return mask.getRaster();
    }

    /** WCAG 2.2, contrast ratio. */
    private static double contrast(Color one, Color other) {
        double a = luminance(one);
        double b = luminance(other);
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    }

    private static double luminance(Color colour) {
        return 0.2126 * linear(colour.getRed())
                + 0.7152 * linear(colour.getGreen())
                + 0.0722 * linear(colour.getBlue());
    }

    private static double linear(int channel) {
        double value = channel / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
    }

    @Test
    void everyTitleStaysInsideAndIsLargeEnough() {
        Rectangle2D safe = new Rectangle2D.Double(40, 20, 1200, 680);
        Rectangle2D clock = new Rectangle2D.Double(1120, 640, 160, 80);
        for (String title : TITLES) {
            Drawing drawing = PAINTER.draw(title, null);
            Rectangle2D text = drawing.written().outline().getBounds2D();

            assertThat(safe.contains(text)).as("%s lies at %s", title, text).isTrue();
            assertThat(drawing.written().outline().intersects(clock))
                    .as("where YouTube writes the length")
                    .isFalse();
            assertThat(drawing.written().size()).as(title).isGreaterThanOrEqualTo(58);
            assertThat(drawing.picture().getWidth()).isEqualTo(1280);
            assertThat(drawing.picture().getHeight()).isEqualTo(720);
        }
    }

    @Test
    void aShortTitleIsLarge() {
        assertThat(PAINTER.draw("How Volcanoes Work", null).written().size()).isGreaterThan(130);
    }

    @ParameterizedTest
    @CsvSource({
        "10 Habits for a Good Life, 10",
        "AI Beats 97% of Programmers, 97%",
        "Lost $1.2 Trillion, $1.2",
        "The Lost Continents, Continents"
    })
    void theFigureOrTheLongestWordCatchesTheEye(String title, String catching) {
        int[] emphasis = ThumbnailText.of(title, FONTS).emphasis();

        assertThat(title.substring(emphasis[0], emphasis[1])).isEqualTo(catching);
    }

    @ParameterizedTest
    @ValueSource(strings = {"日本語だけ", "\u200B", "\uFFFF\uE000", "   "})
    void aTitleOfWhichNothingCanBeWrittenIsNotWrittenInBoxes(String title) {
        Drawing drawing = PAINTER.draw(title, "tech");

        assertThat(drawing.title().isEmpty()).isTrue();
        assertThat(drawing.written()).isNull();
        assertThat(colours(drawing)).as("a picture all the same").isGreaterThan(50);
    }

    private static long colours(Drawing drawing) {
        return IntStream.range(0, 1280)
                .map(x -> drawing.picture().getRGB(x, 360))
                .distinct()
                .count();
    }

    @Test
    void whatCanBeWrittenOfATitleIsWritten() {
        assertThat(ThumbnailText.of("My 日本 trip 👍🏽 👨‍👩‍👧", FONTS).text()).isEqualTo("My trip 👍 👨👩👧");
        assertThat(ThumbnailText.of("𝗕𝗢𝗟𝗗 Ｗｉｄｅ", FONTS).text()).isEqualTo("BOLD Wide");
        assertThat(ThumbnailText.of("cafe\u0301\n\tx", FONTS).text()).isEqualTo("café x");
    }

    @Test
    void aTitleReadFromTheRightBeginsOnTheRight() {
        Rectangle2D text = PAINTER.draw("שלום", null).written().outline().getBounds2D();

        assertThat(text.getMaxX()).isGreaterThan(1150);
        assertThat(text.getX()).isGreaterThan(500);
    }

    @Test
    void aTitleTooLongIsCutBetweenWords() {
        assertThat(ThumbnailText.of("word ".repeat(60), FONTS).cut(21).text()).isEqualTo("word word word word…");
        assertThat(ThumbnailText.of("x".repeat(60), FONTS).cut(21).text()).isEqualTo("x".repeat(21) + "…");
    }

    @Test
    void theFontsOfTheMachineStandInForScriptsOfOthers(@TempDir Path empty) {
        assertThat(new Fonts(List.of(empty, empty.resolve("missing"))).of("日")).isEmpty();
    }

    @Property(tries = 60)
    void anyTitleIsDrawn(@ForAll @StringLength(max = 300) String title) {
        Drawing drawing = PAINTER.draw(title, null);

        assertThat(drawing.picture().getWidth()).isEqualTo(1280);
        if (drawing.written() != null) {
            Rectangle2D text = drawing.written().outline().getBounds2D();
            assertThat(text.isEmpty() || new Rectangle2D.Double(0, -40, 1280, 800).contains(text))
                    .as("%s", text)
                    .isTrue();
        }
    }
}
