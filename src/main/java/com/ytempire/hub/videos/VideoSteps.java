package com.ytempire.hub.videos;

import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The steps of a video, as its run goes through them. What is written here is written only while the claim is held: a
 * run that has lost it, to another node or because a person has cancelled the video, ends with {@link VideoLost}.
 */
@Component("videoSteps")
class VideoSteps {

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final StepRows rows;
    private final VideoHistory history;
    private final LostFiles lost;
    private final Clock clock;

    VideoSteps(
            JdbcClient jdbc,
            TransactionTemplate transaction,
            StepRows rows,
            VideoHistory history,
            LostFiles lost,
            Clock clock) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.rows = rows;
        this.history = history;
        this.lost = lost;
        this.clock = clock;
    }

    public VideoRun begin(@Body Video video) {
        return new VideoRun(video);
    }

    /** The video goes on where it stopped; what is lost of that is fetched back, or made again. */
    public void resume(@Variable("video") VideoRun run) {
        change(run, lost::restore);
        run.done(rows.done(run.video().id()));
    }

    /** Whether the step is to be made now: not when it is done, or the run has stopped. */
    public boolean begins(@Variable("video") VideoRun run, String name) {
        Step step = Step.of(name);
        if (run.isStopped() || run.isDone(step)) {
            return false;
        }
        run.begun(step);
        change(run, video -> {
            run.round(rows.begun(video.id(), step));
            history.add(video.id(), "step_started", Map.of("step", step.stored()));
        });
        return true;
    }

    /**
     * Tells how far the step has come.
     *
     * @return whether to go on: not when the video is no longer ours
     */
    boolean isOurs(VideoRun run, int percent) {
        try {
            change(run, video -> {
                if (run.tells(percent)) {
                    history.add(
                            video.id(),
                            "step_progress",
                            Map.of("step", run.step().stored(), "percent", percent));
                }
            });
            return true;
        } catch (VideoLost e) {
            return false;
        }
    }

    /**
     * The step is done.
     *
     * @param how it came about
     * @param cost US dollars of this attempt
     * @param columns what changes in the video's row with it, as in {@code update … set}; may be empty
     */
    void done(VideoRun run, Object how, BigDecimal cost, String columns, Map<String, Object> values) {
        done(run, how, cost, columns, values, video -> {});
    }

    /**
     * The same for a step that makes a file.
     *
     * @param files puts it in its place; done only while the video is ours, so that a run that has lost it takes no file
     *     away from the one that has it
     */
    void done(
            VideoRun run,
            Object how,
            BigDecimal cost,
            String columns,
            Map<String, Object> values,
            Consumer<Video> files) {
        Step step = run.step();
        Map<String, Object> event = new HashMap<>();
        event.put("step", step.stored());
        event.put("cost", cost);
        change(run, video -> {
            files.accept(video);
            rows.done(video.id(), step, how, cost);
            set(
                    run,
                    "failures = 0, error_code = null, error_message = null" + (columns.isEmpty() ? "" : ", " + columns),
                    values);
            history.add(video.id(), "step_completed", event);
        });
        run.done(step);
    }

    /** The video waits for a person. */
    void hold(VideoRun run, String reason, String message) {
        change(run, video -> {
            set(
                    run,
                    "state = 'waiting_approval', hold_reason = :reason, error_message = :message, failures = 0,"
                            + " node = null, lease_until = null",
                    values("reason", reason, "message", message));
            history.add(video.id(), "waiting_approval", values("reason", reason, "message", message));
        });
        run.stop();
    }

    private static Map<String, Object> values(String one, Object first, String other, Object second) {
        Map<String, Object> values = new HashMap<>();
        values.put(one, first);
        values.put(other, second);
        return values;
    }

    /**
     * Sets columns of the video's row, inside {@link #change}.
     *
     * @param columns as in {@code update … set}
     */
    void set(VideoRun run, String columns, Map<String, Object> values) {
        run.video(jdbc.sql("update videos.video set updated_at = :now, " + columns + " where id = :id returning "
                        + Video.COLUMNS)
                .params(values)
                .param("now", Timestamp.from(clock.instant()))
                .param("id", run.video().id())
                .query(Video.class)
                .single());
    }

    /**
     * Changes what is ours, in one transaction.
     *
     * @throws VideoLost when it is no longer ours; nothing has changed
     */
    void change(VideoRun run, Consumer<Video> change) {
        transaction.executeWithoutResult(status -> {
            boolean ours = jdbc.sql("select 1 from videos.video where id = :id and attempt = :attempt"
                            + " and state = 'processing' and lease_until is not null for update")
                    .param("id", run.video().id())
                    .param("attempt", run.video().attempt())
                    .query(Integer.class)
                    .optional()
                    .isPresent();
            if (!ours) {
                throw new VideoLost(run);
            }
            change.accept(run.video());
        });
    }

    /** The run is over; the claim, where it is still held, is given back. */
    public void end(@Variable("video") VideoRun run) {
        jdbc.sql("update videos.video set node = null, lease_until = null where id = :id and attempt = :attempt")
                .param("id", run.video().id())
                .param("attempt", run.video().attempt())
                .update();
    }
}
