package com.ytempire.hub.youtube;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * The figures of {@code hub.youtube.upload} in application.yml; each is explained there.
 *
 * @param backOff by the number of failures in a row; the last one goes on
 * @param lookAgain by the number of times the marker was not found
 * @param watch by the number of times YouTube was still at it; the last one goes on
 */
@ConfigurationProperties("hub.youtube.upload")
record UploadSettings(
        int threads,
        int checks,
        Duration poll,
        Duration lease,
        Duration renew,
        DataSize chunk,
        DataSize most,
        Duration queueAgain,
        List<Duration> backOff,
        Duration giveUp,
        List<Duration> lookAgain,
        int lookPages,
        DataSize thumbnail,
        boolean captions,
        List<Duration> watch,
        Duration watchFor,
        String category,
        String privacy) {

    /** YouTube takes chunks of a multiple of 256 KiB only (guide on resumable uploads). */
    private static final long CHUNK_UNIT = 256 * 1024L;

    /** @throws IllegalArgumentException when YouTube would refuse every chunk */
    UploadSettings {
        if (chunk.toBytes() < CHUNK_UNIT || chunk.toBytes() % CHUNK_UNIT != 0) {
            throw new IllegalArgumentException("hub.youtube.upload.chunk is a multiple of 256KB, and is " + chunk);
        }
    }

    /** The pause after so many times, from 1. */
    static Duration pause(List<Duration> pauses, int times) {
        return pauses.get(Math.min(Math.max(times, 1), pauses.size()) - 1);
    }
}
