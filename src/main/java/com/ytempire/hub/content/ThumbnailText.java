package com.ytempire.hub.content;

import com.ytempire.hub.platform.Fonts;
import com.ytempire.hub.platform.WrittenText;
import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.awt.font.LineBreakMeasurer;
import java.awt.font.TextAttribute;
import java.awt.font.TextLayout;
import java.text.AttributedString;
import java.text.Bidi;
import java.text.BreakIterator;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A title as it can be written: only what some font has, each part in its font. */
final class ThumbnailText {

    private static final FontRenderContext CONTEXT = new FontRenderContext(null, true, true);
    private static final double LINE = 1.12;

    /** What makes one emoji of several. */
    private static final Pattern FAMILY = Pattern.compile("([\\x{2600}-\\x{27BF}\\x{1F000}-\\x{1FAFF}])\\x{200D}");

    private static final Pattern SEEN = Pattern.compile("[\\p{L}\\p{N}\\p{P}\\p{S}]");

    /** Figures say most: money, percentages, how many. */
    private static final Pattern FIGURE = Pattern.compile("[#$€£¥]?\\p{Nd}[\\p{Nd}.,:]*(?:[%xX×+]|(?:k|K|M|bn)\\b)?");

    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{M}\\p{Nd}'’-]{5,}");

    /** So many glyphs in one font. */
    private record Part(int from, int to, Font font) {}

    private final String text;
    private final List<Part> parts;

    private ThumbnailText(String text, List<Part> parts) {
        this.text = text;
        this.parts = parts;
    }

    static ThumbnailText of(String title, Fonts fonts) {
        StringBuilder text = new StringBuilder();
        List<Part> parts = new ArrayList<>();
        String plain = WrittenText.withoutVariants(Normalizer.normalize(title, Normalizer.Form.NFC));
        String clean = WrittenText.seen(FAMILY.matcher(plain).replaceAll("$1"));
        BreakIterator clusters = BreakIterator.getCharacterInstance(Locale.ROOT);
        clusters.setText(clean);
        for (int from = clusters.first(), to = clusters.next();
                to != BreakIterator.DONE;
                from = to, to = clusters.next()) {
            add(clean.substring(from, to), text, parts, fonts);
        }
        String written = text.toString();
        return !SEEN.matcher(written).find() ? new ThumbnailText("", List.of()) : new ThumbnailText(written, parts);
    }

    /** Letters in disguise, such as mathematical ones, are written plainly when no font has them. */
    private static void add(String cluster, StringBuilder text, List<Part> parts, Fonts fonts) {
        boolean space = cluster.isBlank();
        if (space && (text.isEmpty() || text.charAt(text.length() - 1) == ' ')) {
            return; // what stood between could not be written
        }
        String written = cluster;
        Optional<Font> font = fonts.of(cluster).map(Fonts.Typeface::font);
        if (font.isEmpty()) {
            written = Normalizer.normalize(cluster, Normalizer.Form.NFKC);
            font = written.isBlank() ? Optional.empty() : fonts.of(written).map(Fonts.Typeface::font);
        }
        if (font.isEmpty()) {
            return;
        }
        Part last = parts.isEmpty() ? null : parts.get(parts.size() - 1);
        int from = text.length();
        text.append(written);
        if (last != null && last.font().equals(font.get())) {
            parts.set(parts.size() - 1, new Part(last.from(), text.length(), last.font()));
        } else {
            parts.add(new Part(from, text.length(), font.get()));
        }
    }

    boolean isEmpty() {
        return text.isEmpty();
    }

    String text() {
        return text;
    }

    boolean isRightToLeft() {
        return !new Bidi(text, Bidi.DIRECTION_DEFAULT_LEFT_TO_RIGHT).baseIsLeftToRight();
    }

    /** The figure, or else the longest word: what is to catch the eye; null when nothing stands out. */
    int[] emphasis() {
        Matcher figure = FIGURE.matcher(text);
        if (figure.find()) {
            return new int[] {figure.start(), figure.end()};
        }
        Matcher word = WORD.matcher(text);
        int[] longest = null;
        while (word.find()) {
            if (longest == null || word.end() - word.start() > longest[1] - longest[0]) {
                longest = new int[] {word.start(), word.end()};
            }
        }
        boolean all = longest != null && longest[1] - longest[0] == text.strip().length();
        return all ? null : longest;
    }

    /** Not longer than this, cut between words. */
    ThumbnailText cut(int characters) {
        if (text.codePointCount(0, text.length()) <= characters) {
            return this;
        }
        int most = text.offsetByCodePoints(0, characters);
        BreakIterator words = BreakIterator.getLineInstance(Locale.ROOT);
        words.setText(text);
        int end = words.preceding(most);
        end = end < most / 2 ? characterBefore(most) : end;
        String kept = text.substring(0, end).replaceAll("[\\s\\p{Punct}]+$", "");
        List<Part> left = new ArrayList<>();
        for (Part part : parts) {
            if (part.from() < kept.length()) {
                left.add(new Part(part.from(), Math.min(part.to(), kept.length()), part.font()));
            }
        }
        Part last = left.get(left.size() - 1);
        // the ellipsis in the font of the text around it, when that has one
        String ellipsis = last.font().canDisplay('…') ? "…" : last.font().canDisplay('.') ? "..." : "";
        left.set(left.size() - 1, new Part(last.from(), last.to() + ellipsis.length(), last.font()));
        return new ThumbnailText(kept + ellipsis, left);
    }

    private int characterBefore(int most) {
        BreakIterator clusters = BreakIterator.getCharacterInstance(Locale.ROOT);
        clusters.setText(text);
        return clusters.isBoundary(most) ? most : clusters.preceding(most);
    }

    /** A line of it, and where in the text it begins. */
    record Line(TextLayout layout, int from, int to) {}

    /**
     * In lines of at most this width.
     *
     * @param breaking whether a word that is too long is broken
     * @return null when a word is too long and must not be broken
     */
    List<Line> wrap(float size, float width, boolean breaking) {
        AttributedString attributed = new AttributedString(text);
        for (Part part : parts) {
            attributed.addAttribute(TextAttribute.FONT, part.font().deriveFont(size), part.from(), part.to());
        }
        if (isRightToLeft()) {
            attributed.addAttribute(TextAttribute.RUN_DIRECTION, TextAttribute.RUN_DIRECTION_RTL);
        }
        LineBreakMeasurer measurer = new LineBreakMeasurer(attributed.getIterator(), CONTEXT);
        List<Line> lines = new ArrayList<>();
        while (measurer.getPosition() < text.length()) {
            int from = measurer.getPosition();
            TextLayout layout = measurer.nextLayout(width, text.length(), !breaking);
            if (layout == null) {
                return null;
            }
            lines.add(new Line(layout, from, measurer.getPosition()));
        }
        return lines;
    }

    static double height(int lines, float size) {
        return lines * size * LINE;
    }
}
