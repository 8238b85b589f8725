package com.ytempire.hub.videos;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.webhooks.PermanentFailure;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What an n8n workflow tells: a step or a whole execution began, succeeded or failed.
 *
 * @param videoId empty when the message is about no video
 * @param step empty when it is about the execution as a whole
 * @param score of a quality check, 0 to 1; null when none was told
 */
record N8nMessage(
        String workflow,
        String executionId,
        String workflowId,
        String videoId,
        String step,
        State state,
        String status,
        BigDecimal score,
        Boolean passed,
        String error) {

    /** The states, as tables and the API write them. */
    static final List<String> STATES =
            Arrays.stream(State.values()).map(State::stored).toList();

    /** In the order of a life: a later one never gives way to an earlier one. */
    enum State {
        RUNNING,
        COMPLETED,
        FAILED;

        String stored() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * @param workflow as the path or the body named it
     * @throws PermanentFailure naming the field that is not of its type or out of range
     */
    static N8nMessage read(String workflow, JsonNode body) {
        JsonNode data = body.path("data");
        String status = text(body, "status");
        return new N8nMessage(
                workflow,
                text(body, "execution_id"),
                text(body, "workflow_id"),
                orEmpty(either(data, body, "video_id")),
                orEmpty(either(data, body, "step")),
                state(status),
                status,
                score(data.has("score") ? data.get("score") : body.path("score")),
                flag(data.has("passed") ? data.get("passed") : body.path("passed")),
                error(data.has("error") ? data.get("error") : body.path("error")));
    }

    private static State state(String status) {
        if (status == null) {
            return State.RUNNING;
        }
        return switch (status) {
            case "success" -> State.COMPLETED;
            case "error" -> State.FAILED;
            default -> State.RUNNING;
        };
    }

    private static String either(JsonNode data, JsonNode body, String field) {
        String inData = text(data, field);
        return inData == null ? text(body, field) : inData;
    }

    private static String text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isTextual() && !value.isNumber()) {
            throw new PermanentFailure(field + " is no text");
        }
        return value.asText();
    }

    private static BigDecimal score(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isNumber()
                || value.decimalValue().signum() < 0
                || value.decimalValue().compareTo(BigDecimal.ONE) > 0) {
            throw new PermanentFailure("score is no number from 0 to 1");
        }
        return value.decimalValue();
    }

    private static Boolean flag(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isBoolean()) {
            throw new PermanentFailure("passed is neither true nor false");
        }
        return value.booleanValue();
    }

    /** n8n sends an error as a text or as an object with a message. */
    private static String error(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        String text = value.isObject() ? value.path("message").asText() : value.asText();
        return text.length() <= 1000 ? text : text.substring(0, 1000);
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }
}
