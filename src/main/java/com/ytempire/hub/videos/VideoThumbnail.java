package com.ytempire.hub.videos;

import com.ytempire.hub.content.ThumbnailAnswer;
import com.ytempire.hub.content.ThumbnailRequest;
import com.ytempire.hub.content.Thumbnails;
import java.time.Clock;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;

/** The thumbnail of a video. */
@Component("videoThumbnail")
class VideoThumbnail {

    private final VideoSteps steps;
    private final VideoFiles files;
    private final Thumbnails thumbnails;
    private final VideosSettings settings;
    private final Clock clock;

    VideoThumbnail(VideoSteps steps, VideoFiles files, Thumbnails thumbnails, VideosSettings settings, Clock clock) {
        this.steps = steps;
        this.files = files;
        this.thumbnails = thumbnails;
        this.settings = settings;
        this.clock = clock;
    }

    public ThumbnailRequest request(@Variable("video") VideoRun run) {
        Video video = run.video();
        return new ThumbnailRequest(
                video.title(),
                null,
                video.style(),
                video.key(),
                run.round(),
                video.owner(),
                run.round() > 1,
                clock.instant().plus(settings.patience()));
    }

    public void made(@Variable("video") VideoRun run, @Body ThumbnailAnswer answer) {
        byte[] picture = thumbnails
                .jpeg(answer.id())
                .orElseThrow(() -> StepFailed.passing("thumbnail_forgotten", "The thumbnail was not kept"));
        steps.done(
                run,
                Made.Thumbnail.of(answer),
                answer.cost(),
                "",
                Map.of(),
                video -> files.keep(video.id(), MediaKind.THUMBNAIL, picture, "image/jpeg"));
    }
}
