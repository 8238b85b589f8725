package com.ytempire.hub.videos;

import com.ytempire.hub.media.LicenceEntry;
import com.ytempire.hub.media.Licences;
import com.ytempire.hub.youtube.UploadOrder;
import com.ytempire.hub.youtube.UploadView;
import com.ytempire.hub.youtube.Uploads;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;

/** Hands finished videos to the upload; what becomes of them there is told to {@link VideoNews}. */
@Component("videoUploads")
class VideoUploads {

    private final VideoSteps steps;
    private final StepRows rows;
    private final VideoFiles files;
    private final Licences licences;
    private final Uploads uploads;
    private final Clock clock;

    VideoUploads(VideoSteps steps, StepRows rows, VideoFiles files, Licences licences, Uploads uploads, Clock clock) {
        this.steps = steps;
        this.rows = rows;
        this.files = files;
        this.licences = licences;
        this.uploads = uploads;
        this.clock = clock;
    }

    /** The upload has it from here on; both change in one transaction. */
    public void queue(@Variable("video") VideoRun run) {
        Video video = run.video();
        StoredFile film = files.find(video.id(), MediaKind.VIDEO)
                .orElseThrow(() -> StepFailed.passing("video_lost", "The film was lost just now"));
        UploadOrder order = order(video, film);
        steps.change(run, locked -> {
            UUID upload = uploads.queue(order);
            rows.note(video.id(), Step.UPLOAD, new Made.Upload(upload));
            UploadView view = uploads.of(video.id()).orElseThrow();
            if (view.state().equals("failed") || view.state().equals("cancelled")) {
                uploads.retry(video.id());
            }
            steps.set(
                    run,
                    "state = case when state = 'processing' then 'upload_queued' else state end, node = null,"
                            + " lease_until = null, failures = 0, error_code = null, error_message = null,"
                            + " hold_reason = null",
                    Map.of());
        });
        run.stop();
    }

    private UploadOrder order(Video video, StoredFile film) {
        // YouTube takes no time that has passed while the video was made or waited for a person
        boolean later = video.publish().equals("at") && video.publishAt().isAfter(clock.instant());
        return new UploadOrder(
                video.id(),
                video.owner(),
                video.channelId(),
                film.path(),
                film.bytes(),
                film.sha256(),
                path(video, MediaKind.THUMBNAIL),
                path(video, MediaKind.CAPTIONS),
                video.title(),
                video.description(),
                credits(video),
                video.tagList(),
                null,
                null,
                video.privacy(),
                later ? video.publishAt() : null,
                false,
                true);
    }

    private Path path(Video video, MediaKind kind) {
        return files.find(video.id(), kind).map(StoredFile::path).orElse(null);
    }

    /** One line for each clip, as its licence wants it; null when there is none. */
    private String credits(Video video) {
        String lines = licences.ofVideo(video.key()).stream()
                .map(LicenceEntry::credit)
                .distinct()
                .collect(Collectors.joining("\n"));
        return lines.isEmpty() ? null : lines;
    }
}
