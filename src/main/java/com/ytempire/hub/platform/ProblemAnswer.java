package com.ytempire.hub.platform;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.slf4j.MDC;
import org.springframework.stereotype.Component;

/** Turns a failure in an entry route into the answer the client gets. */
@Component("problemAnswer")
public class ProblemAnswer {

    private final ObjectMapper json;

    ProblemAnswer(ObjectMapper json) {
        this.json = json;
    }

    /** A problem says what it is; a database that does not answer is 503; all else is 500 and tells nothing. */
    public Answer of(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Throwable failure) {
        Problem problem = Problems.of(failure);
        ObjectNode body = json.createObjectNode()
                .put("type", "about:blank")
                .put("title", problem.status().getReasonPhrase())
                .put("status", problem.status().value())
                .put("detail", problem.getMessage())
                .put("code", problem.code());
        if (problem.field() != null) {
            body.put("field", problem.field());
        }
        problem.more().forEach(body::putPOJO);
        String requestId = MDC.get(RequestIds.MDC_KEY);
        if (requestId != null) {
            body.put("request_id", requestId);
        }
        return new Answer(
                problem.status().value(),
                Problems.MEDIA_TYPE,
                problem.retryAfter() == null
                        ? Map.of()
                        : Map.of("Retry-After", problem.retryAfter().toString()),
                body.toString());
    }
}
