package com.ytempire.hub.content;

import com.ytempire.hub.content.ThumbnailText.Line;
import com.ytempire.hub.platform.Fonts;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RadialGradientPaint;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Arc2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * Draws a thumbnail from a title alone: the title as large as it can be, its figure or longest word in the accent's
 * colour, on a ground that leaves the text readable. The shapes keep to the side on which no line begins, and the lower
 * right corner, where YouTube writes the length, stays free of text.
 */
@Component
class ThumbnailPainter {

    private static final int WIDTH = Pictures.WIDTH;
    private static final int HEIGHT = Pictures.HEIGHT;
    private static final int MARGIN = 80;
    private static final float TEXT_WIDTH = 930;
    private static final float TEXT_HEIGHT = 500;
    private static final float LARGEST = 230;
    private static final float SMALLEST = 58;
    private static final float STEP = 3;
    private static final int LONGEST_TITLE = 130;

    private final Fonts fonts;

    ThumbnailPainter(Fonts fonts) {
        this.fonts = fonts;
    }

    BufferedImage paint(String title, String style) {
        return draw(title, style).picture();
    }

    /**
     * A title on its picture.
     *
     * @param emphasis what of it has the accent's colour
     * @param size of its letters
     */
    record Written(Shape outline, List<Emphasis> emphasis, float size) {}

    /** What lies in the box, of a line's outline. */
    record Emphasis(Shape line, Rectangle2D box) {}

    /**
     * How a thumbnail is made up, so that a test can measure it.
     *
     * @param ground what is under the text
     * @param written null when nothing could be
     */
    record Drawing(
            BufferedImage picture, BufferedImage ground, ThumbnailText title, Written written, ThumbnailLook look) {}

    Drawing draw(String title, String style) {
        ThumbnailLook look = ThumbnailLook.of(style, title);
        ThumbnailText text = ThumbnailText.of(title, fonts).cut(LONGEST_TITLE);
        boolean mirrored = !text.isEmpty() && text.isRightToLeft();
        BufferedImage ground = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = graphics(ground);
        if (mirrored) {
            g.transform(new AffineTransform(-1, 0, 0, 1, WIDTH, 0));
        }
        ground(g, look);
        shapes(g, look);
        if (text.isEmpty()) {
            playButton(g, look);
        }
        g.dispose();
        BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        picture.setData(ground.getData());
        Written written = text.isEmpty() ? null : write(text, mirrored, look, picture);
        return new Drawing(picture, ground, text, written, look);
    }

    private static Graphics2D graphics(BufferedImage picture) {
        Graphics2D g = picture.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        g.setRenderingHint(RenderingHints.KEY_RENDERING, RenderingHints.VALUE_RENDER_QUALITY);
        g.setRenderingHint(RenderingHints.KEY_DITHERING, RenderingHints.VALUE_DITHER_ENABLE);
        return g;
    }

    // ---- the text

    private static Written write(ThumbnailText text, boolean mirrored, ThumbnailLook look, BufferedImage picture) {
        float size = size(text);
        List<Line> lines = fitting(text, size);
        if (lines == null) {
            lines = text.wrap(size, TEXT_WIDTH, true);
            lines = lines.subList(0, Math.min(lines.size(), (int) (TEXT_HEIGHT / ThumbnailText.height(1, size))));
        } else {
            float largest = size;
            double best = 0;
            // a little smaller is better than a single word in the last line
            for (float tried = largest; tried >= Math.max(SMALLEST, 0.84f * largest); tried -= STEP) {
                List<Line> balanced = balanced(text, tried);
                double worth = tried / largest + evenness(balanced) / 2;
                if (worth > best) {
                    best = worth;
                    size = tried;
                    lines = balanced;
                }
            }
        }
        Written written = outline(text, lines, size, mirrored);
        Graphics2D g = graphics(picture);
        bar(g, look, written.outline().getBounds2D(), mirrored);
        g.setColor(new Color(0, 0, 0, 110));
        g.fill(AffineTransform.getTranslateInstance(0, size / 18).createTransformedShape(written.outline()));
        g.setColor(Color.WHITE);
        g.fill(written.outline());
        g.setColor(look.accent());
        for (Emphasis part : written.emphasis()) {
            g.setClip(part.box());
            g.fill(part.line());
        }
        g.dispose();
        return written;
    }

    /** The largest that fits without breaking a word; the smallest when none does. */
    private static float size(ThumbnailText text) {
        float fits = SMALLEST;
        float tooLarge = LARGEST + STEP;
        while (tooLarge - fits > STEP) {
            float size = (fits + tooLarge) / 2;
            if (fitting(text, size) == null) {
                tooLarge = size;
            } else {
                fits = size;
            }
        }
        return fits;
    }

    private static List<Line> fitting(ThumbnailText text, float size) {
        List<Line> lines = text.wrap(size, TEXT_WIDTH, false);
        return lines == null || ThumbnailText.height(lines.size(), size) > TEXT_HEIGHT ? null : lines;
    }

    /** As few lines as can be, and of about the same length. */
    private static List<Line> balanced(ThumbnailText text, float size) {
        List<Line> best = fitting(text, size);
        int fewest = best.size();
        for (float width = TEXT_WIDTH - size / 3; fewest > 1 && width > TEXT_WIDTH / 3; width -= size / 3) {
            List<Line> narrower = text.wrap(size, width, false);
            if (narrower == null || narrower.size() > fewest) {
                break;
            }
            if (evenness(narrower) > evenness(best)) {
                best = narrower;
            }
        }
        return best;
    }

    /** 1 when all lines are of the same length. */
    private static double evenness(List<Line> lines) {
        DoubleSummaryStatistics lengths = lines.stream()
                .mapToDouble(line -> line.layout().getVisibleAdvance())
                .summaryStatistics();
        return lengths.getMin() / lengths.getMax();
    }

    private static Written outline(ThumbnailText text, List<Line> lines, float size, boolean mirrored) {
        int[] catching = text.emphasis();
        double step = ThumbnailText.height(1, size);
        double baseline = (HEIGHT - step * lines.size()) / 2 + size * 0.9;
        Path2D outline = new Path2D.Double();
        List<Emphasis> emphasis = new ArrayList<>();
        for (Line line : lines) {
            // the space at a line's end is on the left when it is read from the right
            double x = mirrored ? WIDTH - MARGIN - line.layout().getAdvance() : MARGIN;
            x = inside(x, line.layout().getOutline(null).getBounds2D());
            Shape glyphs = line.layout().getOutline(AffineTransform.getTranslateInstance(x, baseline));
            outline.append(glyphs, false);
            if (catching != null && catching[0] < line.to() && catching[1] > line.from()) {
                Rectangle2D box = line.layout()
                        .getLogicalHighlightShape(
                                Math.max(catching[0], line.from()) - line.from(),
                                Math.min(catching[1], line.to()) - line.from())
                        .getBounds2D();
                emphasis.add(new Emphasis(
                        glyphs, new Rectangle2D.Double(x + box.getX(), baseline - step, box.getWidth(), 2 * step)));
            }
            baseline += step;
        }
        return new Written(outline, emphasis, size);
    }

    /** Letters that reach far beyond the place they take are moved in. */
    private static double inside(double x, Rectangle2D glyphs) {
        double least = MARGIN / 2.0 - glyphs.getX();
        double most = WIDTH - MARGIN / 2.0 - glyphs.getMaxX();
        return Math.max(least, Math.min(most, x));
    }

    private static void bar(Graphics2D g, ThumbnailLook look, Rectangle2D text, boolean mirrored) {
        double y = Math.max(46, text.getY() - 58);
        g.setColor(look.accent());
        g.fill(new RoundRectangle2D.Double(mirrored ? WIDTH - MARGIN - 132 : MARGIN, y, 132, 16, 16, 16));
    }

    // ---- what is behind it

    private static void ground(Graphics2D g, ThumbnailLook look) {
        g.setPaint(new GradientPaint(0, HEIGHT, look.dark(), WIDTH, 0, look.deep()));
        g.fillRect(0, 0, WIDTH, HEIGHT);
    }

    private static void shapes(Graphics2D g, ThumbnailLook look) {
        switch (look.shapes()) {
            case RINGS -> rings(g, look);
            case STRIPES -> stripes(g, look);
            case HILLS -> hills(g, look);
            case DOTS -> dots(g, look);
            case RAYS -> rays(g, look);
            case TILES -> tiles(g, look);
        }
    }

    private static void rings(Graphics2D g, ThumbnailLook look) {
        glow(g, WIDTH - 40, 150, 520, look.second(), 70);
        for (int i = 0; i < 5; i++) {
            double radius = 110 + i * 74;
            g.setStroke(new BasicStroke(i == 0 ? 26 : 14, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
            g.setColor(i == 1 ? look.accent() : faint(look.second(), 200 - i * 42));
            g.draw(new Arc2D.Double(
                    WIDTH + 10 - radius, 120 - radius, 2 * radius, 2 * radius, 186 + i * 11, 84 - i * 14, Arc2D.OPEN));
        }
        g.setColor(look.accent());
        g.fill(circle(WIDTH + 10, 120, 58));
    }

    private static void stripes(Graphics2D g, ThumbnailLook look) {
        glow(g, WIDTH, HEIGHT, 620, look.second(), 60);
        double[] widths = {96, 40, 18};
        Color[] colours = {look.second(), look.accent(), faint(look.second(), 150)};
        double x = WIDTH + 6;
        for (int i = 0; i < widths.length; i++) {
            Path2D stripe = new Path2D.Double();
            stripe.moveTo(x, 0);
            stripe.lineTo(x + widths[i], 0);
            stripe.lineTo(x + widths[i] - 220, HEIGHT);
            stripe.lineTo(x - 220, HEIGHT);
            stripe.closePath();
            g.setColor(colours[i]);
            g.fill(stripe);
            x += widths[i] + 34;
        }
    }

    private static void hills(Graphics2D g, ThumbnailLook look) {
        glow(g, 1150, 170, 460, look.second(), 90);
        g.setPaint(new GradientPaint(1150, 40, look.accent(), 1150, 330, look.second()));
        g.fill(circle(1150, 180, 118));
        hill(g, 600, 250, faint(look.second(), 46));
        hill(g, 655, 120, faint(look.dark(), 190));
    }

    private static void hill(Graphics2D g, double y, double rise, Color colour) {
        Path2D hill = new Path2D.Double();
        hill.moveTo(0, HEIGHT);
        hill.lineTo(0, y + 40);
        hill.curveTo(WIDTH * 0.3, y + 90, WIDTH * 0.55, y + 60, WIDTH * 0.74, y - rise * 0.3);
        hill.curveTo(WIDTH * 0.84, y - rise, WIDTH * 0.92, y - rise * 0.5, WIDTH, y - rise * 0.75);
        hill.lineTo(WIDTH, HEIGHT);
        hill.closePath();
        g.setColor(colour);
        g.fill(hill);
    }

    private static void dots(Graphics2D g, ThumbnailLook look) {
        glow(g, WIDTH, 320, 560, look.second(), 80);
        for (int row = 0; row < 16; row++) {
            for (int column = 0; column < 9; column++) {
                double nearness = 1 - column / 9.0;
                boolean caught = (row * 7 + column * 5) % 23 == 0;
                g.setColor(caught && column < 6 ? look.accent() : faint(look.second(), (int) (190 * nearness)));
                g.fill(circle(WIDTH - 22 - column * 30, 30 + row * 44, caught ? 9 : 3 + 5 * nearness));
            }
        }
    }

    private static void rays(Graphics2D g, ThumbnailLook look) {
        glow(g, WIDTH + 30, HEIGHT + 10, 640, look.second(), 90);
        for (int i = 0; i < 9; i++) {
            g.setColor(faint(look.second(), 46));
            g.fill(new Arc2D.Double(WIDTH + 30 - 900, HEIGHT + 10 - 900, 1800, 1800, 93 + i * 10.5, 5, Arc2D.PIE));
        }
        g.setColor(look.second());
        g.fill(circle(WIDTH + 30, HEIGHT + 10, 230));
        g.setColor(look.accent());
        g.fill(circle(WIDTH + 30, HEIGHT + 10, 190));
    }

    private static void tiles(Graphics2D g, ThumbnailLook look) {
        glow(g, WIDTH, 0, 560, look.second(), 70);
        double[] heights = {150, 230, 190, 320, 420};
        for (int i = 0; i < heights.length; i++) {
            boolean last = i == heights.length - 1;
            g.setColor(last ? look.accent() : faint(look.second(), 60 + i * 40));
            g.fill(new RoundRectangle2D.Double(WIDTH - 250 + i * 52, HEIGHT - heights[i], 38, heights[i] + 30, 14, 14));
        }
    }

    /** For a title of which nothing can be written. */
    private static void playButton(Graphics2D g, ThumbnailLook look) {
        g.setColor(faint(Color.WHITE, 40));
        g.fill(circle(WIDTH / 2.0, HEIGHT / 2.0, 176));
        g.setColor(look.accent());
        g.fill(circle(WIDTH / 2.0, HEIGHT / 2.0, 140));
        Path2D triangle = new Path2D.Double();
        triangle.moveTo(WIDTH / 2.0 - 42, HEIGHT / 2.0 - 70);
        triangle.lineTo(WIDTH / 2.0 + 76, HEIGHT / 2.0);
        triangle.lineTo(WIDTH / 2.0 - 42, HEIGHT / 2.0 + 70);
        triangle.closePath();
        g.setColor(look.dark());
        g.fill(triangle);
    }

    private static void glow(Graphics2D g, double x, double y, double radius, Color colour, int alpha) {
        g.setPaint(new RadialGradientPaint(new Point2D.Double(x, y), (float) radius, new float[] {0, 1}, new Color[] {
            faint(colour, alpha), faint(colour, 0)
        }));
        g.fill(circle(x, y, radius));
    }

    private static Ellipse2D circle(double x, double y, double radius) {
        return new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
    }

    private static Color faint(Color colour, int alpha) {
        return new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), Math.max(0, Math.min(255, alpha)));
    }
}
