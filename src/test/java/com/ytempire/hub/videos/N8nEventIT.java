package com.ytempire.hub.videos;

import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.HubIT;
import java.math.BigDecimal;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What n8n's messages leave behind. */
class N8nEventIT extends HubIT {

    private String tell(String path, String workflow, String execution, String rest, String... states) {
        String body = "{\"execution_id\":\"%s\",\"workflow_id\":\"%s\"%s}".formatted(execution, workflow, rest);
        String answer = postN8n(path, body).body();
        assertThat(answer).contains("accepted");
        String id = answer.replaceFirst(".*\"event_id\":\"([^\"]*)\".*", "$1");
        awaitState("n8n", id, states.length == 0 ? new String[] {"processed"} : states);
        return id;
    }

    private Map<String, Object> execution(String execution, String step) {
        return jdbc.sql("select * from videos.n8n_execution where execution_id = :execution and step = :step")
                .param("execution", execution)
                .param("step", step)
                .query()
                .singleRow();
    }

    @Test
    void successWithAStepCompletesTheStepWithoutOneTheExecution() {
        String execution = unique("exec");
        tell("", "wf", execution, ",\"status\":\"running\",\"data\":{\"video_id\":\"v1\",\"step\":\"speech\"}");
        assertThat(execution(execution, "speech"))
                .containsEntry("state", "running")
                .containsEntry("video_id", "v1");
        tell("", "wf", execution, ",\"status\":\"success\",\"data\":{\"video_id\":\"v1\",\"step\":\"speech\"}");
        assertThat(execution(execution, "speech")).containsEntry("state", "completed");
        tell("", "wf", execution, ",\"status\":\"success\",\"data\":{\"video_id\":\"v1\"}");
        assertThat(execution(execution, "")).containsEntry("state", "completed");
    }

    @Test
    void aStepThatEndedStaysEnded() {
        String execution = unique("exec");
        tell("", "wf", execution, ",\"status\":\"success\",\"data\":{\"step\":\"script\"}");
        tell("", "wf", execution, ",\"status\":\"running\",\"data\":{\"step\":\"script\"}");
        assertThat(execution(execution, "script")).containsEntry("state", "completed");
    }

    @Test
    void anErrorIsKeptWithItsText() {
        String execution = unique("exec");
        tell(
                "",
                "wf",
                execution,
                ",\"status\":\"error\",\"data\":{\"step\":\"speech\",\"error\":{\"message\":\"no voice\"}}");
        assertThat(execution(execution, "speech"))
                .containsEntry("state", "failed")
                .containsEntry("error", "no voice");
    }

    @Test
    void aQualityCheckCarriesScoreAndVerdict() {
        String execution = unique("exec");
        tell(
                "/quality_check",
                "wf",
                execution,
                ",\"video_id\":\"v9\",\"status\":\"success\",\"data\":{\"score\":0.85,\"passed\":true}");
        Map<String, Object> row = execution(execution, "");
        assertThat(row)
                .containsEntry("workflow", "quality_check")
                .containsEntry("video_id", "v9")
                .containsEntry("passed", true);
        assertThat((BigDecimal) row.get("score")).isEqualByComparingTo("0.85");
        assertThat(operatorGet("/api/v1/n8n/executions?workflow=quality_check&state=completed")
                        .body())
                .contains(execution);
    }

    @ParameterizedTest
    @CsvSource({"score,1.5", "score,'\"high\"'", "passed,1", "step,{}"})
    void aFieldThatCannotBeReadIsADeadLetterThatNamesIt(String field, String value) {
        String execution = unique("exec");
        String id =
                tell("", "wf", execution, ",\"status\":\"success\",\"data\":{\"" + field + "\":" + value + "}", "dead");
        assertThat(jdbc.sql("select error from webhooks.work join webhooks.event using (event_no) where event_id = :id")
                        .param("id", id)
                        .query(String.class)
                        .single())
                .contains(field);
    }
}
