package com.ytempire.hub.videos;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Videos that n8n workflows make, or help to make. What a workflow tells moves the video as if the hub had done it: a
 * step that succeeded is not made again, a failure is the video's.
 * Script, texts and quality can come from there; what is a file the hub makes itself.
 */
@Component
class N8nMoves {

    private static final String QUALITY_CHECK = "quality_check";

    private final VideoStore videos;
    private final StepRows rows;
    private final VideoFiles files;
    private final VideoHistory history;
    private final VideoNews news;
    private final VideosSettings settings;
    private final Clock clock;

    N8nMoves(
            VideoStore videos,
            StepRows rows,
            VideoFiles files,
            VideoHistory history,
            VideoNews news,
            VideosSettings settings,
            Clock clock) {
        this.videos = videos;
        this.rows = rows;
        this.files = files;
        this.history = history;
        this.news = news;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Moves the video, in the transaction of the event.
     *
     * @param data what the workflow sent with it
     * @return what became of the video, for the operator; empty when the message is about none of the hub's videos
     */
    Optional<String> apply(N8nMessage message, JsonNode data) {
        return id(message.videoId()).flatMap(videos::lock).map(video -> move(video, message, data));
    }

    private static Optional<UUID> id(String text) {
        try {
            return Optional.of(UUID.fromString(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private String move(Video video, N8nMessage message, JsonNode data) {
        if (video.now().isEnd() || video.now().isUpload()) {
            return "the video is " + video.state() + " and stays so";
        }
        Optional<Step> step =
                message.workflow().equals(QUALITY_CHECK) ? Optional.of(Step.QUALITY) : Step.named(message.step());
        if (!message.step().isEmpty() && step.isEmpty()) {
            return "the hub has no step of this name";
        }
        return switch (message.state()) {
            case RUNNING -> {
                history.add(video.id(), "n8n_running", about(message));
                yield "the video goes on";
            }
            case FAILED -> failed(video, message, step);
            case COMPLETED -> step.isPresent() ? completed(video, message, step.get(), data) : completed(video, data);
        };
    }

    private static Map<String, Object> about(N8nMessage message) {
        Map<String, Object> about = new HashMap<>();
        about.put("workflow", message.workflow());
        about.put("step", message.step());
        about.put("message", message.error());
        return about;
    }

    private String failed(Video video, N8nMessage message, Optional<Step> step) {
        String error = message.error() == null ? "The workflow failed" : message.error();
        step.ifPresent(one -> rows.failed(video.id(), one, error, true));
        Map<String, Object> values = new HashMap<>();
        values.put("error", error);
        values.put("ended", Timestamp.from(clock.instant()));
        Video failed = videos.update(
                video.id(),
                "state = 'failed', error_code = 'n8n', error_message = :error, hold_reason = null,"
                        + " processing_completed_at = :ended, node = null, lease_until = null",
                values);
        history.add(video.id(), "failed", about(message));
        news.ended(failed);
        return "the video has failed";
    }

    /** All of it is done elsewhere: a run that is under way here ends with its step. */
    private String completed(Video video, JsonNode data) {
        Map<String, Object> values = new HashMap<>();
        values.put("youtube", text(data, "youtube_id"));
        values.put("url", text(data, "youtube_url"));
        values.put("ended", Timestamp.from(clock.instant()));
        Video completed = videos.update(
                video.id(),
                "state = 'completed', youtube_id = coalesce(:youtube, youtube_id),"
                        + " youtube_url = coalesce(:url, youtube_url), hold_reason = null, error_code = null,"
                        + " error_message = null, processing_completed_at = :ended, node = null, lease_until = null",
                values);
        history.add(video.id(), "completed", Map.of("by", "n8n"));
        news.ended(completed);
        return "the video is completed";
    }

    private String completed(Video video, N8nMessage message, Step step, JsonNode data) {
        return switch (step) {
            case SCRIPT -> scripted(video, text(data, "script"));
            case METADATA -> described(video, data);
            case QUALITY -> judged(video, message);
            case UPLOAD -> completed(video, data);
            // a workflow has no way to bring a file but PUT …/audio; what lies there may be of an earlier script
            case SPEECH, THUMBNAIL, ASSEMBLY -> "the hub makes step " + step.stored() + " itself";
        };
    }

    private String scripted(Video video, String script) {
        if (script == null) {
            return video.script() == null
                    ? "the message has no script; the hub has it written"
                    : "there is a script already";
        }
        takeOver(video);
        videos.update(video.id(), "script = :script", Map.of("script", ScriptText.spoken(script)));
        rows.done(video.id(), Step.SCRIPT, Made.Script.by("n8n"), BigDecimal.ZERO);
        rows.reset(video.id(), List.of(Step.SPEECH, Step.ASSEMBLY, Step.QUALITY));
        return done(video, Step.SCRIPT);
    }

    private String described(Video video, JsonNode data) {
        String title = text(data, "title");
        if (title == null && video.title() == null) {
            return "the message has no title; the hub has it written";
        }
        takeOver(video);
        Map<String, Object> values = new HashMap<>();
        values.put("title", title == null ? null : VideoText.title(title));
        values.put("description", described(text(data, "description")));
        values.put("tags", tags(data.path("tags")));
        videos.update(
                video.id(),
                "title = coalesce(:title, title), description = coalesce(:description, description, topic),"
                        + " tags = coalesce(:tags, tags, '')",
                values);
        rows.done(video.id(), Step.METADATA, new Made.Metadata(Map.of("title", "n8n"), false), BigDecimal.ZERO);
        return done(video, Step.METADATA);
    }

    private static String described(String description) {
        return description == null ? null : VideoText.description(description);
    }

    private static String tags(JsonNode tags) {
        if (!tags.isArray()) {
            return tags.isTextual() ? String.join(",", VideoText.tags(tags.asText())) : null;
        }
        StringBuilder all = new StringBuilder();
        tags.forEach(tag -> all.append(tag.asText()).append(','));
        return String.join(",", VideoText.tags(all.toString()));
    }

    /** Below what the hub asks for, or not passed there, a person decides. */
    private String judged(Video video, N8nMessage message) {
        BigDecimal score = message.score() == null ? video.qualityScore() : message.score();
        boolean passed = Boolean.TRUE.equals(message.passed())
                || message.passed() == null && score != null && score.compareTo(settings.leastQuality()) >= 0;
        takeOver(video);
        Map<String, Object> values = new HashMap<>();
        values.put("score", score);
        if (passed) {
            values.put("due", Timestamp.from(clock.instant()));
            videos.update(video.id(), "quality_score = :score" + afterwards(video), values);
            return judgedDone(video, "passed");
        }
        videos.update(
                video.id(),
                "quality_score = :score, approved = false, state = 'waiting_approval', hold_reason = 'quality',"
                        + " error_message = 'The quality check has not passed it', node = null, lease_until = null",
                values);
        history.add(video.id(), "waiting_approval", Map.of("reason", "quality"));
        return "the video waits for a person";
    }

    /** What was to be seen by a person first still is. */
    private static String afterwards(Video video) {
        boolean held = video.now() == VideoState.WAITING_APPROVAL;
        if (video.publish().equals("hold")) {
            return held ? ", hold_reason = 'requested', error_message = null" : "";
        }
        return held
                ? ", approved = true, state = 'processing', hold_reason = null, error_message = null, failures = 0,"
                        + " due_at = :due"
                : ", approved = true";
    }

    /** A run under way here ends with its step, so that it does not write over what is told; the next one goes on. */
    private void takeOver(Video video) {
        videos.update(video.id(), "attempt = attempt + 1, node = null, lease_until = null", Map.of());
    }

    /** Judged before there is a film, the film that comes is judged by the hub as well. */
    private String judgedDone(Video video, String verdict) {
        if (files.find(video.id(), MediaKind.VIDEO).isPresent()) {
            rows.done(video.id(), Step.QUALITY, Map.of("by", "n8n"), BigDecimal.ZERO);
        }
        history.add(video.id(), "step_completed", Map.of("step", Step.QUALITY.stored(), "by", "n8n"));
        return "the quality check has " + verdict + " the video";
    }

    private String done(Video video, Step step) {
        history.add(video.id(), "step_completed", Map.of("step", step.stored(), "by", "n8n"));
        return "step " + step.stored() + " of the video is done";
    }

    private static String text(JsonNode data, String field) {
        String text = data.path(field).asText("").strip();
        return text.isEmpty() ? null : text;
    }
}
