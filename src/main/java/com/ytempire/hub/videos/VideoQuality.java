package com.ytempire.hub.videos;

import java.math.BigDecimal;
import java.util.Map;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;

/** Whether a video is good enough to be shown without a person having seen it. */
@Component("videoQuality")
class VideoQuality {

    private final VideoSteps steps;
    private final StepRows rows;
    private final VideosSettings settings;

    VideoQuality(VideoSteps steps, StepRows rows, VideosSettings settings) {
        this.steps = steps;
        this.rows = rows;
        this.settings = settings;
    }

    public void judge(@Variable("video") VideoRun run) {
        Video video = run.video();
        Made.Film film = rows.result(video.id(), Step.ASSEMBLY, Made.Film.class).orElseThrow();
        // a workflow that made a part did not say how
        Made.Script script =
                rows.result(video.id(), Step.SCRIPT, Made.Script.class).orElseGet(() -> Made.Script.by("n8n"));
        Made.Speech speech =
                rows.result(video.id(), Step.SPEECH, Made.Speech.class).orElseGet(Made.Speech::supplied);
        String thumbnail = rows.result(video.id(), Step.THUMBNAIL, Made.Thumbnail.class)
                .map(Made.Thumbnail::quality)
                .orElse("good");
        QualityScore score = QualityScore.of(new QualityFacts(
                film.about(),
                video.durationTarget(),
                film.captionCoverage(),
                film.clipsShown(),
                script.provider(),
                script.quality(),
                speech.quality(),
                thumbnail));
        steps.done(run, score, BigDecimal.ZERO, "quality_score = :score", Map.of("score", score.score()));
    }

    /** Holds what is not good enough, and what somebody wanted to see first; not once a person has approved it. */
    public void hold(@Variable("video") VideoRun run) {
        Video video = run.video();
        if (run.isStopped() || video.approved() || run.isDone(Step.UPLOAD)) {
            return;
        }
        if (video.qualityScore() != null && video.qualityScore().compareTo(settings.leastQuality()) < 0) {
            steps.hold(
                    run,
                    "quality",
                    "The quality is %s; below %s a person decides"
                            .formatted(
                                    video.qualityScore().stripTrailingZeros().toPlainString(),
                                    settings.leastQuality().toPlainString()));
        } else if (video.publish().equals("hold")) {
            steps.hold(run, "requested", null);
        }
    }
}
