package com.ytempire.hub.videos;

import java.math.BigDecimal;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * How films are made.
 *
 * @param shortSide of the picture, in pixels
 * @param preset of x264: how long it may search for a smaller file of the same quality
 * @param quality of x264, the constant rate factor: less is better and larger
 * @param soundBitRate of AAC, in bits a second
 * @param loudness all films have, in LUFS
 * @param peak no sample is above, in dBTP
 * @param limit until a film has to be done
 * @param largest a film, with all that is needed to make it, may become
 * @param shortestShot a clip is shown so long at least
 * @param longestShot and at most so long at a stretch
 */
@ConfigurationProperties("hub.videos.assembly")
record AssemblySettings(
        int shortSide,
        String preset,
        int quality,
        int soundBitRate,
        BigDecimal loudness,
        BigDecimal peak,
        Duration limit,
        DataSize largest,
        Duration shortestShot,
        Duration longestShot,
        Clips clips) {

    /**
     * How clips are loaded.
     *
     * @param largest that is loaded
     * @param limit until one has to be there
     * @param redirects followed for one clip; each address is checked
     * @param connectTimeout until a server has to accept the connection
     * @param readTimeout until it has to send the next bytes
     */
    record Clips(DataSize largest, Duration limit, int redirects, Duration connectTimeout, Duration readTimeout) {}
}
