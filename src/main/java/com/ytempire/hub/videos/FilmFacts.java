package com.ytempire.hub.videos;

import java.math.BigDecimal;

/**
 * What can be measured of a film, a photo or a sound.
 *
 * @param seconds it lasts, to the millisecond; 0 for a photo
 * @param width pixels as they are shown; 0 for a sound, as is {@code height}
 * @param video its codec as FFmpeg names it, like {@code h264}; null when it has no picture
 * @param pixels how its pixels are kept, like {@code yuv420p}; null when it has no picture
 * @param frameRate frames a second; null when it has no picture or does not tell
 * @param audio its codec, like {@code aac}; null when it has no sound
 * @param sampleRate of the sound, in hertz; 0 when it has none
 * @param loudness of all of it, in LUFS; null when it was not measured, has no sound, or is silent
 * @param peak the true peak, in dBTP; null as {@code loudness} is
 */
record FilmFacts(
        BigDecimal seconds,
        int width,
        int height,
        String video,
        String pixels,
        BigDecimal frameRate,
        String audio,
        int sampleRate,
        BigDecimal loudness,
        BigDecimal peak) {}
