package com.ytempire.hub.videos;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/** The figures of {@code hub.videos} in application.yml; each is explained there. */
@ConfigurationProperties("hub.videos")
record VideosSettings(
        Path storage,
        DataSize leastFree,
        int threads,
        Duration poll,
        Duration lease,
        Duration renew,
        List<Duration> retries,
        Duration postpone,
        Duration patience,
        String level,
        BigDecimal leastQuality,
        Requests requests,
        Clips clips,
        Live live,
        Retention retention) {

    record Requests(
            int longestTopic,
            int shortest,
            int usual,
            int longest,
            Duration latest,
            DataSize mostAudio,
            BigDecimal similar) {}

    record Clips(Duration each, int most, int shortest, int longest) {}

    record Live(Duration beat, int most, Duration longest, Duration ticket) {}

    record Retention(Duration media, Duration leftOver) {}
}
