package com.ytempire.hub.youtube;

import com.ytempire.hub.camel.youtube.YoutubeFailure;
import com.ytempire.hub.camel.youtube.YoutubeFailure.Kind;
import com.ytempire.hub.camel.youtube.YoutubeFailure.Reason;
import com.ytempire.hub.platform.Causes;
import com.ytempire.hub.youtube.UploadRun.Step;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Writes down what follows from a failure: for the upload, for its channel and for the quota. */
@Component("uploadFailures")
public class UploadFailures {

    private static final Logger LOG = LoggerFactory.getLogger(UploadFailures.class);

    private static final Set<Reason> CONSENT_NEEDED =
            Set.of(Reason.AUTH_ERROR, Reason.INVALID_GRANT, Reason.INSUFFICIENT_PERMISSIONS);

    private final UploadLedger ledger;
    private final UploadSearch search;
    private final UploadSettings settings;
    private final YoutubeChannels channels;
    private final YoutubeCalls calls;
    private final Quota quota;
    private final Clock clock;

    UploadFailures(
            UploadLedger ledger,
            UploadSearch search,
            UploadSettings settings,
            YoutubeChannels channels,
            YoutubeCalls calls,
            Quota quota,
            Clock clock) {
        this.ledger = ledger;
        this.search = search;
        this.settings = settings;
        this.channels = channels;
        this.calls = calls;
        this.quota = quota;
        this.clock = clock;
    }

    /** The claim has ended when this returns. */
    public void note(UploadRun run, Exception failure) {
        if (Causes.find(failure, UploadLost.class).isPresent()) {
            LOG.info("{} is somebody else's now", run);
            return;
        }
        Optional<UploadStopped> stopped = Causes.find(failure, UploadStopped.class);
        Optional<YoutubeFailure> youtube = YoutubeFailure.of(failure);
        if (stopped.isPresent()) {
            stopped(run, stopped.get());
        } else if (youtube.isPresent()) {
            failed(run, youtube.get());
        } else {
            LOG.error("{} failed at {}", run, run.step(), failure);
            again(run, "hub_error", failure.getClass().getSimpleName(), Duration.ZERO);
        }
    }

    private void stopped(UploadRun run, UploadStopped why) {
        LOG.warn("{} stopped at {}: {}", run, run.step(), why.code());
        switch (why.what()) {
            case FAILED -> ledger.failed(run, why.code(), why.getMessage());
            case AGAIN -> again(run, why.code(), why.getMessage(), Duration.ZERO);
            case AT_RESET -> ledger.putOff(run, quota.nextReset(), why.code(), why.getMessage());
            case REFUSED -> ledger.extraRefused(run, run.step(), false, why.code(), why.getMessage());
            case CHOOSE -> ledger.leaveChannel(run, clock.instant(), why.code(), why.code(), why.getMessage());
        }
    }

    private void failed(UploadRun run, YoutubeFailure failure) {
        if (run.step() == Step.CHUNK && run.isAllSent() && UploadVerdict.isCertain(failure)) {
            ledger.isNoVideo(run);
        }
        UploadVerdict verdict = UploadVerdict.of(run.step(), failure, run.isAllSent(), run.failures(), run.code());
        LOG.warn("{} at {}: {}, so {}", run, run.step(), failure.getMessage(), verdict.what());
        tellChannel(run, failure, verdict);
        String reason = failure.getMessage();
        switch (verdict.what()) {
            case AGAIN -> {
                isSentAgain(run, failure);
                again(run, verdict.code(), reason, failure.retryAfter().orElse(Duration.ZERO));
            }
            case AT_ONCE -> {
                isSentAgain(run, failure);
                ledger.putOff(run, clock.instant(), verdict.code(), reason);
            }
            case AT_RESET -> ledger.putOff(run, quota.nextReset(), verdict.code(), reason);
            case LEAVE -> ledger.leaveChannel(run, clock.instant(), "channel_left", verdict.code(), reason);
            case LOOK -> {
                ledger.sessionGone(run);
                ledger.handBack(run);
            }
            case NOTHING -> search.end(run);
            case UNKNOWN ->
                again(
                        run,
                        "outcome_unknown",
                        "It may be at YouTube, and its channel cannot be asked: " + reason,
                        settings.backOff().get(settings.backOff().size() - 1));
            case REFUSED -> leaveOut(run, verdict.code(), reason);
            case FAILED -> ledger.failed(run, verdict.code(), reason);
        }
    }

    /** On the quota it holds, when YouTube has not carried it out. */
    private void isSentAgain(UploadRun run, YoutubeFailure failure) {
        if (isBooked(run.step()) && !failure.isAnswerLost()) {
            quota.notCarriedOut(run.id(), run.step().method());
        }
    }

    /** Whether the upload holds quota for this request. */
    private static boolean isBooked(Step step) {
        return step == Step.START || step.isExtra();
    }

    private void tellChannel(UploadRun run, YoutubeFailure failure, UploadVerdict verdict) {
        if (verdict.what() == UploadVerdict.What.AT_ONCE) {
            return; // nothing is known before the token has been renewed
        }
        if (verdict.what() != UploadVerdict.What.REFUSED
                && failure.kind() == Kind.AUTHENTICATION
                && CONSENT_NEEDED.contains(failure.reason())) {
            channels.revoked(run.channel(), failure.reason().toString());
        } else {
            calls.failed(run.channel(), run.step().method(), failure);
        }
    }

    /** After a pause, unless there has been no progress for too long. */
    private void again(UploadRun run, String code, String reason, Duration least) {
        Instant now = clock.instant();
        boolean over = run.step() == Step.WATCH
                ? now.isAfter(run.uploadedAt().plus(settings.watchFor()))
                : now.isAfter(run.since().plus(settings.giveUp()));
        if (over && !run.step().isSending()) {
            leaveOut(run, code, reason);
        } else if (over) {
            ledger.failed(run, run.isAllSent() ? "outcome_unknown" : code, reason);
        } else {
            Duration pause = UploadSettings.pause(settings.backOff(), run.failures() + 1);
            ledger.putOff(run, now.plus(pause.compareTo(least) < 0 ? least : pause), code, reason);
        }
    }

    /** The video is at YouTube, and stays whatever else is not to be had. */
    private void leaveOut(UploadRun run, String code, String reason) {
        if (run.step() == Step.WATCH) {
            ledger.published(run, "watch: " + code);
        } else {
            ledger.extraRefused(run, run.step(), true, code, reason);
        }
    }
}
