package com.ytempire.hub.videos;

import static com.ytempire.hub.platform.SqlColumns.instant;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.platform.Json;
import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The steps of videos, row by row. Who writes holds the video's row. */
@Component
class StepRows {

    private final JdbcClient jdbc;
    private final ObjectMapper json;
    private final Clock clock;

    StepRows(JdbcClient jdbc, ObjectMapper json, Clock clock) {
        this.jdbc = jdbc;
        this.json = json;
        this.clock = clock;
    }

    /**
     * A step as it is shown.
     *
     * @param result how it came about; null before it is done
     * @param cost US dollars
     */
    record Row(
            String step,
            String state,
            int attempt,
            JsonNode result,
            BigDecimal cost,
            String currency,
            String error,
            Instant startedAt,
            Instant completedAt) {}

    /** All steps of a new video. */
    void create(UUID video) {
        jdbc.sql("insert into videos.step (video_id, step, state) select :video, step, 'pending'"
                        + " from unnest(:steps) as step on conflict do nothing")
                .param("video", video)
                .param("steps", Step.allStored().toArray(String[]::new))
                .update();
    }

    /** In their order. */
    List<Row> of(UUID video) {
        return jdbc.sql("""
                        select step, state, attempt, result::text as result, cost, currency, error, started_at, completed_at
                          from videos.step where video_id = :video order by array_position(:steps, step)
                        """)
                .param("video", video)
                .param("steps", Step.allStored().toArray(String[]::new))
                .query((row, number) -> new Row(
                        row.getString("step"),
                        row.getString("state"),
                        row.getInt("attempt"),
                        tree(row.getString("result")),
                        row.getBigDecimal("cost"),
                        row.getString("currency"),
                        row.getString("error"),
                        instant(row.getTimestamp("started_at")),
                        instant(row.getTimestamp("completed_at"))))
                .list();
    }

    /** What was made and what went wrong; that it was made, and what it cost, stays. */
    void forget(UUID video) {
        jdbc.sql("update videos.step set result = null, error = null where video_id = :video")
                .param("video", video)
                .update();
    }

    Set<Step> done(UUID video) {
        Set<Step> done = EnumSet.noneOf(Step.class);
        jdbc.sql("select step from videos.step where video_id = :video and state = 'done'")
                .param("video", video)
                .query(String.class)
                .list()
                .forEach(step -> done.add(Step.of(step)));
        return done;
    }

    /** @return its round: how often it is made, which a crash in the middle of it does not change */
    int begun(UUID video, Step step) {
        return jdbc.sql("""
                        update videos.step
                           set state = 'running', attempt = attempt + 1, started_at = :now, completed_at = null, error = null
                         where video_id = :video and step = :step returning round
                        """)
                .param("now", Timestamp.from(clock.instant()))
                .param("video", video)
                .param("step", step.stored())
                .query(Integer.class)
                .optional()
                .orElse(1);
    }

    /** @param cost of this attempt */
    void done(UUID video, Step step, Object result, BigDecimal cost) {
        jdbc.sql("""
                        update videos.step
                           set state = 'done', result = :result::jsonb, cost = cost + :cost, error = null, completed_at = :now
                         where video_id = :video and step = :step
                        """)
                .param("result", Json.text(json, result))
                .param("cost", cost)
                .param("now", Timestamp.from(clock.instant()))
                .param("video", video)
                .param("step", step.stored())
                .update();
    }

    /** It is done, with the result it has; what costs nothing. */
    void ended(UUID video, Step step) {
        jdbc.sql("update videos.step set state = 'done', error = null, completed_at = :now"
                        + " where video_id = :video and step = :step")
                .param("now", Timestamp.from(clock.instant()))
                .param("video", video)
                .param("step", step.stored())
                .update();
    }

    /** What is known of a step that is under way. */
    void note(UUID video, Step step, Object result) {
        jdbc.sql("update videos.step set result = :result::jsonb where video_id = :video and step = :step")
                .param("result", Json.text(json, result))
                .param("video", video)
                .param("step", step.stored())
                .update();
    }

    /** @param forGood whether it is not tried again by itself */
    void failed(UUID video, Step step, String error, boolean forGood) {
        jdbc.sql("update videos.step set state = :state, error = :error where video_id = :video and step = :step")
                .param("state", forGood ? "failed" : "pending")
                .param("error", error)
                .param("video", video)
                .param("step", step.stored())
                .update();
    }

    /** Has these made anew; what they cost stays counted. */
    void reset(UUID video, Collection<Step> steps) {
        jdbc.sql("update videos.step set state = 'pending', error = null, completed_at = null, round = round + 1"
                        + " where video_id = :video and step = any(:steps)")
                .param("video", video)
                .param("steps", steps.stream().map(Step::stored).toArray(String[]::new))
                .update();
    }

    /** How a step came about; empty when it never was done. */
    <T> Optional<T> result(UUID video, Step step, Class<T> type) {
        return jdbc.sql("select result::text from videos.step where video_id = :video and step = :step"
                        + " and result is not null")
                .param("video", video)
                .param("step", step.stored())
                .query(String.class)
                .optional()
                .map(text -> read(text, type));
    }

    private <T> T read(String text, Class<T> type) {
        try {
            return json.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a result of another kind is kept", e);
        }
    }

    private JsonNode tree(String text) {
        return text == null ? null : read(text, JsonNode.class);
    }
}
