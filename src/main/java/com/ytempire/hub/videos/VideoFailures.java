package com.ytempire.hub.videos;

import com.ytempire.hub.platform.Problem;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/** What follows from a step's failure: later again, a person has to help, or the end. */
@Component("videoFailures")
class VideoFailures {

    private static final Logger LOG = LoggerFactory.getLogger(VideoFailures.class);
    private static final int LONGEST = 500;

    /** Where something lies on this machine is nobody's business who reads why a video failed. */
    private static final Pattern PATHS = Pattern.compile("(/[^\\s:;,'\"]+){2,}/?");

    /** A provider refuses the request as the hub made it: the same one again would be refused again. */
    private static final String OUR_FAULT = "refused_by_provider";

    /** Another node may go on at once. */
    private static final String STOPPED = "stopped";

    private final VideoSteps steps;
    private final StepRows rows;
    private final VideoHistory history;
    private final VideoNews news;
    private final VideosSettings settings;
    private final Clock clock;

    VideoFailures(
            VideoSteps steps,
            StepRows rows,
            VideoHistory history,
            VideoNews news,
            VideosSettings settings,
            Clock clock) {
        this.steps = steps;
        this.rows = rows;
        this.history = history;
        this.news = news;
        this.settings = settings;
        this.clock = clock;
    }

    /** How a failure is to be taken. */
    private enum Weight {
        /** The video is not ours any more. */
        NONE,
        /** Nothing was tried, or nothing could be. */
        POSTPONED,
        PASSING,
        FOR_GOOD
    }

    private record Cause(Weight weight, String code, String message, Duration pause) {

        static Cause of(Weight weight, String code, Throwable failure) {
            return new Cause(weight, code, String.valueOf(failure.getMessage()), Duration.ZERO);
        }
    }

    /** Writes down what follows; where the video is no longer ours, nothing does. */
    public void failed(@Variable("video") VideoRun run, Exception failure) {
        run.stop();
        Cause cause = cause(failure);
        try {
            switch (cause.weight()) {
                case NONE -> LOG.info("{} goes no further here", run);
                case POSTPONED ->
                    again(run, cause, cause.code().equals(STOPPED) ? Duration.ZERO : settings.postpone(), 0);
                case PASSING -> pass(run, cause);
                case FOR_GOOD -> {
                    if (cause.code().equals(LostFiles.AUDIO_LOST)) {
                        holdForAudio(run, cause.message());
                    } else {
                        end(run, cause);
                    }
                }
            }
        } catch (VideoLost e) {
            LOG.info("{} is no longer ours", run);
        }
    }

    private void pass(VideoRun run, Cause cause) {
        int failures = run.video().failures();
        if (failures < settings.retries().size()) {
            Duration usual = settings.retries().get(failures);
            again(run, cause, usual.compareTo(cause.pause()) < 0 ? cause.pause() : usual, 1);
        } else if (cause.code().equals(VideoSpeech.SILENT)) {
            holdForAudio(run, cause.message() + "; supply the audio, or approve the video without a voice");
        } else {
            end(run, cause);
        }
    }

    private void holdForAudio(VideoRun run, String message) {
        steps.change(run, video -> rows.failed(video.id(), Step.SPEECH, message, true));
        steps.hold(run, "speech", message);
    }

    private void again(VideoRun run, Cause cause, Duration wait, int counts) {
        Instant due = clock.instant().plus(wait);
        LOG.warn("{}: {}, again at {}", run, cause.code(), due);
        steps.change(run, video -> {
            if (run.step() != null) {
                rows.failed(video.id(), run.step(), cause.message(), false);
            }
            Map<String, Object> values = error(cause);
            values.put("due", Timestamp.from(due));
            values.put("counts", counts);
            steps.set(
                    run,
                    "due_at = :due, failures = failures + :counts, error_code = :code, error_message = :message,"
                            + " node = null, lease_until = null",
                    values);
            Map<String, Object> event = event(run, cause);
            event.put("retry_at", due.toString());
            history.add(video.id(), "step_retrying", event);
        });
    }

    private void end(VideoRun run, Cause cause) {
        LOG.warn("{} has failed: {}", run, cause.code());
        steps.change(run, video -> {
            if (run.step() != null) {
                rows.failed(video.id(), run.step(), cause.message(), true);
            }
            Map<String, Object> values = error(cause);
            values.put("ended", Timestamp.from(clock.instant()));
            steps.set(
                    run,
                    "state = 'failed', error_code = :code, error_message = :message, processing_completed_at = :ended,"
                            + " node = null, lease_until = null",
                    values);
            history.add(video.id(), "failed", event(run, cause));
            news.ended(run.video());
        });
    }

    private static Map<String, Object> error(Cause cause) {
        Map<String, Object> values = new HashMap<>();
        values.put("code", cause.code());
        values.put("message", cause.message());
        return values;
    }

    private static Map<String, Object> event(VideoRun run, Cause cause) {
        Map<String, Object> event = error(cause);
        if (run.step() != null) {
            event.put("step", run.step().stored());
        }
        return event;
    }

    private static Cause cause(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            Cause known = known(each);
            if (known != null) {
                return new Cause(known.weight(), known.code(), cut(known.message()), known.pause());
            }
        }
        LOG.error("a step failed for a reason nobody expected", failure);
        return new Cause(
                Weight.PASSING, "unexpected", failure.getClass().getSimpleName() + " in the hub", Duration.ZERO);
    }

    private static Cause known(Throwable failure) {
        if (failure instanceof VideoLost) {
            return Cause.of(Weight.NONE, "lost", failure);
        } else if (failure instanceof StorageFailed storage) {
            return Cause.of(Weight.POSTPONED, storage.code(), failure);
        } else if (failure instanceof AssemblyFailed assembly) {
            return of(assembly);
        } else if (failure instanceof StepFailed step) {
            return Cause.of(step.isPassing() ? Weight.PASSING : Weight.FOR_GOOD, step.code(), failure);
        } else if (failure instanceof Problem problem) {
            boolean passing = !problem.code().equals(OUR_FAULT)
                    && (problem.retryAfter() != null || problem.status().is5xxServerError());
            Duration wait = Duration.ofSeconds(problem.retryAfter() == null ? 0 : problem.retryAfter());
            return new Cause(passing ? Weight.PASSING : Weight.FOR_GOOD, problem.code(), problem.getMessage(), wait);
        } else if (failure instanceof DataAccessException) {
            return new Cause(Weight.POSTPONED, "database", "The database did not answer", Duration.ZERO);
        }
        return null;
    }

    private static Cause of(AssemblyFailed failure) {
        return switch (failure.kind()) {
            case CANCELLED -> Cause.of(Weight.NONE, "cancelled", failure);
            case DISK_FULL -> Cause.of(Weight.POSTPONED, "disk_full", failure);
            case STOPPED -> Cause.of(Weight.POSTPONED, STOPPED, failure);
            default ->
                Cause.of(
                        failure.isPassing() ? Weight.PASSING : Weight.FOR_GOOD,
                        "assembly_" + failure.kind().name().toLowerCase(Locale.ROOT),
                        failure);
        };
    }

    private static String cut(String text) {
        String told = PATHS.matcher(text).replaceAll("…");
        return told.length() <= LONGEST ? told : told.substring(0, LONGEST);
    }
}
