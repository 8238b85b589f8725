package com.ytempire.hub.content;

import java.awt.Color;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Colours and shapes of a thumbnail the hub draws. White and the accent are readable on every colour between dark and
 * deep.
 *
 * @param dark of the ground, where the text begins
 * @param deep of the ground at its other end
 * @param accent of what is to catch the eye
 * @param second of the shapes, beside the accent
 */
record ThumbnailLook(Color dark, Color deep, Color accent, Color second, Shapes shapes) {

    enum Shapes {
        RINGS,
        STRIPES,
        HILLS,
        DOTS,
        RAYS,
        TILES
    }

    private static final ThumbnailLook SEA = look(0x071B3B, 0x0B3A78, 0xFFD23F, 0x2E9BFF, Shapes.RINGS);
    private static final ThumbnailLook FIRE = look(0x2B0710, 0x7A1022, 0xFFD84D, 0xFF5A3C, Shapes.STRIPES);
    private static final ThumbnailLook DUSK = look(0x160A33, 0x4A1A63, 0xFFB86B, 0xFF6F91, Shapes.HILLS);
    private static final ThumbnailLook NIGHT = look(0x04161A, 0x064B4F, 0x5CF2C5, 0x16A6A0, Shapes.DOTS);
    private static final ThumbnailLook SUN = look(0x1D1206, 0x6B3206, 0xFFC93C, 0xFF8A1F, Shapes.RAYS);
    private static final ThumbnailLook STEEL = look(0x0C1220, 0x27364F, 0x8FE388, 0x4F8CFF, Shapes.TILES);

    private static final List<ThumbnailLook> ALL = List.of(SEA, FIRE, DUSK, NIGHT, SUN, STEEL);

    private static final Map<String, ThumbnailLook> BY_STYLE = Map.ofEntries(
            Map.entry("educational", SEA),
            Map.entry("tutorial", SEA),
            Map.entry("listicle", FIRE),
            Map.entry("gaming", FIRE),
            Map.entry("story", DUSK),
            Map.entry("documentary", DUSK),
            Map.entry("tech", NIGHT),
            Map.entry("science", NIGHT),
            Map.entry("lifestyle", SUN),
            Map.entry("food", SUN),
            Map.entry("news", STEEL),
            Map.entry("business", STEEL));

    private static ThumbnailLook look(int dark, int deep, int accent, int second, Shapes shapes) {
        return new ThumbnailLook(new Color(dark), new Color(deep), new Color(accent), new Color(second), shapes);
    }

    static List<ThumbnailLook> all() {
        return ALL;
    }

    /** A style always looks the same; without one the title decides, so that a channel's pictures differ. */
    static ThumbnailLook of(String style, String title) {
        String wanted = style == null ? "" : style.strip().toLowerCase(Locale.ROOT);
        ThumbnailLook known = BY_STYLE.get(wanted);
        int any = (wanted.isEmpty() ? title : wanted).hashCode();
        return known == null ? ALL.get(Math.floorMod(any, ALL.size())) : known;
    }
}
