package com.ytempire.hub.youtube;

import com.google.api.services.youtube.model.Video;
import com.google.api.services.youtube.model.VideoListResponse;
import com.google.api.services.youtube.model.VideoStatus;
import com.ytempire.hub.youtube.UploadRun.Step;
import com.ytempire.hub.youtube.UploadStopped.What;
import java.time.Clock;
import java.util.Locale;
import org.springframework.stereotype.Component;

/** Follows a video until YouTube has processed it: one that arrived whole may still be refused. */
@Component("uploadWatch")
public class UploadWatch {

    /** A video that was there may be missing in an answer or two. */
    private static final int MISSED_LOOKS = 3;

    private final UploadLedger ledger;
    private final UploadSettings settings;
    private final Quota quota;
    private final YoutubeCalls calls;
    private final Clock clock;

    UploadWatch(UploadLedger ledger, UploadSettings settings, Quota quota, YoutubeCalls calls, Clock clock) {
        this.ledger = ledger;
        this.settings = settings;
        this.quota = quota;
        this.calls = calls;
        this.clock = clock;
    }

    /** @throws UploadStopped without quota for it */
    public void looking(UploadRun run) {
        run.at(Step.WATCH);
        if (!quota.take(run.channel(), Step.WATCH.method())) {
            throw new UploadStopped(What.AT_RESET, "quota_spent", "No quota is left to look");
        }
    }

    /** What became of it. */
    public void seen(UploadRun run, VideoListResponse answer) {
        calls.succeeded(run.channel());
        VideoStatus status = answer.getItems() == null
                ? null
                : answer.getItems().stream()
                        .filter(video -> run.youtubeId().equals(video.getId()))
                        .map(Video::getStatus)
                        .findFirst()
                        .orElse(null);
        if (status == null) {
            missing(run);
            return;
        }
        switch (String.valueOf(status.getUploadStatus())) {
            case "processed" -> ledger.published(run, otherwise(run, status));
            case "failed" ->
                ledger.failed(
                        run,
                        "processing_" + word(status.getFailureReason()),
                        "YouTube could not process it: " + word(status.getFailureReason()));
            case "rejected" ->
                ledger.failed(
                        run,
                        "rejected_" + word(status.getRejectionReason()),
                        "YouTube rejected it: " + word(status.getRejectionReason()));
            case "deleted" -> ledger.failed(run, "deleted", "It was deleted at YouTube");
            default -> waiting(run);
        }
    }

    private void missing(UploadRun run) {
        if (run.looks() < MISSED_LOOKS) {
            ledger.stillAtIt(run);
        } else {
            ledger.failed(run, "deleted", "YouTube has no such video any more");
        }
    }

    private void waiting(UploadRun run) {
        if (clock.instant().isAfter(run.uploadedAt().plus(settings.watchFor()))) {
            ledger.failed(
                    run,
                    "not_processed",
                    "YouTube has not processed it in " + settings.watchFor().toDays() + " days");
        } else {
            ledger.stillAtIt(run);
        }
    }

    /** What YouTube made otherwise: it keeps the videos of projects it has not audited private. */
    private static String otherwise(UploadRun run, VideoStatus status) {
        String privacy = status.getPrivacyStatus();
        boolean asWanted = privacy == null
                || privacy.equals(run.order().privacy())
                || run.order().publishAt() != null;
        return asWanted ? null : "privacy: YouTube made it " + word(privacy);
    }

    /** As our codes are written; a word of YouTube's is short and plain. */
    static String word(String reason) {
        return reason == null || !reason.matches("[A-Za-z]{1,40}")
                ? "unknown"
                : reason.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }
}
