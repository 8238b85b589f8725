package com.ytempire.hub.videos;

import com.ytempire.hub.platform.Fonts;
import com.ytempire.hub.platform.Fonts.Typeface;
import com.ytempire.hub.platform.WrittenText;
import com.ytempire.hub.videos.Captions.Cue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.BreakIterator;
import java.text.Normalizer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Captions as they are drawn into the picture: large and bold with an outline, so that they can be read on any ground,
 * within the margins that players cover with nothing. Written as ASS (libass's variant), each part in a font that has
 * it; nothing of a text can be taken for an instruction.
 */
final class CaptionLook {

    private static final String WORD_JOINER = "\u2060";

    /** Where a font's table of characters has its first entry, and how long one is. */
    private static final int FIRST_MAP = 4;

    private static final int MAP = 8;
    private static final int FIRST_TABLE = 12;
    private static final int TABLE = 16;

    private final Fonts fonts;
    private final Aspect aspect;
    private final boolean below;
    private final Map<String, Typeface> used = new LinkedHashMap<>();
    private long wanted;
    private long drawn;

    /** @param below whether the picture leaves room for them at the lower edge, as {@link PictureSource} does */
    CaptionLook(Fonts fonts, Aspect aspect, boolean below) {
        this.fonts = fonts;
        this.aspect = aspect;
        this.below = below;
    }

    /** Letters in a line. */
    static int columns(Aspect aspect) {
        return aspect == Aspect.WIDE ? 42 : 22;
    }

    /** The whole document. */
    String write(List<Cue> cues) {
        StringBuilder ass = new StringBuilder("[Script Info]\nScriptType: v4.00+\nPlayResX: ")
                .append(aspect.width(1080))
                .append("\nPlayResY: ")
                .append(aspect.height(1080))
                // lines are broken here, and once more where a font is wider than usual
                .append(
                        "\nWrapStyle: 0\nScaledBorderAndShadow: yes\nYCbCr Matrix: TV.709\n\n[V4+ Styles]\nFormat: Name,"
                                + " Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic,"
                                + " Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment,"
                                + " MarginL, MarginR, MarginV, Encoding\n")
                .append(aspect == Aspect.WIDE ? style(64, 6, 180, below ? 36 : 72) : style(86, 8, 80, 430))
                .append(
                        "\n[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n");
        for (Cue cue : cues) {
            String text = text(cue);
            if (!text.isBlank()) {
                ass.append("Dialogue: 0,")
                        .append(time(cue.fromMillis()))
                        .append(',')
                        .append(time(cue.toMillis()))
                        .append(",Caption,,0,0,0,,")
                        .append(text)
                        .append('\n');
            }
        }
        return ass.toString();
    }

    /** The last figure lets each line run in the direction of its script. */
    private static String style(int size, int outline, int side, int bottom) {
        return "Style: Caption,Rubik ExtraBold," + size
                + ",&H00FFFFFF,&H00FFFFFF,&H00141210,&H70000000,0,0,0,0,100,100,0.4,0,1," + outline + ",3,2," + side
                + ","
                + side + "," + bottom + ",-1\n";
    }

    /** The share of what is to be read that some font has, 0 to 1; 1 when there is nothing to read. */
    double coverage() {
        return wanted == 0 ? 1 : (double) drawn / wanted;
    }

    private static String time(long millis) {
        long hundredths = millis / 10;
        return String.format(
                Locale.ROOT,
                "%d:%02d:%02d.%02d",
                hundredths / 360_000,
                hundredths / 6000 % 60,
                hundredths / 100 % 60,
                hundredths % 100);
    }

    private String text(Cue cue) {
        StringBuilder text = new StringBuilder();
        Typeface current = null;
        for (String line : cue.lines()) {
            if (!text.isEmpty()) {
                text.append("\\N");
            }
            String plain = WrittenText.withoutVariants(line);
            for (String cluster : WrittenText.pieces(plain, BreakIterator.getCharacterInstance(Locale.ROOT))) {
                current = append(cluster, current, text);
            }
        }
        return text.toString();
    }

    private Typeface append(String cluster, Typeface current, StringBuilder text) {
        if (cluster.isBlank()) {
            text.append(' ');
            return current;
        }
        boolean counts = Captions.canBeSpoken(cluster);
        wanted += counts ? 1 : 0;
        // a backslash keeps its meaning unless something stands behind it that is not seen
        String written = cluster.equals("\\") ? cluster + WORD_JOINER : cluster;
        Optional<Typeface> typeface = fonts.of(written);
        if (typeface.isEmpty()) {
            written = Normalizer.normalize(cluster, Normalizer.Form.NFKC); // letters in disguise
            typeface = written.isBlank() ? Optional.empty() : fonts.of(written);
        }
        if (typeface.isEmpty()) {
            return current;
        }
        drawn += counts ? 1 : 0;
        if (current == null || !typeface.get().name().equals(current.name())) {
            used.putIfAbsent(typeface.get().name(), typeface.get());
            text.append("{\\fn").append(typeface.get().name()).append('}');
        }
        text.append(written.replace("{", "\\{").replace("}", "\\}"));
        return typeface.get();
    }

    /**
     * Puts the fonts that are used into a folder, and beside it the configuration that makes libass look nowhere else.
     * What it draws is the same on each machine then.
     */
    void writeFonts(Path folder, Path configuration) throws IOException {
        Files.createDirectories(folder);
        int number = 0;
        for (Typeface typeface : used.values()) {
            Files.write(folder.resolve("font-" + number++), withOneMap(typeface.bytes()));
        }
        Files.writeString(
                configuration,
                "<?xml version=\"1.0\"?>\n<fontconfig><dir>fonts</dir><cachedir>fonts-cache</cachedir></fontconfig>\n");
    }

    /**
     * Libass reads the first of Microsoft's tables of characters, which in many fonts stops at U+FFFF, so that it sees no
     * emoji. Here that entry leads to the full table.
     */
    static byte[] withOneMap(byte[] font) {
        ByteBuffer bytes = ByteBuffer.wrap(font);
        int tables = bytes.getInt(0) == 0x74746366 ? 0 : bytes.getShort(4); // a collection is left as it is
        for (int at = FIRST_TABLE; at < FIRST_TABLE + tables * TABLE; at += TABLE) {
            if (bytes.getInt(at) == 0x636D6170) { // "cmap"
                int map = bytes.getInt(at + 8);
                int full = entry(bytes, map, 0x0003000A);
                int first = entry(bytes, map, 0x00030001);
                if (full > 0 && first > 0) {
                    bytes.putInt(first + 4, bytes.getInt(full + 4));
                }
            }
        }
        return font;
    }

    /** @return where the entry of this platform and encoding is; 0 when there is none */
    private static int entry(ByteBuffer bytes, int map, int platformAndEncoding) {
        int count = bytes.getShort(map + 2);
        for (int at = map + FIRST_MAP; at < map + FIRST_MAP + count * MAP; at += MAP) {
            if (bytes.getInt(at) == platformAndEncoding) {
                return at;
            }
        }
        return 0;
    }
}
