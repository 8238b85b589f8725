package com.ytempire.hub.videos;

import com.ytempire.hub.content.Narrations;
import com.ytempire.hub.content.SpeechAnswer;
import com.ytempire.hub.content.SpeechRequest;
import java.time.Clock;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;

/** The narration of a video. */
@Component("videoSpeech")
class VideoSpeech {

    static final String SILENT = "speech_silent";

    private final VideoSteps steps;
    private final VideoFiles files;
    private final Narrations narrations;
    private final VideosSettings settings;
    private final Clock clock;

    VideoSpeech(VideoSteps steps, VideoFiles files, Narrations narrations, VideosSettings settings, Clock clock) {
        this.steps = steps;
        this.files = files;
        this.narrations = narrations;
        this.settings = settings;
        this.clock = clock;
    }

    public SpeechRequest request(@Variable("video") VideoRun run) {
        Video video = run.video();
        return new SpeechRequest(
                video.script(),
                null,
                video.voice(),
                video.key(),
                video.owner(),
                false,
                clock.instant().plus(settings.patience()));
    }

    /**
     * Keeps the audio. Silence is taken only when a person has said so: a voice may be had again in a while, or a person
     * supplies one.
     */
    public void spoken(@Variable("video") VideoRun run, @Body SpeechAnswer answer) {
        if (answer.voice() == null && !run.video().approved()) {
            throw StepFailed.passing(SILENT, "No provider of speech can be had");
        }
        byte[] audio = narrations
                .audio(answer.id())
                .orElseThrow(() -> StepFailed.passing("speech_forgotten", "The narration was not kept"));
        steps.done(
                run,
                Made.Speech.of(answer),
                answer.cost(),
                "duration_seconds = :seconds",
                Map.of("seconds", answer.durationSeconds()),
                video -> files.keep(video.id(), MediaKind.NARRATION, audio, "audio/mpeg"));
    }
}
