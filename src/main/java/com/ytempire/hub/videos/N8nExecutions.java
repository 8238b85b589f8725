package com.ytempire.hub.videos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.platform.Paging;
import com.ytempire.hub.webhooks.ClaimedEvent;
import com.ytempire.hub.webhooks.PermanentFailure;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import org.apache.camel.Body;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The executions of n8n workflows, as far as the hub was told of them. */
@Component("n8nExecutions")
class N8nExecutions {

    private final JdbcClient jdbc;
    private final ObjectMapper json;
    private final N8nMoves moves;

    N8nExecutions(JdbcClient jdbc, ObjectMapper json, N8nMoves moves) {
        this.jdbc = jdbc;
        this.json = json;
        this.moves = moves;
    }

    /**
     * Writes down what an event tells. A step that ended stays ended, whatever comes late; of two ends the one told
     * last counts, for a workflow may be started again by hand. The hub's video it is about moves with it.
     *
     * @return one line for the operator
     * @throws PermanentFailure naming the field that cannot be read
     */
    public String record(@Body ClaimedEvent event) {
        JsonNode body = tree(event);
        N8nMessage message = N8nMessage.read(workflow(event.eventId()), body);
        int rows = jdbc.sql("""
                        insert into videos.n8n_execution as held
                            (workflow, execution_id, video_id, step, workflow_id, state, status, score, passed, error,
                             told_at, event_no)
                        values (:workflow, :execution, :video, :step, :workflowId, :state, :status, :score, :passed,
                                :error, :toldAt, :event)
                        on conflict (workflow, execution_id, video_id, step) do update
                           set workflow_id = excluded.workflow_id, state = excluded.state, status = excluded.status,
                               score = coalesce(excluded.score, held.score),
                               passed = coalesce(excluded.passed, held.passed), error = excluded.error,
                               told_at = excluded.told_at, event_no = excluded.event_no
                         where held.state = 'running'
                            or excluded.state <> 'running' and held.event_no < excluded.event_no
                        """)
                .param("workflow", message.workflow())
                .param("execution", message.executionId())
                .param("video", message.videoId())
                .param("step", message.step())
                .param("workflowId", message.workflowId())
                .param("state", message.state().stored())
                .param("status", message.status())
                .param("score", message.score())
                .param("passed", message.passed())
                .param("error", message.error())
                .param("toldAt", Timestamp.from(event.receivedAt()))
                .param("event", event.eventNo())
                .update();
        String what = message.step().isEmpty() ? "execution" : "step " + message.step();
        if (rows == 0) {
            return what + " had ended already";
        }
        JsonNode data = body.path("data").isObject() ? body.path("data") : body;
        return what + " " + message.state().stored()
                + moves.apply(message, data).map(moved -> "; " + moved).orElse("");
    }

    private JsonNode tree(ClaimedEvent event) {
        try {
            return json.readTree(event.body());
        } catch (IOException e) {
            throw new PermanentFailure("the body is no JSON", e);
        }
    }

    /** The first part of the event's id: the path's workflow, else the body's; {@code ~} stands for none. */
    private static String workflow(String eventId) {
        String part = eventId.substring(0, eventId.indexOf(':'));
        return part.equals("~") ? "" : URLDecoder.decode(part.replace('!', '%'), StandardCharsets.UTF_8);
    }

    /** Newest first. */
    List<Execution> list(String workflow, String state, Paging paging) {
        return jdbc.sql("select workflow, execution_id, video_id, step, state, status, score, passed, error, told_at"
                        + " from videos.n8n_execution where (:workflow::text is null or workflow = :workflow)"
                        + " and (:state::text is null or state = :state)"
                        + " order by told_at desc, event_no desc limit :limit offset :offset")
                .param("workflow", workflow)
                .param("state", state)
                .param("limit", paging.perPage())
                .param("offset", paging.offset())
                .query(Execution.class)
                .list();
    }

    long count(String workflow, String state) {
        return jdbc.sql("select count(*) from videos.n8n_execution"
                        + " where (:workflow::text is null or workflow = :workflow)"
                        + " and (:state::text is null or state = :state)")
                .param("workflow", workflow)
                .param("state", state)
                .query(Long.class)
                .single();
    }

    /** @param step empty for the execution as a whole */
    record Execution(
            String workflow,
            String executionId,
            String videoId,
            String step,
            String state,
            String status,
            BigDecimal score,
            Boolean passed,
            String error,
            Instant toldAt) {}
}
