package com.ytempire.hub.videos;

import com.ytempire.hub.content.TextAnswer;
import com.ytempire.hub.content.TextRequest;
import com.ytempire.hub.content.TextRequest.Type;
import java.math.BigDecimal;
import java.time.Clock;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;

/** The texts of a video: what is spoken, and what stands beside it on YouTube. */
@Component("videoTexts")
class VideoTexts {

    private static final int EXCERPT = 3000;

    private final VideoSteps steps;
    private final VideosSettings settings;
    private final Clock clock;

    VideoTexts(VideoSteps steps, VideosSettings settings, Clock clock) {
        this.steps = steps;
        this.settings = settings;
        this.clock = clock;
    }

    /** What is to be spoken is asked for. */
    public TextRequest script(@Variable("video") VideoRun run) {
        return request(run, Type.SCRIPT, run.video().topic());
    }

    /** What is to be spoken is there. */
    public void scripted(@Variable("video") VideoRun run, @Body TextAnswer answer) {
        String spoken = ScriptText.spoken(answer.text());
        if (spoken.isEmpty()) {
            throw StepFailed.passing("script_empty", "The script has nothing that could be spoken");
        }
        steps.done(run, Made.Script.of(answer), answer.cost(), "script = :script", Map.of("script", spoken));
    }

    /** Title, description and tags are asked for; each answer comes to {@link #written}. */
    public List<TextRequest> metadata(@Variable("video") VideoRun run) {
        run.texts().clear();
        Video video = run.video();
        String script =
                video.script().substring(0, Math.min(EXCERPT, video.script().length()));
        String about = video.topic() + "\n\n" + script;
        return List.of(
                request(run, Type.TITLE, video.topic()),
                request(run, Type.DESCRIPTION, about),
                request(run, Type.TAGS, about));
    }

    /** What was not good enough is not taken from the cache again. */
    private TextRequest request(VideoRun run, Type type, String prompt) {
        Video video = run.video();
        return new TextRequest(
                type,
                prompt,
                settings.level(),
                video.style(),
                type == Type.SCRIPT ? video.durationTarget() : null,
                video.key(),
                run.round(),
                video.owner(),
                run.round() > 1,
                clock.instant().plus(settings.patience()));
    }

    /** One of them is there. */
    public void written(VideoRun run, TextRequest request, TextAnswer answer) {
        run.texts().put(request.type(), answer);
    }

    /** All of them are there. */
    public void described(@Variable("video") VideoRun run) {
        Map<Type, TextAnswer> texts = new EnumMap<>(run.texts());
        Map<String, String> links = new LinkedHashMap<>();
        texts.forEach((type, answer) -> links.put(type.column(), answer.link()));
        BigDecimal cost = texts.values().stream().map(TextAnswer::cost).reduce(BigDecimal.ZERO, BigDecimal::add);
        String title = VideoText.title(texts.get(Type.TITLE).text());
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("title", title.isEmpty() ? VideoText.title(run.video().topic()) : title);
        values.put(
                "description", VideoText.description(texts.get(Type.DESCRIPTION).text()));
        values.put("tags", String.join(",", VideoText.tags(texts.get(Type.TAGS).text())));
        steps.done(
                run,
                new Made.Metadata(links, texts.values().stream().anyMatch(TextAnswer::degraded)),
                cost,
                "title = :title, description = :description, tags = :tags",
                values);
    }
}
