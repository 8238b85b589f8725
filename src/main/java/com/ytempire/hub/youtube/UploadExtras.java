package com.ytempire.hub.youtube;

import com.google.api.services.youtube.model.Caption;
import com.google.api.services.youtube.model.CaptionSnippet;
import com.google.api.services.youtube.model.Video;
import com.ytempire.hub.youtube.UploadRun.Step;
import com.ytempire.hub.youtube.UploadStopped.What;
import java.util.List;
import org.springframework.stereotype.Component;

/** What follows the file: thumbnail, captions, and the final words about the video. It stands without any of them. */
@Component("uploadExtras")
public class UploadExtras {

    /** What YouTube's reference of captions.insert allows. */
    private static final long CAPTIONS_MOST = 100L * 1024 * 1024;

    private static final String UNKNOWN_LANGUAGE = "en";

    private final UploadLedger ledger;
    private final UploadFiles files;
    private final UploadSettings settings;
    private final Quota quota;
    private final YoutubeCalls calls;

    UploadExtras(UploadLedger ledger, UploadFiles files, UploadSettings settings, Quota quota, YoutubeCalls calls) {
        this.ledger = ledger;
        this.files = files;
        this.settings = settings;
        this.quota = quota;
        this.calls = calls;
    }

    /** @throws UploadStopped when the picture cannot be sent, or not now */
    public void thumbnail(UploadRun run) {
        run.at(Step.THUMBNAIL);
        files.checkExtra(run.thumbnail(), settings.thumbnail().toBytes(), "thumbnail");
        setAside(run, What.AT_RESET);
    }

    /** The media type of a picture, by its name. */
    public String pictureType(UploadRun run) {
        return run.thumbnail().toString().endsWith(".png") ? "image/png" : "image/jpeg";
    }

    /**
     * The track that is to be sent.
     *
     * @throws UploadStopped when it cannot be: it costs more than all else, so it is left out when there is no quota
     */
    public Caption captions(UploadRun run) {
        run.at(Step.CAPTIONS);
        files.checkExtra(run.captions(), CAPTIONS_MOST, "captions");
        setAside(run, What.REFUSED);
        String language = run.order().language();
        return new Caption()
                .setSnippet(new CaptionSnippet()
                        .setVideoId(run.youtubeId())
                        .setLanguage(language == null ? UNKNOWN_LANGUAGE : language)
                        .setName(""));
    }

    /** The video's final words: without the marker, which is of no use once its id is known. */
    public Video details(UploadRun run) {
        run.at(Step.DETAILS);
        setAside(run, What.AT_RESET);
        return new Video()
                .setId(run.youtubeId())
                .setSnippet(UploadSending.snippet(
                        run.order(), List.copyOf(run.order().tags())));
    }

    /** What was reserved with the upload may have lapsed while it waited. */
    private void setAside(UploadRun run, What otherwise) {
        String method = run.step().method();
        if (!quota.sending(run.id(), method)
                && !(quota.hold(run.id(), run.channel(), List.of(method)) && quota.sending(run.id(), method))) {
            throw new UploadStopped(otherwise, "quota_spent", "No quota is left for " + method);
        }
    }

    /** It has been taken. */
    public void done(UploadRun run) {
        calls.succeeded(run.channel());
        ledger.extraSet(run, run.step());
    }

    /** Nothing more is to be sent. */
    public void finished(UploadRun run) {
        if (run.isOpen()) {
            ledger.watched(run);
        }
    }
}
