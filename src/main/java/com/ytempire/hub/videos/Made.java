package com.ytempire.hub.videos;

import com.ytempire.hub.content.PassedOver;
import com.ytempire.hub.content.SpeechAnswer;
import com.ytempire.hub.content.TextAnswer;
import com.ytempire.hub.content.ThumbnailAnswer;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** How what the steps made came about, as their rows keep it. */
final class Made {

    private Made() {}

    /** @param degraded whether it is less than what was asked for */
    record Script(
            String provider, String link, String model, String quality, boolean degraded, List<PassedOver> links) {

        static Script of(TextAnswer answer) {
            return new Script(
                    answer.provider(),
                    answer.link(),
                    answer.model(),
                    answer.quality(),
                    answer.degraded(),
                    answer.links());
        }

        /** By a person, or a workflow. */
        static Script by(String whom) {
            return new Script(whom, null, null, "excellent", false, List.of());
        }
    }

    /** @param links that answered, by kind of text */
    record Metadata(Map<String, String> links, boolean degraded) {}

    /**
     * @param speechId to fetch its audio with; null when a person supplied it
     * @param quality 0 to 100
     */
    record Speech(
            String source,
            UUID speechId,
            String provider,
            String link,
            String voice,
            int quality,
            BigDecimal seconds,
            boolean degraded,
            List<PassedOver> links) {

        static Speech of(SpeechAnswer answer) {
            return new Speech(
                    "spoken",
                    answer.id(),
                    answer.provider(),
                    answer.link(),
                    answer.voice(),
                    answer.quality(),
                    answer.durationSeconds(),
                    answer.degraded(),
                    answer.links());
        }

        static Speech supplied() {
            return new Speech("supplied", null, "person", null, null, QualityFacts.SUPPLIED, null, false, List.of());
        }
    }

    record Thumbnail(
            UUID thumbnailId, String provider, String link, String quality, boolean degraded, List<PassedOver> links) {

        static Thumbnail of(ThumbnailAnswer answer) {
            return new Thumbnail(
                    answer.id(), answer.provider(), answer.link(), answer.quality(), answer.degraded(), answer.links());
        }
    }

    /** @param renderSeconds that FFmpeg took for it */
    record Film(
            FilmFacts about,
            BigDecimal captionCoverage,
            int clipsShown,
            String sha256,
            long bytes,
            BigDecimal renderSeconds) {}

    record Upload(UUID uploadId) {}
}
