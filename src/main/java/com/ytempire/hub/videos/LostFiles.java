package com.ytempire.hub.videos;

import com.ytempire.hub.content.Narrations;
import com.ytempire.hub.content.Thumbnails;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Steps whose file is gone. What was paid for is fetched back from those who made it; only what they forgot is made anew. */
@Component
class LostFiles {

    private static final Logger LOG = LoggerFactory.getLogger(LostFiles.class);

    static final String AUDIO_LOST = "audio_lost";

    private final VideoFiles files;
    private final StepRows rows;
    private final Narrations narrations;
    private final Thumbnails thumbnails;

    LostFiles(VideoFiles files, StepRows rows, Narrations narrations, Thumbnails thumbnails) {
        this.files = files;
        this.rows = rows;
        this.narrations = narrations;
        this.thumbnails = thumbnails;
    }

    /**
     * Puts everything back in place that the steps still to be made need. Whoever calls it holds the video's row.
     *
     * @throws StepFailed when a person's recording is gone, for which nobody else's voice stands in unasked
     */
    void restore(Video video) {
        Set<Step> done = rows.done(video.id());
        if (done.contains(Step.UPLOAD)) {
            return;
        }
        if (done.contains(Step.ASSEMBLY) && isLost(video, MediaKind.VIDEO)) {
            again(video, Step.ASSEMBLY);
            done.remove(Step.ASSEMBLY);
        }
        if (done.contains(Step.THUMBNAIL) && isLost(video, MediaKind.THUMBNAIL)) {
            restore(
                    video,
                    Step.THUMBNAIL,
                    Made.Thumbnail.class,
                    made -> thumbnails
                            .jpeg(made.thumbnailId())
                            .map(picture -> files.keep(video.id(), MediaKind.THUMBNAIL, picture, "image/jpeg")));
        }
        if (!done.contains(Step.ASSEMBLY) && done.contains(Step.SPEECH) && isLost(video, MediaKind.NARRATION)) {
            if (rows.result(video.id(), Step.SPEECH, Made.Speech.class)
                    .filter(made -> made.speechId() == null)
                    .isPresent()) {
                throw StepFailed.forGood(AUDIO_LOST, "The audio a person supplied is lost; supply it again");
            }
            restore(
                    video,
                    Step.SPEECH,
                    Made.Speech.class,
                    made -> Optional.<UUID>ofNullable(made.speechId())
                            .flatMap(narrations::audio)
                            .map(audio -> files.keep(video.id(), MediaKind.NARRATION, audio, "audio/mpeg")));
        }
    }

    private boolean isLost(Video video, MediaKind kind) {
        return files.find(video.id(), kind).isEmpty();
    }

    private <T> void restore(Video video, Step step, Class<T> type, Function<T, Optional<StoredFile>> back) {
        if (rows.result(video.id(), step, type).flatMap(back).isEmpty()) {
            again(video, step);
        } else {
            LOG.warn("the lost file of step {} of {} was fetched back", step.stored(), video);
        }
    }

    private void again(Video video, Step step) {
        LOG.warn("the file of step {} of {} is lost; the step is made again", step.stored(), video);
        rows.reset(video.id(), List.of(step));
    }
}
