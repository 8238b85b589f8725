package com.ytempire.hub.youtube;

import com.google.api.client.util.DateTime;
import com.google.api.services.youtube.model.Video;
import com.google.api.services.youtube.model.VideoSnippet;
import com.google.api.services.youtube.model.VideoStatus;
import com.ytempire.hub.camel.youtube.YoutubeProgress;
import com.ytempire.hub.camel.youtube.YoutubeSession;
import com.ytempire.hub.youtube.UploadRun.Step;
import com.ytempire.hub.youtube.UploadStopped.What;
import java.time.Clock;
import java.util.List;
import org.springframework.stereotype.Component;

/** The decisions between an upload's requests until YouTube has the whole file. */
@Component("uploadSending")
public class UploadSending {

    private final UploadLedger ledger;
    private final UploadFiles files;
    private final UploadSettings settings;
    private final ChannelPool pool;
    private final UploadChannels channels;
    private final Quota quota;
    private final YoutubeCalls calls;
    private final Clock clock;

    UploadSending(
            UploadLedger ledger,
            UploadFiles files,
            UploadSettings settings,
            ChannelPool pool,
            UploadChannels channels,
            Quota quota,
            YoutubeCalls calls,
            Clock clock) {
        this.ledger = ledger;
        this.files = files;
        this.settings = settings;
        this.pool = pool;
        this.channels = channels;
        this.quota = quota;
        this.calls = calls;
        this.clock = clock;
    }

    /** Takes the best channel that has quota for a whole video; without one the upload waits in its place. */
    public void choose(UploadRun run) {
        if (run.isCancelAsked()) {
            ledger.cancelled(run);
            return;
        }
        UploadRun.Order order = run.order();
        // the choice is committed first: who comes again after a crash gets the channel that is held
        Choice choice = pool.choose(new ChannelWish(run.id(), order.owner(), order.wantedChannel()));
        if (choice.found()) {
            ledger.chosen(run, choice.channel());
        } else if (order.wantedChannel() != null && channels.isGivenUp(order.wantedChannel())) {
            ledger.failed(run, "channel_removed", "The channel it was meant for is no longer connected");
        } else {
            ledger.waits(run, choice);
        }
    }

    /**
     * Before a session is asked for.
     *
     * @return the video as YouTube is to know it, with the marker among its tags
     * @throws UploadStopped when it must not be asked for now
     */
    public Video starting(UploadRun run) {
        run.at(Step.START);
        if (run.isCancelAsked()) {
            throw new UploadStopped(What.CHOOSE, "cancelled", "It was cancelled");
        }
        checkFile(run);
        if (!quota.sending(run.id(), Quota.INSERT)) {
            throw new UploadStopped(What.CHOOSE, "quota_lapsed", "The quota set aside was not used in time");
        }
        return video(run.order());
    }

    private void checkFile(UploadRun run) {
        if (!run.isFileChecked()) {
            files.check(run);
            run.fileChecked();
        }
    }

    static Video video(UploadRun.Order order) {
        VideoStatus status = new VideoStatus()
                .setPrivacyStatus(order.privacy())
                .setSelfDeclaredMadeForKids(order.madeForKids())
                .setContainsSyntheticMedia(order.syntheticMedia());
        if (order.publishAt() != null) {
            status.setPublishAt(new DateTime(order.publishAt().toEpochMilli()));
        }
        return new Video()
                .setSnippet(snippet(order, UploadText.marked(order.tags(), order.marker())))
                .setStatus(status);
    }

    static VideoSnippet snippet(UploadRun.Order order, List<String> tags) {
        return new VideoSnippet()
                .setTitle(order.title())
                .setDescription(order.description())
                .setTags(tags)
                .setCategoryId(order.category())
                .setDefaultLanguage(order.language());
    }

    /** The session is there. */
    public void began(UploadRun run, YoutubeSession session) {
        calls.succeeded(run.channel());
        ledger.sessionBegan(run, session);
    }

    /** Before the session is asked how far it got. */
    public void asking(UploadRun run) {
        run.at(Step.STATUS);
    }

    /** What it said: so far, or all. */
    public void answered(UploadRun run, YoutubeProgress progress) {
        if (progress.finished()) {
            ledger.isVideo(run, progress.videoId(), "uploaded");
        } else {
            ledger.confirmed(run, progress.confirmed(), null);
        }
    }

    /**
     * The next part of the file; before the last one leaves it is written down that it did.
     *
     * @throws UploadStopped when the file is not what was ordered
     */
    public void nextPart(UploadRun run) {
        run.at(Step.CHUNK);
        checkFile(run);
        long left = run.bytes() - run.confirmed();
        long length = Math.min(left, settings.chunk().toBytes());
        if (length == left) {
            ledger.lastPart(run);
        }
        run.nextPart(length);
    }

    /** What YouTube has after it, which may be less than was sent. */
    public void partSent(UploadRun run, YoutubeProgress progress) {
        calls.succeeded(run.channel());
        long before = run.confirmed();
        if (progress.finished()) {
            ledger.isVideo(run, progress.videoId(), "uploaded");
            return;
        }
        ledger.confirmed(run, progress.confirmed(), run.took());
        if (progress.confirmed() <= before) {
            throw new UploadStopped(What.AGAIN, "no_progress", "YouTube keeps nothing of what it is sent");
        }
    }

    /** What to do when there is nothing to be sent now. */
    public void rest(UploadRun run) {
        if (!run.isOpen()) {
            return;
        }
        if (!run.isStopAsked() && !run.isCancelAsked() && run.confirmed() == run.bytes()) {
            ledger.putOff(
                    run,
                    clock.instant().plus(UploadSettings.pause(settings.backOff(), run.failures() + 1)),
                    "youtube_unavailable",
                    "YouTube has every byte and has not yet said that it is a video");
        } else {
            ledger.handBack(run);
        }
    }
}
